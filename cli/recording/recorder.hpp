/// From what a stream tells to commands: one thread's recording, a turn of the model for each turn of the stream.
/// Shape: items in, commands gathered; `save` has them answered with one durable append. Deltas in a row are joined
/// before they are numbered, up to delta_bytes_joined, and split where they are over the domain's limit.
/// Errors: what the kernel refuses; events of a turn that somebody else has ended are dropped and counted.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "evenfold/cli/orchestration_kernel.hpp"
#include "evenfold/providers/provider.hpp"

namespace evenfold::cli {

inline constexpr std::size_t delta_bytes_joined = 256;
inline constexpr std::size_t remarks_max = 64; // between two turns; more are counted only

/// What has been recorded.
struct Recorded {
    std::uint64_t turns = 0;
    std::uint64_t completed = 0;
    std::uint64_t failed = 0;
    std::uint64_t interrupted = 0;
    std::uint64_t dropped = 0;       // told of a turn that was over
    std::uint64_t stray_remarks = 0; // told between turns, and no turn came that could take them
    bool broken_off = false;         // a turn did not come to its end
    Sequence first = 0;              // of the events recorded; 0 when there are none
    Sequence last = 0;
};

class Recorder {
public:
    /// Records into `thread`, which no other process is at work on.
    Recorder(Kernel& kernel, orchestration::ThreadId thread);

    /// Take in what the stream tells next.
    void take(const providers::Item& item);

    /// Have all that was taken in answered; afterwards it is as safe as the journal promises.
    [[nodiscard]] std::expected<void, Refusal> save();

    /// The stream is over: the session is lost, so that the thread is free for the next one. Saves.
    [[nodiscard]] std::expected<void, Refusal> finish();

    [[nodiscard]] const Recorded& recorded() const { return recorded_; }

private:
    void on(const providers::SessionStarted& session);
    void on(const providers::Prompt& prompt);
    void on(const orchestration::ProviderEvent& event);

    void begin_turn();
    void bind_session();
    void end_turn(const orchestration::ProviderEvent& event);
    bool join(const orchestration::ProviderEvent& event);
    void flush();
    void tell(const orchestration::ProviderEvent& event);
    void give_up_checkpoint(const orchestration::CheckpointId& checkpoint);
    void ask(Actor actor, orchestration::Command body);
    void count(const journal::Receipt& receipt);

    Kernel& kernel_;
    orchestration::ThreadId thread_;
    std::vector<Command> commands_;
    Recorded recorded_;

    std::optional<orchestration::TurnId> turn_; // the one under way
    std::uint64_t seq_ = 0;
    std::uint64_t epoch_ = 0;
    bool bound_ = false;
    bool first_turn_ = true;
    std::string session_ref_; // as the stream names it
    std::string bound_ref_;
    std::vector<orchestration::ProviderEvent> remarks_;  // told between turns: for the next one
    std::string prompt_;                                 // what the user said, where the stream tells
    std::optional<orchestration::ProviderEvent> joined_; // deltas that wait for more of their kind
};

} // namespace evenfold::cli

/// From what a stream tells to commands: one thread's recording, a turn of the model for each turn of the stream.
/// Shape: items in, one durable append a call. Deltas in a row are joined up to delta_bytes_joined before they are
/// numbered, and split where they are over the domain's limit; what is told between two turns waits for the next one.
/// Errors: what the kernel refuses; what is told of a turn that somebody else has ended is dropped and counted.
#pragma once

#include <cstdint>
#include <deque>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "evenfold/cli/domains/orchestration_kernel.hpp"
#include "evenfold/providers/provider.hpp"

namespace evenfold::cli {

inline constexpr std::size_t delta_bytes_joined = 256;
inline constexpr std::size_t remarks_max = 1000; // that wait for a turn; more are counted only

/// What has been recorded. Turns are counted by what the model says of them.
struct Recorded {
    std::uint64_t turns = 0;
    std::uint64_t completed = 0;
    std::uint64_t failed = 0;
    std::uint64_t interrupted = 0;
    std::uint64_t dropped = 0;                       // told of a turn that somebody else had ended, or gone with it
    std::vector<orchestration::ProviderEvent> stray; // told after the last turn, and in no turn of the journal
    std::uint64_t stray_uncounted = 0;               // and so many more
    bool cut_off = false;                            // a turn was open at the end
    Sequence first = 0;                              // of the events recorded; 0 when there are none
    Sequence last = 0;
};

class Recorder {
public:
    /// Records into `thread`, which this process has claimed. Its checkpoints fail for the reason
    /// `no_checkpoints`; where that is empty, they are left to reactors.
    Recorder(journal::Journal& journal, Kernel& kernel, orchestration::ThreadId thread, std::string no_checkpoints);

    /// `turn` has begun in the thread, and what the stream tells next is of it.
    void adopt(const orchestration::TurnId& turn);

    /// Records what the stream tells next; afterwards it is as safe as the journal promises. The journal is held from
    /// the look at the thread to the append: nothing comes in between.
    [[nodiscard]] std::expected<void, Refusal> record(std::span<const providers::Item> items);

    /// Records the last items. The session is lost, so that the thread is free for the next stream.
    [[nodiscard]] std::expected<void, Refusal> finish(std::span<const providers::Item> items);

    [[nodiscard]] const Recorded& recorded() const { return recorded_; }

private:
    void on(const providers::SessionStarted& session);
    void on(const providers::Prompt& prompt);
    void on(const orchestration::ProviderEvent& event);

    std::expected<void, Refusal> record(std::span<const providers::Item> items, bool at_end);
    std::expected<void, Refusal> look();
    void look_at(const orchestration::Model& model, const orchestration::Thread& thread);
    std::expected<void, Refusal> save();
    void close();
    void begin_turn(const std::string& prompt);
    void bind_session();
    void end_turn();
    void wait_for_turn(const orchestration::ProviderEvent& event);
    bool join(const orchestration::ProviderEvent& event);
    void flush();
    void tell(orchestration::ProviderEvent event);
    void give_up_checkpoint(const orchestration::CheckpointId& checkpoint);
    void ask(Actor actor, orchestration::Command body);
    void count(const journal::Receipt& receipt);
    void count(const orchestration::Turn* ended);

    journal::Journal& journal_;
    Kernel& kernel_;
    orchestration::ThreadId thread_;
    std::string no_checkpoints_;
    std::vector<Command> commands_;
    std::vector<orchestration::TurnId> ended_; // by those commands
    Recorded recorded_;

    std::optional<orchestration::TurnId> turn_; // the one under way
    bool is_overtaken_ = false;                 // somebody else ended the turn that the stream is still in
    std::uint64_t seq_ = 0;
    std::uint64_t epoch_ = 0;
    bool bound_ = false;
    bool first_look_ = true;
    bool first_turn_ = true;
    std::string session_ref_; // as the stream names it
    std::string bound_ref_;
    std::deque<std::string> prompts_;                   // what the user said in the middle of a turn
    std::vector<orchestration::ProviderEvent> remarks_; // told between turns: for the next one
    std::uint64_t remarks_left_out_ = 0;
    std::optional<orchestration::ProviderEvent> joined_; // deltas that wait for more of their kind
};

} // namespace evenfold::cli

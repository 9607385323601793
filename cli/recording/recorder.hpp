/// Translates a provider's stream into commands. Records one turn of the thread per turn of the stream.
/// Shape: items in, one durable append per call. Consecutive deltas are coalesced up to coalesced_bytes_max, and split
/// at the domain's limit. Events between two turns are recorded in the next one; those at the end of the stream, in the
/// last one. Turns that the thread already contains are not recorded again. A turn whose recording was cut continues.
/// Errors: refusals of the kernel. Items of a turn that another process has ended are dropped and counted.
#pragma once

#include <cstdint>
#include <deque>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "evenfold/cli/domains/orchestration_kernel.hpp"
#include "evenfold/cli/recording/held_events.hpp"
#include "evenfold/cli/recording/recorded_turns.hpp"
#include "evenfold/cli/recording/recording_summary.hpp"
#include "evenfold/cli/recording/turn_remainder.hpp"
#include "evenfold/providers/provider.hpp"

namespace evenfold::cli {

inline constexpr std::size_t coalesced_bytes_max = 256;

class Recorder {
public:
    /// Records into `thread`, which this process has claimed. Checkpoints of the thread fail with the reason
    /// `no_checkpoints`; if it is empty, they are left to reactors.
    Recorder(journal::Journal& journal, Kernel& kernel, orchestration::ThreadId thread, std::string no_checkpoints);

    /// Continues `turn`, which has begun in the thread: the next items of the stream belong to it.
    void continue_turn(const orchestration::TurnId& turn);

    /// Records the next items of the stream. Returns once the append is as durable as the journal promises. Holds the
    /// journal from reading the thread to the append, so that no other process writes in between.
    [[nodiscard]] std::expected<void, Refusal> record(std::span<const providers::Item> items);

    /// Begins a turn if the stream has described its session and waits, so that others see the agent at work.
    [[nodiscard]] std::expected<void, Refusal> begin_waiting_turn();

    /// Records the last items and closes the session, so that the thread is free for the next stream.
    [[nodiscard]] std::expected<void, Refusal> finish(std::span<const providers::Item> items);

    [[nodiscard]] const RecordingSummary& recorded() const { return recorded_; }

private:
    void on(const providers::SessionStarted& session);
    void on(const providers::Prompt& prompt);
    void on(const orchestration::ProviderEvent& event);
    std::expected<void, Refusal> record(std::span<const providers::Item> items, bool at_end);
    std::expected<void, Refusal> read_changes();
    void apply_changes(const orchestration::Model& model, const orchestration::Thread& thread);
    std::expected<void, Refusal> submit_commands();
    void end_stream();
    void record_new(const orchestration::ProviderEvent& event);
    bool subtract_recorded(orchestration::ProviderEvent& event);
    void enter_recorded_turn(const orchestration::ProviderEvent& event);
    bool leave_recorded_turn(const orchestration::ProviderEvent& event);
    [[nodiscard]] std::optional<orchestration::TurnId> recorded_turn(const orchestration::ProviderEvent& event) const;
    [[nodiscard]] bool continues_left_turn(const orchestration::ProviderEvent& event) const;
    [[nodiscard]] bool continues_cut_turn(const orchestration::ProviderEvent& event) const;
    [[nodiscard]] bool repeats_cut_prompt(const std::string& prompt) const;
    void add_held_to_cut_turn();
    void add_held_to_last_turn();
    void subtract_held();
    void ingest_held();
    void continue_recorded_turn(const orchestration::TurnId& first);
    void load_recorded_turn(const orchestration::TurnId& turn);
    void resume_left_turn();
    void close_left_turn();
    void begin_unanswered_turn();
    void subtract_restored_cost(orchestration::ProviderEvent& event);
    void fail_pending_checkpoints();
    void begin_turn(const std::string& prompt);
    void bind_session();
    void end_turn();
    bool coalesce(const orchestration::ProviderEvent& event);
    void flush();
    void ingest(orchestration::ProviderEvent event);
    void fail_checkpoint(const orchestration::CheckpointId& checkpoint);
    void add_command(Actor actor, orchestration::Command body);
    journal::Journal& journal_;
    Kernel& kernel_;
    orchestration::ThreadId thread_;
    std::string no_checkpoints_;
    std::vector<Command> commands_;
    std::vector<orchestration::TurnId> ended_; // by the commands in commands_
    RecordingSummary recorded_;
    std::optional<orchestration::TurnId> turn_; // the active turn
    bool is_ended_elsewhere_ = false;           // another process ended the turn that the stream is still in
    bool is_continued_ = false;                 // the active turn had ended, and has its end checkpoint already
    bool has_begun_turn_ = false;               // in this stream
    std::uint64_t seq_ = 0;
    std::uint64_t epoch_ = 0;
    bool is_bound_ = false;
    bool is_first_read_ = true;
    bool is_first_turn_ = true;
    std::string session_ref_;           // as named by the stream
    bool has_description_ = false;      // the stream has described its session
    std::optional<std::string> folder_; // of the last description
    bool is_described_again_ = false;   // since the last turn began
    std::string bound_ref_;
    std::deque<std::string> prompts_; // prompts in the middle of a turn
    HeldEvents held_;
    RecordedTurns known_;                   // at the beginning of the stream
    std::optional<TurnRemainder> repeated_; // the recorded turn that the stream repeats now
    std::optional<orchestration::TurnId> last_repeated_;
    std::optional<orchestration::TurnId> last_turn_; // of the stream, recorded or repeated; it has ended
    std::optional<TurnRemainder> last_rest_;         // of the last turn, if the thread already contained it
    std::optional<orchestration::TurnId> left_turn_; // that a killed process left open
    std::optional<orchestration::Session> left_session_;
    bool has_cost_ = false; // the stream has reported a cost
    std::optional<Refusal> refusal_;
    std::optional<orchestration::ProviderEvent> coalesced_;       // deltas that may continue
    std::optional<orchestration::provider::TurnComplete> paused_; // the last event, if the turn waits since then
};

} // namespace evenfold::cli

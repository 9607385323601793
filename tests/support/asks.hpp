/// Short functions that make commands and provider events. The fields that a test does not care about have defaults.
/// Shapes: sessions have epoch 1 unless given; texts are short English.
#pragma once

#include <string>

#include "evenfold/core/commands/orchestration.hpp"
#include "evenfold/tests/support/ids.hpp"

namespace evenfold::orchestration::tests {

/// Longer than any valid label.
inline const std::string over_a_label(label_bytes_max + 1, 'a');

// Commands of users.

[[nodiscard]] inline CreateProject
create_project(const ProjectId& project = the_project, const std::string& root = "/home/ada/engine") {
    return {.project = project, .title = "Engine", .root = root, .default_model = {}};
}
[[nodiscard]] inline CreateThread create_thread(const ThreadId& thread = the_thread,
                                                const ProjectId& project = the_project,
                                                const WorkspaceChoice& workspace = Root{}) {
    return {.thread = thread,
            .project = project,
            .title = "Notes",
            .model = "model-1",
            .policy = Policy::approval_required,
            .mode = Mode::default_,
            .workspace = workspace};
}
[[nodiscard]] inline CreateThread create_worktree_thread() {
    return create_thread(the_thread, the_project, NewWorktree{.base_ref = "main", .name = "notes"});
}
[[nodiscard]] inline StartTurn
start_turn(const TurnId& turn, const ThreadId& thread = the_thread, OnBusy on_busy = OnBusy::reject) {
    MessageId message = first_message;
    message.uuid.bytes[14] = turn.uuid.bytes[14];
    message.uuid.bytes[15] = turn.uuid.bytes[15];
    return {.turn = turn, .thread = thread, .message = message, .input = "go on", .on_busy = on_busy};
}
[[nodiscard]] inline StartTurn enqueue(const TurnId& turn) {
    return start_turn(turn, the_thread, OnBusy::enqueue);
}
[[nodiscard]] inline ForceStopTurn force_stop(const TurnId& turn = first_turn) {
    return {.turn = turn, .reason = "enough"};
}
[[nodiscard]] inline RevertToCheckpoint revert_to(const CheckpointId& checkpoint) {
    return {.revert = the_revert, .thread = the_thread, .checkpoint = checkpoint};
}
[[nodiscard]] inline RequestCommit request_commit(std::optional<CheckpointId> checkpoint = {}) {
    return {.commit = the_commit, .thread = the_thread, .message = "Notes", .checkpoint = checkpoint};
}

// Reports of processes.

[[nodiscard]] inline BindSession bind_session(std::uint64_t epoch = 1, const ThreadId& thread = the_thread) {
    return {.thread = thread, .epoch = epoch, .session_ref = "session-" + std::to_string(epoch), .folder = {}};
}
[[nodiscard]] inline LoseSession lose_session(std::uint64_t epoch = 1, const ThreadId& thread = the_thread) {
    return {.thread = thread, .epoch = epoch, .reason = "the process died"};
}
[[nodiscard]] inline ConfirmTurnDispatched
confirm(const TurnId& turn = first_turn, std::optional<std::string> provider_ref = "provider-turn-1") {
    return {.turn = turn, .provider_turn_ref = std::move(provider_ref)};
}
[[nodiscard]] inline IngestProviderEvent
ingest(std::uint64_t seq, ProviderEvent event, const TurnId& turn = first_turn, std::uint64_t epoch = 1) {
    return {.turn = turn, .epoch = epoch, .seq = seq, .event = std::move(event)};
}
[[nodiscard]] inline AssignCheckpointRef assign_ref(const CheckpointId& checkpoint) {
    return {.checkpoint = checkpoint, .git_ref = "refs/evenfold/" + to_text(checkpoint), .files = {"notes.txt"}};
}
[[nodiscard]] inline AssignWorktree assign_worktree() {
    return {.thread = the_thread, .path = "/home/ada/trees/notes", .branch = "evenfold/notes"};
}

// Events of providers.

[[nodiscard]] inline provider::TextDelta says(std::string text, std::optional<std::string> parent = {}) {
    return {.text = std::move(text), .parent = std::move(parent)};
}
[[nodiscard]] inline provider::ThinkingDelta
thinks(std::string text, std::optional<std::string> signature = {}, std::optional<std::string> parent = {}) {
    return {.text = std::move(text), .signature = std::move(signature), .parent = std::move(parent)};
}
[[nodiscard]] inline provider::MessageStarted begins_message(std::string id, std::optional<std::string> parent = {}) {
    return {.message_id = std::move(id),
            .agent = "claude",
            .session = "session-1",
            .model = {},
            .sent_at = {},
            .parent = std::move(parent)};
}
[[nodiscard]] inline provider::MessageDiscarded discards(std::string id) {
    return {.message_id = std::move(id)};
}
[[nodiscard]] inline provider::ToolCall calls(std::string call_id, std::string input = "{}") {
    return {.call_id = std::move(call_id),
            .name = "shell",
            .input = std::move(input),
            .parent = {},
            .run_by_provider = false};
}
[[nodiscard]] inline provider::ToolResult
returns(std::string call_id, std::string output = "done", bool is_error = false) {
    return {.call_id = std::move(call_id), .output = std::move(output), .is_error = is_error};
}
[[nodiscard]] inline RequestKind a_tool() {
    return ToolApproval{.name = "shell", .summary = "ls"};
}
[[nodiscard]] inline RequestKind a_question() {
    return Question{{QuestionItem{.text = "Which?", .options = {"this", "that"}}}};
}
[[nodiscard]] inline provider::AwaitingApproval
asks(std::string request_id = "r1", std::optional<std::string> call_id = {}, const RequestKind& kind = a_tool()) {
    return {.request_id = std::move(request_id), .call_id = std::move(call_id), .kind = kind};
}
[[nodiscard]] inline provider::ApprovalResolved resolved(std::string request_id = "r1") {
    return {.request_id = std::move(request_id), .decision = {}};
}
[[nodiscard]] inline Usage tokens(std::uint64_t output) {
    return {.input_tokens = 1,
            .output_tokens = output,
            .cache_read_tokens = 0,
            .cache_write_tokens = 0,
            .cost_usd_micros = {}};
}
[[nodiscard]] inline provider::TurnComplete completes(std::optional<Usage> usage = {}) {
    return {.outcome = provider::TurnOutcome::completed, .stop_reason = "end_turn", .usage = usage};
}
[[nodiscard]] inline provider::TurnComplete stops() {
    return {.outcome = provider::TurnOutcome::interrupted, .stop_reason = "user", .usage = {}};
}
[[nodiscard]] inline provider::ProviderError errs(bool fatal = true) {
    return {.code = "overloaded", .message = "try later", .fatal = fatal};
}

} // namespace evenfold::orchestration::tests

#include "evenfold/core/decider/orchestration/checks.hpp"

#include "evenfold/core/reflection/type_name.hpp"
#include "evenfold/core/text/utf8.hpp"

namespace evenfold::orchestration {
namespace {

bool retired(const Index& index, const Uuid& id) {
    return index.retired.contains(id);
}

std::optional<EntityKind> holder(const Index& index, const Uuid& id) {
    if (index.projects.contains(ProjectId{id})) return EntityKind::project;
    if (index.threads.contains(ThreadId{id})) return EntityKind::thread;
    if (index.turns.contains(TurnId{id})) return EntityKind::turn;
    if (index.messages.contains(MessageId{id})) return EntityKind::message;
    if (index.requests.contains(RequestId{id})) return EntityKind::request;
    if (index.checkpoints.contains(CheckpointId{id})) return EntityKind::checkpoint;
    if (index.reverts.contains(RevertId{id})) return EntityKind::revert;
    if (index.commits.contains(CommitId{id})) return EntityKind::commit;
    return std::nullopt;
}

} // namespace

rejection::ProjectNotFound missing(const Index& index, const ProjectId& id) {
    return {.project = id, .retired = retired(index, id.uuid)};
}
rejection::ThreadNotFound missing(const Index& index, const ThreadId& id) {
    return {.thread = id, .retired = retired(index, id.uuid)};
}
rejection::TurnNotFound missing(const Index& index, const TurnId& id) {
    return {.turn = id, .retired = retired(index, id.uuid)};
}
rejection::ApprovalNotFound missing(const Index& index, const RequestId& id) {
    return {.request = id, .retired = retired(index, id.uuid)};
}
rejection::CheckpointNotFound missing(const Index& index, const CheckpointId& id) {
    return {.checkpoint = id, .retired = retired(index, id.uuid)};
}
rejection::CommitNotFound missing(const Index& index, const CommitId& id) {
    return {.commit = id, .retired = retired(index, id.uuid)};
}
rejection::RevertNotFound missing(const Index& index, const RevertId& id) {
    return {.revert = id, .retired = retired(index, id.uuid)};
}

OptionalError id_taken(const Index& index, const Uuid& id, EntityKind kind) {
    if (id.is_nil()) return rejection::EmptyField{std::string(name_of(kind))};
    if (is_derived(id) || retired(index, id)) return rejection::IdInUse{.kind = kind, .id = id};
    if (const auto held = holder(index, id)) return rejection::IdInUse{.kind = *held, .id = id};
    return {};
}

OptionalError bad_label(std::string_view field, std::string_view text) {
    if (text.empty()) return rejection::EmptyField{std::string(field)};
    return too_long(field, text);
}

OptionalError bad_optional_label(std::string_view field, const std::optional<std::string>& text) {
    return text ? bad_label(field, *text) : OptionalError{};
}

OptionalError too_long(std::string_view field, std::string_view text) {
    if (text.size() > label_bytes_max)
        return rejection::TooLarge{.field = std::string(field), .limit = label_bytes_max};
    return {};
}

OptionalError bad_input(std::string_view field, std::string_view text) {
    if (text.empty()) return rejection::EmptyField{std::string(field)};
    if (text.size() > input_chars_max && utf8::count(text) > input_chars_max) {
        return rejection::TooLarge{.field = std::string(field), .limit = input_chars_max};
    }
    return {};
}

bool fits(const RequestKind& kind, const ApprovalDecision& decision) {
    const auto* question = std::get_if<Question>(&kind);
    const auto* answer = std::get_if<Answer>(&decision);
    if (!question || !answer) return !question && !answer;
    return question->items.size() == answer->answers.size();
}

OptionalError archived(const Thread& thread) {
    if (thread.archived) return rejection::ThreadArchived{thread.id};
    return {};
}

OptionalError reverting(const Index& index, const Thread& thread) {
    if (!thread.revert) return {};
    const Revert* revert = index.find(*thread.revert);
    return rejection::RevertInProgress{.revert = *thread.revert,
                                       .stage = revert ? revert->stage : RevertStage::requested};
}

OptionalError busy(const Thread& thread) {
    if (thread.active) return rejection::ThreadBusy{*thread.active};
    return {};
}

OptionalError queued(const Thread& thread) {
    if (!thread.queue.empty()) return rejection::ThreadBusy{thread.queue.front()};
    return {};
}

OptionalError not_ready(const Thread& thread, const Checkpoint& checkpoint) {
    if (checkpoint.thread != thread.id) return rejection::CheckpointOfOtherThread{checkpoint.thread};
    if (assigned(checkpoint.ref)) return {};
    return rejection::CheckpointNotReady{.checkpoint = checkpoint.id, .state = state_of(checkpoint.ref)};
}

OptionalError not_idle(const Index& index, const Thread& thread) {
    return first_of(archived(thread), reverting(index, thread), busy(thread));
}

bool may_be_sent(const Thread& thread, const Turn& turn) {
    if (turn.state != TurnState::starting || !thread.pending_checkpoints.empty()) return false;
    const auto* worktree = std::get_if<Worktree>(&thread.workspace);
    return !worktree || !is_pending(worktree->location);
}

TurnStarted started(const Thread& thread, const TurnId& turn, const MessageId& message) {
    return {.turn = turn,
            .thread = thread.id,
            .ordinal = thread.turns_started + 1,
            .message = message,
            .frozen = thread.settings};
}

} // namespace evenfold::orchestration

#include "evenfold/core/decider/orchestration/checks.hpp"

#include "evenfold/core/reflection/type_name.hpp"
#include "evenfold/core/text/utf8.hpp"

namespace evenfold::orchestration {
namespace {

bool is_retired(const Index& index, const Uuid& id) {
    return index.retired.contains(id);
}

std::optional<EntityKind> kind_of_holder(const Index& index, const Uuid& id) {
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

rejection::ProjectNotFound not_found(const Index& index, const ProjectId& id) {
    return {.project = id, .retired = is_retired(index, id.uuid)};
}
rejection::ThreadNotFound not_found(const Index& index, const ThreadId& id) {
    return {.thread = id, .retired = is_retired(index, id.uuid)};
}
rejection::TurnNotFound not_found(const Index& index, const TurnId& id) {
    return {.turn = id, .retired = is_retired(index, id.uuid)};
}
rejection::ApprovalNotFound not_found(const Index& index, const RequestId& id) {
    return {.request = id, .retired = is_retired(index, id.uuid)};
}
rejection::CheckpointNotFound not_found(const Index& index, const CheckpointId& id) {
    return {.checkpoint = id, .retired = is_retired(index, id.uuid)};
}
rejection::CommitNotFound not_found(const Index& index, const CommitId& id) {
    return {.commit = id, .retired = is_retired(index, id.uuid)};
}
rejection::RevertNotFound not_found(const Index& index, const RevertId& id) {
    return {.revert = id, .retired = is_retired(index, id.uuid)};
}

OptionalError check_id_is_free(const Index& index, const Uuid& id, EntityKind kind) {
    if (id.is_nil()) return rejection::EmptyField{std::string(name_of(kind))};
    if (is_derived(id) || is_retired(index, id)) return rejection::IdInUse{.kind = kind, .id = id};
    if (const auto held = kind_of_holder(index, id)) return rejection::IdInUse{.kind = *held, .id = id};
    return {};
}

OptionalError check_label(std::string_view field, std::string_view text) {
    if (text.empty()) return rejection::EmptyField{std::string(field)};
    return check_label_size(field, text);
}

OptionalError check_optional_label(std::string_view field, const std::optional<std::string>& text) {
    return text ? check_label(field, *text) : OptionalError{};
}

OptionalError check_label_size(std::string_view field, std::string_view text) {
    if (text.size() > label_bytes_max)
        return rejection::TooLarge{.field = std::string(field), .limit = label_bytes_max};
    return {};
}

OptionalError check_input(std::string_view field, std::string_view text) {
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

OptionalError check_not_archived(const Thread& thread) {
    if (thread.archived) return rejection::ThreadArchived{thread.id};
    return {};
}

OptionalError check_not_reverting(const Index& index, const Thread& thread) {
    if (!thread.revert) return {};
    const Revert* revert = index.find(*thread.revert);
    return rejection::RevertInProgress{.revert = *thread.revert,
                                       .stage = revert ? revert->stage : RevertStage::requested};
}

OptionalError check_not_busy(const Thread& thread) {
    if (thread.active) return rejection::ThreadBusy{*thread.active};
    return {};
}

OptionalError check_queue_is_empty(const Thread& thread) {
    if (!thread.queue.empty()) return rejection::ThreadBusy{thread.queue.front()};
    return {};
}

OptionalError check_checkpoint_is_ready(const Thread& thread, const Checkpoint& checkpoint) {
    if (checkpoint.thread != thread.id) return rejection::CheckpointOfOtherThread{checkpoint.thread};
    if (assigned(checkpoint.ref)) return {};
    return rejection::CheckpointNotReady{.checkpoint = checkpoint.id, .state = state_of(checkpoint.ref)};
}

OptionalError check_idle(const Index& index, const Thread& thread) {
    return first_error(check_not_archived(thread), check_not_reverting(index, thread), check_not_busy(thread));
}

bool can_be_sent(const Thread& thread, const Turn& turn) {
    if (turn.state != TurnState::starting || !thread.pending_checkpoints.empty()) return false;
    const auto* worktree = std::get_if<Worktree>(&thread.workspace);
    return !worktree || !is_pending(worktree->location);
}

TurnStarted make_turn_started(const Thread& thread, const TurnId& turn, const MessageId& message) {
    return {.turn = turn,
            .thread = thread.id,
            .ordinal = thread.turns_started + 1,
            .message = message,
            .frozen = thread.settings};
}

} // namespace evenfold::orchestration

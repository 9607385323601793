#include "evenfold/core/decider/orchestration/checkpoint.hpp"

namespace evenfold::orchestration {
namespace {

template <class SomeEvent>
Decision resolve_checkpoint(const Index& index, const Slot<CheckpointRef>& outcome, SomeEvent event) {
    const Checkpoint* checkpoint = index.find(event.checkpoint);
    if (!checkpoint) return reject(not_found(index, event.checkpoint));
    return resolve(checkpoint->ref, outcome, std::move(event));
}

/// Rejects a list that does not fit into one event.
template <class Files>
OptionalError check_files_size(const Files& files) {
    std::size_t bytes = 0;
    for (const CompactString& file : files) bytes += file.size() + 1;
    if (bytes > content_bytes_max) return rejection::TooLarge{.field = "files", .limit = content_bytes_max};
    return {};
}

OptionalError check_no_pending_checkpoint(const Thread& thread) {
    if (thread.pending_checkpoints.empty()) return {};
    return rejection::CheckpointNotReady{.checkpoint = thread.pending_checkpoints.front(), .state = "pending"};
}

RevertStage after(RevertStage stage) {
    switch (stage) {
    case RevertStage::requested: return RevertStage::rescue_taken;
    case RevertStage::rescue_taken: return RevertStage::conversation_rolled_back;
    case RevertStage::conversation_rolled_back:
    case RevertStage::files_restored: break;
    }
    return RevertStage::files_restored;
}

/// Returns the last turn that is not waiting in the queue.
std::optional<TurnId> last_started_turn(const Thread& thread) {
    if (!thread.queue.empty()) return thread.turns.before(thread.queue.front());
    return thread.turns.empty() ? std::nullopt : std::optional(thread.turns.back());
}

rejection::RevertInProgress make_revert_in_progress(const Revert& revert) {
    return {.revert = revert.id, .stage = revert.stage};
}

} // namespace

Decision on(const CreateCheckpoint& command, const Index& index) {
    const Thread* thread = index.find(command.thread);
    if (!thread) return reject(not_found(index, command.thread));
    if (auto error = first_error(check_idle(index, *thread),
                                 check_id_is_free(index, command.checkpoint.uuid, EntityKind::checkpoint),
                                 check_optional_label("label", command.label)))
        return reject(*error);
    return accept(CheckpointCreated{.checkpoint = command.checkpoint,
                                    .thread = command.thread,
                                    .ordinal = thread->next_checkpoint_ordinal,
                                    .kind = CheckpointKind::manual,
                                    .after_turn = last_started_turn(*thread),
                                    .label = command.label});
}

Decision on(const AssignCheckpointRef& command, const Index& index) {
    if (auto error = first_error(check_label("git_ref", command.git_ref), check_files_size(command.files)))
        return reject(*error);
    const CheckpointRef ref{.git_ref = command.git_ref, .files = command.files};
    return resolve_checkpoint(
        index, Assigned<CheckpointRef>{ref},
        CheckpointGitRefAssigned{.checkpoint = command.checkpoint, .git_ref = command.git_ref, .files = command.files});
}

Decision on(const FailCheckpoint& command, const Index& index) {
    if (auto error = check_label("reason", command.reason)) return reject(*error);
    return resolve_checkpoint(index, Failed{command.reason},
                              CheckpointFailed{.checkpoint = command.checkpoint, .reason = command.reason});
}

Decision on(const RevertToCheckpoint& command, const Index& index) {
    const Thread* thread = index.find(command.thread);
    if (!thread) return reject(not_found(index, command.thread));
    const Checkpoint* target = index.find(command.checkpoint);
    if (!target) return reject(not_found(index, command.checkpoint));
    if (auto error = first_error(check_idle(index, *thread), check_queue_is_empty(*thread),
                                 check_id_is_free(index, command.revert.uuid, EntityKind::revert),
                                 check_checkpoint_is_ready(*thread, *target), check_no_pending_checkpoint(*thread)))
        return reject(*error);
    return accept(RevertRequested{.revert = command.revert,
                                  .thread = command.thread,
                                  .target = command.checkpoint,
                                  .removed_turns = target->after_turn ? thread->turns.after(*target->after_turn)
                                                                      : thread->turns.in_order(),
                                  .removed_checkpoints = {}});
}

Decision on(const AdvanceRevert& command, const Index& index) {
    const Revert* revert = index.find(command.revert);
    if (!revert) return reject(not_found(index, command.revert));
    if (command.stage <= revert->stage) return accept(); // a repeat
    if (command.stage != after(revert->stage)) return reject(make_revert_in_progress(*revert));
    const RevertAdvanced advanced{.revert = command.revert, .stage = command.stage};
    if (!command.rescue || command.stage != RevertStage::rescue_taken) return accept(advanced);
    if (auto error =
            first_error(check_label("git_ref", command.rescue->git_ref), check_files_size(command.rescue->files)))
        return reject(*error);
    const CheckpointId rescue = rescue_of(command.revert);
    const Thread& thread = *index.find(revert->thread);
    return accept(advanced,
                  CheckpointCreated{.checkpoint = rescue,
                                    .thread = thread.id,
                                    .ordinal = thread.next_checkpoint_ordinal,
                                    .kind = CheckpointKind::rescue,
                                    .after_turn = last_started_turn(thread),
                                    .label = {}},
                  CheckpointGitRefAssigned{
                      .checkpoint = rescue, .git_ref = command.rescue->git_ref, .files = command.rescue->files});
}

Decision on(const CompleteRevert& command, const Index& index) {
    const Revert* revert = index.find(command.revert);
    if (!revert) return reject(not_found(index, command.revert));
    if (revert->stage != RevertStage::files_restored) return reject(make_revert_in_progress(*revert));
    return accept(ThreadReverted{.revert = command.revert,
                                 .thread = revert->thread,
                                 .removed_turns = revert->removed_turns,
                                 .removed_checkpoints = revert->removed_checkpoints});
}

Decision on(const FailRevert& command, const Index& index) {
    const Revert* revert = index.find(command.revert);
    if (!revert) return reject(not_found(index, command.revert));
    if (auto error = check_label("reason", command.reason)) return reject(*error);
    return accept(RevertFailed{.revert = command.revert, .stage = revert->stage, .reason = command.reason});
}

Decision on(const ReleaseCheckpoint& command, const Index& index) {
    const Checkpoint* checkpoint = index.find(command.checkpoint);
    if (!checkpoint) return reject(not_found(index, command.checkpoint));
    const Thread* thread = index.find(checkpoint->thread);
    if (!thread) return reject(not_found(index, checkpoint->thread));
    if (auto error = check_not_reverting(index, *thread)) return reject(*error);
    if (is_pending(checkpoint->ref))
        return reject(rejection::CheckpointNotReady{.checkpoint = command.checkpoint, .state = "pending"});
    if (is_end_of_turn(*checkpoint)) return reject(rejection::CheckpointInUse{*checkpoint->after_turn});
    return accept(CheckpointReleased{command.checkpoint});
}

} // namespace evenfold::orchestration

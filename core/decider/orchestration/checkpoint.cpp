#include "evenfold/core/decider/orchestration/checkpoint.hpp"

namespace evenfold::orchestration {
namespace {

template <class Happened>
Decision checkpoint_settled(const Index& index, const Slot<CheckpointRef>& outcome, Happened happened) {
    const Checkpoint* checkpoint = index.find(happened.checkpoint);
    if (!checkpoint) return refuse(missing(index, happened.checkpoint));
    return resolve(checkpoint->ref, outcome, std::move(happened));
}

/// Rejects a list that does not fit into one event.
template <class Files>
OptionalError too_many(const Files& files) {
    std::size_t bytes = 0;
    for (const CompactString& file : files) bytes += file.size() + 1;
    if (bytes > content_bytes_max) return rejection::TooLarge{.field = "files", .limit = content_bytes_max};
    return {};
}

OptionalError any_pending(const Thread& thread) {
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
std::optional<TurnId> last_begun(const Thread& thread) {
    if (!thread.queue.empty()) return thread.turns.before(thread.queue.front());
    return thread.turns.empty() ? std::nullopt : std::optional(thread.turns.back());
}

/// Returns the checkpoints behind `target`, except rescues, since a rescue may be all that is left of somebody's work.
std::vector<CheckpointId> outdated(const Index& index, const Thread& thread, const CheckpointId& target) {
    std::vector<CheckpointId> behind = thread.checkpoints.after(target);
    std::erase_if(behind, [&](const CheckpointId& id) {
        const Checkpoint* checkpoint = index.find(id);
        return checkpoint && checkpoint->kind == CheckpointKind::rescue;
    });
    return behind;
}

rejection::RevertInProgress in_progress(const Revert& revert) {
    return {.revert = revert.id, .stage = revert.stage};
}

} // namespace

Decision on(const CreateCheckpoint& ask, const Index& index) {
    const Thread* thread = index.find(ask.thread);
    if (!thread) return refuse(missing(index, ask.thread));
    if (auto no = first_of(not_idle(index, *thread), id_taken(index, ask.checkpoint.uuid, EntityKind::checkpoint),
                           bad_optional_label("label", ask.label)))
        return refuse(*no);
    return then(CheckpointCreated{.checkpoint = ask.checkpoint,
                                  .thread = ask.thread,
                                  .ordinal = thread->next_checkpoint_ordinal,
                                  .kind = CheckpointKind::manual,
                                  .after_turn = last_begun(*thread),
                                  .label = ask.label});
}

Decision on(const AssignCheckpointRef& ask, const Index& index) {
    if (auto no = first_of(bad_label("git_ref", ask.git_ref), too_many(ask.files))) return refuse(*no);
    const CheckpointRef ref{.git_ref = ask.git_ref, .files = ask.files};
    return checkpoint_settled(
        index, Assigned<CheckpointRef>{ref},
        CheckpointGitRefAssigned{.checkpoint = ask.checkpoint, .git_ref = ask.git_ref, .files = ask.files});
}

Decision on(const FailCheckpoint& ask, const Index& index) {
    if (auto no = bad_label("reason", ask.reason)) return refuse(*no);
    return checkpoint_settled(index, Failed{ask.reason},
                              CheckpointFailed{.checkpoint = ask.checkpoint, .reason = ask.reason});
}

Decision on(const RevertToCheckpoint& ask, const Index& index) {
    const Thread* thread = index.find(ask.thread);
    if (!thread) return refuse(missing(index, ask.thread));
    const Checkpoint* target = index.find(ask.checkpoint);
    if (!target) return refuse(missing(index, ask.checkpoint));
    if (auto no =
            first_of(not_idle(index, *thread), queued(*thread), id_taken(index, ask.revert.uuid, EntityKind::revert),
                     not_ready(*thread, *target), any_pending(*thread)))
        return refuse(*no);
    return then(RevertRequested{.revert = ask.revert,
                                .thread = ask.thread,
                                .target = ask.checkpoint,
                                .removed_turns = target->after_turn ? thread->turns.after(*target->after_turn)
                                                                    : thread->turns.in_order(),
                                .removed_checkpoints = outdated(index, *thread, ask.checkpoint)});
}

Decision on(const AdvanceRevert& ask, const Index& index) {
    const Revert* revert = index.find(ask.revert);
    if (!revert) return refuse(missing(index, ask.revert));
    if (ask.stage <= revert->stage) return then(); // a repeat
    if (ask.stage != after(revert->stage)) return refuse(in_progress(*revert));
    const RevertAdvanced advanced{.revert = ask.revert, .stage = ask.stage};
    if (!ask.rescue || ask.stage != RevertStage::rescue_taken) return then(advanced);
    if (auto no = first_of(bad_label("git_ref", ask.rescue->git_ref), too_many(ask.rescue->files))) return refuse(*no);
    const CheckpointId rescue = rescue_of(ask.revert);
    const Thread& thread = *index.find(revert->thread);
    return then(
        advanced,
        CheckpointCreated{.checkpoint = rescue,
                          .thread = thread.id,
                          .ordinal = thread.next_checkpoint_ordinal,
                          .kind = CheckpointKind::rescue,
                          .after_turn = last_begun(thread),
                          .label = {}},
        CheckpointGitRefAssigned{.checkpoint = rescue, .git_ref = ask.rescue->git_ref, .files = ask.rescue->files});
}

Decision on(const CompleteRevert& ask, const Index& index) {
    const Revert* revert = index.find(ask.revert);
    if (!revert) return refuse(missing(index, ask.revert));
    if (revert->stage != RevertStage::files_restored) return refuse(in_progress(*revert));
    return then(ThreadReverted{.revert = ask.revert,
                               .thread = revert->thread,
                               .removed_turns = revert->removed_turns,
                               .removed_checkpoints = revert->removed_checkpoints});
}

Decision on(const FailRevert& ask, const Index& index) {
    const Revert* revert = index.find(ask.revert);
    if (!revert) return refuse(missing(index, ask.revert));
    if (auto no = bad_label("reason", ask.reason)) return refuse(*no);
    return then(RevertFailed{.revert = ask.revert, .stage = revert->stage, .reason = ask.reason});
}

} // namespace evenfold::orchestration

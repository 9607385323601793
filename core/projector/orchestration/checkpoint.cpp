#include "evenfold/core/projector/orchestration/checkpoint.hpp"

#include "evenfold/core/projector/orchestration/cascade.hpp"
#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/core/values/orchestration/checkpoint_ids.hpp"

namespace evenfold::orchestration {
namespace {

void resolve(State& state, const CheckpointId& id, Slot<CheckpointRef> ref) {
    Checkpoint* checkpoint = state.index.checkpoints.find(id);
    if (!checkpoint) return;
    Thread* thread = advance_version(state, checkpoint->thread);
    if (!is_pending(checkpoint->ref)) return;
    checkpoint->ref = std::move(ref);
    if (thread) thread->pending_checkpoints.erase(id);
    state.index.pending_checkpoints.erase(id);
}

/// Makes later checkpoints follow the last turn before the target, because the turns after it are removed now.
void move_later_checkpoints(State& state, const ThreadReverted& event) {
    const Revert* revert = state.index.reverts.find(event.revert);
    const Checkpoint* target = revert ? state.index.checkpoints.find(revert->target) : nullptr;
    const Thread* thread = state.index.threads.find(event.thread);
    if (!target || !thread) return;
    for (const CheckpointId& id : thread->checkpoints.after(target->id)) {
        if (Checkpoint* kept = state.index.checkpoints.find(id)) kept->after_turn = target->after_turn;
    }
}

/// Removes the revert, and retires its id, so that its thread is free again.
void remove_revert(State& state, const RevertId& id) {
    const Revert* revert = state.index.reverts.find(id);
    if (!revert) return;
    if (Thread* thread = advance_version(state, revert->thread)) thread->revert.reset();
    state.index.retired.insert(id.uuid);
    state.index.reverts.erase(id);
}

} // namespace

void on(State& state, const CheckpointCreated& event) {
    Thread* thread = advance_version(state, event.thread);
    if (!thread) return;
    thread->checkpoints.insert(event.checkpoint);
    thread->pending_checkpoints.insert(event.checkpoint);
    thread->next_checkpoint_ordinal = std::max(thread->next_checkpoint_ordinal, event.ordinal + 1);
    state.index.pending_checkpoints.insert(event.checkpoint);
    state.index.checkpoints.insert({.id = event.checkpoint,
                                    .thread = event.thread,
                                    .ordinal = event.ordinal,
                                    .kind = event.kind,
                                    .after_turn = event.after_turn,
                                    .label = event.label,
                                    .ref = Pending{}});
}

void on(State& state, const CheckpointGitRefAssigned& event) {
    resolve(state, event.checkpoint, Assigned<CheckpointRef>{{.git_ref = event.git_ref, .files = event.files}});
}

void on(State& state, const CheckpointFailed& event) {
    resolve(state, event.checkpoint, Failed{event.reason});
}

void on(State& state, const RevertRequested& event) {
    Thread* thread = advance_version(state, event.thread);
    if (!thread) return;
    thread->revert = event.revert;
    state.index.reverts.insert({.id = event.revert,
                                .thread = event.thread,
                                .target = event.target,
                                .stage = RevertStage::requested,
                                .removed_turns = event.removed_turns,
                                .removed_checkpoints = event.removed_checkpoints});
}

void on(State& state, const RevertAdvanced& event) {
    Revert* revert = state.index.reverts.find(event.revert);
    if (!revert) return;
    advance_version(state, revert->thread);
    revert->stage = event.stage;
}

void on(State& state, const ThreadReverted& event) {
    move_later_checkpoints(state, event);
    for (const CheckpointId& checkpoint : event.removed_checkpoints) remove_checkpoint(state, checkpoint);
    for (const TurnId& turn : event.removed_turns) remove_turn(state, turn);
    remove_revert(state, event.revert);
}

void on(State& state, const RevertFailed& event) {
    remove_revert(state, event.revert);
}

void on(State& state, const CheckpointReleased& event) {
    const Checkpoint* checkpoint = state.index.checkpoints.find(event.checkpoint);
    if (!checkpoint) return;
    advance_version(state, checkpoint->thread);
    remove_checkpoint(state, event.checkpoint);
}

bool is_end_of_turn(const Checkpoint& checkpoint) {
    return checkpoint.kind == CheckpointKind::turn_end && checkpoint.after_turn &&
           checkpoint.id == end_checkpoint_of(*checkpoint.after_turn);
}

} // namespace evenfold::orchestration

namespace evenfold {
template const Shape& shape_of<orchestration::Checkpoint>();
template const Shape& shape_of<orchestration::Revert>();
} // namespace evenfold

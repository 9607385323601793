#include "evenfold/core/projector/orchestration/checkpoint.hpp"

#include "evenfold/core/projector/orchestration/cascade.hpp"
#include "evenfold/core/reflection/shape_of.hpp"

namespace evenfold::orchestration {
namespace {

void resolve(Model& model, const CheckpointId& id, Slot<CheckpointRef> ref) {
    Checkpoint* checkpoint = model.index->checkpoints.find(id);
    if (!checkpoint) return;
    Thread* thread = advance(model, checkpoint->thread);
    if (!is_pending(checkpoint->ref)) return;
    checkpoint->ref = std::move(ref);
    if (thread) thread->pending_checkpoints.erase(id);
    model.index->pending_checkpoints.erase(id);
}

/// A rescue is of files behind turns that are gone now: it keeps the turns that the target keeps.
void keep_rescues(Model& model, const ThreadReverted& event) {
    const Revert* revert = model.index->reverts.find(event.revert);
    const Checkpoint* target = revert ? model.index->checkpoints.find(revert->target) : nullptr;
    const Thread* thread = model.index->threads.find(event.thread);
    if (!target || !thread) return;
    for (const CheckpointId& id : thread->checkpoints.after(target->id)) {
        if (Checkpoint* kept = model.index->checkpoints.find(id)) kept->after_turn = target->after_turn;
    }
}

/// The revert is over: its id is retired and its thread free.
void close(Model& model, const RevertId& id) {
    const Revert* revert = model.index->reverts.find(id);
    if (!revert) return;
    if (Thread* thread = advance(model, revert->thread)) thread->revert.reset();
    model.index->retired.insert(id.uuid);
    model.index->reverts.erase(id);
}

} // namespace

void on(Model& model, const CheckpointCreated& event) {
    Thread* thread = advance(model, event.thread);
    if (!thread) return;
    thread->checkpoints.insert(event.checkpoint);
    thread->pending_checkpoints.insert(event.checkpoint);
    thread->next_checkpoint_ordinal = std::max(thread->next_checkpoint_ordinal, event.ordinal + 1);
    model.index->pending_checkpoints.insert(event.checkpoint);
    model.index->checkpoints.insert({.id = event.checkpoint,
                                     .thread = event.thread,
                                     .ordinal = event.ordinal,
                                     .kind = event.kind,
                                     .after_turn = event.after_turn,
                                     .label = event.label,
                                     .ref = Pending{}});
}

void on(Model& model, const CheckpointGitRefAssigned& event) {
    resolve(model, event.checkpoint, Assigned<CheckpointRef>{{.git_ref = event.git_ref, .files = event.files}});
}

void on(Model& model, const CheckpointFailed& event) {
    resolve(model, event.checkpoint, Failed{event.reason});
}

void on(Model& model, const RevertRequested& event) {
    Thread* thread = advance(model, event.thread);
    if (!thread) return;
    thread->revert = event.revert;
    model.index->reverts.insert({.id = event.revert,
                                 .thread = event.thread,
                                 .target = event.target,
                                 .stage = RevertStage::requested,
                                 .removed_turns = event.removed_turns,
                                 .removed_checkpoints = event.removed_checkpoints});
}

void on(Model& model, const RevertAdvanced& event) {
    Revert* revert = model.index->reverts.find(event.revert);
    if (!revert) return;
    advance(model, revert->thread);
    revert->stage = event.stage;
}

void on(Model& model, const ThreadReverted& event) {
    keep_rescues(model, event);
    for (const CheckpointId& checkpoint : event.removed_checkpoints) remove_checkpoint(model, checkpoint);
    for (const TurnId& turn : event.removed_turns) remove_turn(model, turn);
    close(model, event.revert);
}

void on(Model& model, const RevertFailed& event) {
    close(model, event.revert);
}

} // namespace evenfold::orchestration

namespace evenfold {
template const Shape& shape_of<orchestration::Checkpoint>();
template const Shape& shape_of<orchestration::Revert>();
} // namespace evenfold

#include "evenfold/tests/laws/small_scope/faults.hpp"

#include <algorithm>

namespace evenfold::orchestration::tests::small_scope {
namespace {

constexpr Functions sound = functions_of<Core>;

// Rows 9 and 10: the queue and its hold.

/// Row 10 without "cancelling the last one clears the hold".
Model keep_hold(Model model, const Event& event) {
    const auto* cancelled = std::get_if<TurnCancelled>(&event);
    const Turn* turn = cancelled ? model->index.find(cancelled->turn) : nullptr;
    Thread* thread = turn ? model->index.threads.find(turn->thread) : nullptr;
    const auto hold = thread ? thread->hold : std::nullopt;
    model = sound.project(std::move(model), event);
    if (thread) thread->hold = hold;
    return model;
}

const Thread* thread_of_start(const Command& asked, const Model& model) {
    const auto* start = std::get_if<StartTurn>(&asked);
    return start && start->on_busy == OnBusy::enqueue ? model->index.find(start->thread) : nullptr;
}

/// Starts the turn at once, as if the thread were free.
Decision start_at_once(const Command& asked, const Model& model) {
    Decision answer = sound.decide(asked, model);
    const auto& start = std::get<StartTurn>(asked);
    const Thread& thread = *model->index.find(start.thread);
    if (answer && std::holds_alternative<TurnQueued>(answer->back())) {
        answer->back() = TurnStarted{.turn = start.turn,
                                     .thread = start.thread,
                                     .ordinal = thread.turns_started + 1,
                                     .message = start.message,
                                     .frozen = thread.settings};
    }
    return answer;
}

/// Row 9 without "if held: enqueue": a message to a held thread starts its turn.
Decision start_while_held(const Command& asked, const Model& model) {
    const Thread* thread = thread_of_start(asked, model);
    return thread && thread->hold ? start_at_once(asked, model) : sound.decide(asked, model);
}

/// Refuses a message to a held thread.
Decision refuse_while_held(const Command& asked, const Model& model) {
    const Thread* thread = thread_of_start(asked, model);
    if (thread && thread->hold) return std::unexpected<Error>(rejection::ThreadBusy{thread->queue.front()});
    return sound.decide(asked, model);
}

/// Starts a second turn beside the first when a busy thread gets a message.
Decision start_while_busy(const Command& asked, const Model& model) {
    const Thread* thread = thread_of_start(asked, model);
    return thread && thread->active ? start_at_once(asked, model) : sound.decide(asked, model);
}

// The closing batch.

bool is_end(const Event& event) {
    return std::holds_alternative<TurnCompleted>(event) || std::holds_alternative<TurnFailed>(event) ||
           std::holds_alternative<TurnInterrupted>(event);
}

Decision leave_requests_open(const Command& asked, const Model& model) {
    Decision answer = sound.decide(asked, model);
    if (answer && std::ranges::any_of(*answer, is_end))
        erase(*answer, [](const Event& event) { return std::holds_alternative<ApprovalExpired>(event); });
    return answer;
}

Decision leave_calls_running(const Command& asked, const Model& model) {
    Decision answer = sound.decide(asked, model);
    if (answer && std::ranges::any_of(*answer, is_end))
        erase(*answer, [](const Event& event) { return std::holds_alternative<ToolCallFinished>(event); });
    return answer;
}

Decision no_checkpoint_of_failures(const Command& asked, const Model& model) {
    Decision answer = sound.decide(asked, model);
    const auto failed = [](const Event& event) { return std::holds_alternative<TurnFailed>(event); };
    if (answer && std::ranges::any_of(*answer, failed))
        erase(*answer, [](const Event& event) { return std::holds_alternative<CheckpointCreated>(event); });
    return answer;
}

// Ways out.

/// Refuses to stop a turn that was interrupted before it was dispatched.
Decision refuse_force_stop(const Command& asked, const Model& model) {
    const auto* stop = std::get_if<ForceStopTurn>(&asked);
    const Turn* turn = stop ? model->index.find(stop->turn) : nullptr;
    if (turn && turn->state == TurnState::interrupting && !turn->dispatched)
        return std::unexpected<Error>(rejection::TurnNotInState{.have = turn->state, .need = {}});
    return sound.decide(asked, model);
}

/// Refuses to cancel a revert whose files are restored.
Decision refuse_fail_revert(const Command& asked, const Model& model) {
    const auto* fail = std::get_if<FailRevert>(&asked);
    const Revert* revert = fail ? model->index.find(fail->revert) : nullptr;
    if (revert && revert->stage == RevertStage::files_restored)
        return std::unexpected<Error>(rejection::RevertInProgress{.revert = revert->id, .stage = revert->stage});
    return sound.decide(asked, model);
}

/// Reconciles dispatched turns only.
Decision reconcile_the_dispatched(const Command& asked, const Model& model) {
    if (std::holds_alternative<Reconcile>(asked)) {
        const auto active = model->index.active_turns.sorted();
        if (!std::ranges::any_of(active, [&](const TurnId& id) { return model->index.find(id)->dispatched; }))
            return DecidedEvents{};
    }
    return sound.decide(asked, model);
}

// Provider events, and removed entities.

Decision hear_across_a_gap(const Command& asked, const Model& model) {
    const auto* ingested = std::get_if<IngestProviderEvent>(&asked);
    const Turn* turn = ingested ? model->index.find(ingested->turn) : nullptr;
    if (!turn || ingested->seq <= turn->last_seq) return sound.decide(asked, model);
    IngestProviderEvent next = *ingested;
    next.seq = turn->last_seq + 1;
    return sound.decide(next, model);
}

/// Keeps the old root of a project that moves.
Model keep_the_old_root(Model model, const Event& event) {
    const auto* updated = std::get_if<ProjectUpdated>(&event);
    const Project* project = updated ? model->index.find(updated->project) : nullptr;
    const std::string key = project ? project->root_key : std::string();
    model = sound.project(std::move(model), event);
    if (project && updated->changes.root_key) model->index.roots.insert({.id = key, .project = updated->project});
    return model;
}

/// Keeps the turns of a deleted thread among the active ones.
Model forget_the_deleted_turn(Model model, const Event& event) {
    const auto* deleted = std::get_if<ThreadDeleted>(&event);
    const Thread* thread = deleted ? model->index.find(deleted->thread) : nullptr;
    const auto active = thread ? thread->active : std::nullopt;
    model = sound.project(std::move(model), event);
    if (active) model->index.active_turns.insert(*active);
    return model;
}

Functions deciding(Decision (*decide)(const Command&, const Model&)) {
    return {.decide = decide, .project = sound.project, .outstanding = sound.outstanding};
}
Functions projecting(Model (*project)(Model, const Event&)) {
    return {.decide = sound.decide, .project = project, .outstanding = sound.outstanding};
}

} // namespace

std::vector<Fault> faults() {
    return {
        {"the hold stays when the last queued turn is cancelled", projecting(keep_hold), queues_and_reverts, "L13", 6},
        {"a held thread starts an enqueued turn", deciding(start_while_held), queues_and_reverts, "L13", 6},
        {"a held thread refuses an enqueued turn", deciding(refuse_while_held), queues_and_reverts, "6.3, row 9", 5},
        {"a busy thread starts a second turn", deciding(start_while_busy), queues_and_reverts, "L12", 4},
        {"the closing batch leaves a request open", deciding(leave_requests_open), queues_and_reverts, "L22", 5},
        {"the closing batch leaves a call running", deciding(leave_calls_running), streams, "L15", 6},
        {"a turn that failed has no end checkpoint", deciding(no_checkpoint_of_failures), queues_and_reverts, "L21", 5},
        {"an interrupted turn cannot be stopped", deciding(refuse_force_stop), queues_and_reverts, "L20", 4},
        {"a revert cannot be cancelled at its last stage", deciding(refuse_fail_revert), queues_and_reverts, "L20", 9},
        {"Reconcile skips a turn that is not dispatched", deciding(reconcile_the_dispatched), queues_and_reverts, "L22",
         4},
        {"a provider event after a gap is accepted", deciding(hear_across_a_gap), streams, "L28", 5},
        {"a project that moves keeps its old root", projecting(keep_the_old_root), deletions, "L11", 2},
        {"a deleted thread leaves its turn at work", projecting(forget_the_deleted_turn), deletions, "L16", 4}};
}

} // namespace evenfold::orchestration::tests::small_scope

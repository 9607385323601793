#include "evenfold/core/decider/orchestration/turn.hpp"

#include "evenfold/core/decider/orchestration/closing.hpp"
#include "evenfold/core/values/orchestration/checkpoint_ids.hpp"

namespace evenfold::orchestration {
namespace {

rejection::TurnNotInState make_turn_not_in_state(const Turn& turn, std::vector<TurnState> need) {
    return {.have = turn.state, .need = std::move(need)};
}

/// Requests a checkpoint of the files before the first turn of a thread begins.
void add_baseline(DecidedEvents& events, const Thread& thread) {
    if (thread.turns_started > 0) return;
    events.emplace_back(CheckpointCreated{.checkpoint = baseline_checkpoint_of(thread.id),
                                          .thread = thread.id,
                                          .ordinal = thread.next_checkpoint_ordinal,
                                          .kind = CheckpointKind::baseline,
                                          .after_turn = {},
                                          .label = {}});
}

std::string describe_fitting_decisions(const RequestKind& kind) {
    const auto* question = std::get_if<Question>(&kind);
    if (!question) return "Allow, AllowForSession or Deny";
    return "Answer with as many answers as the question has items: " + std::to_string(question->items.size());
}

OptionalError check_decision(const ApprovalDecision& decision) {
    if (const auto* deny = std::get_if<Deny>(&decision)) {
        return deny->feedback ? check_input("feedback", *deny->feedback) : OptionalError{};
    }
    if (const auto* answer = std::get_if<Answer>(&decision)) {
        for (const std::string& one : answer->answers) {
            if (auto error = check_input("answers", one)) return error;
        }
    }
    return {};
}

} // namespace

Decision on(const StartTurn& command, const Index& index) {
    const Thread* thread = index.find(command.thread);
    if (!thread) return reject(not_found(index, command.thread));
    if (auto error = first_error(check_not_archived(*thread), check_not_reverting(index, *thread),
                                 check_id_is_free(index, command.turn.uuid, EntityKind::turn),
                                 check_id_is_free(index, command.message.uuid, EntityKind::message),
                                 check_input("input", command.input)))
        return reject(*error);
    if (command.turn.uuid == command.message.uuid)
        return reject(rejection::IdInUse{.kind = EntityKind::turn, .id = command.turn.uuid});
    const OptionalError not_free = first_error(check_not_busy(*thread), check_queue_is_empty(*thread));
    if (not_free && command.on_busy == OnBusy::reject) return reject(*not_free);

    DecidedEvents events;
    if (!not_free) add_baseline(events, *thread);
    events.emplace_back(MessageAdded{.message = command.message,
                                     .thread = command.thread,
                                     .turn = command.turn,
                                     .role = Role::user,
                                     .blocks = {Text{.text = command.input, .sealed = true, .parent = {}}}});
    if (not_free)
        events.emplace_back(TurnQueued{.turn = command.turn, .thread = command.thread, .message = command.message});
    else
        events.emplace_back(make_turn_started(*thread, command.turn, command.message));
    return events;
}

Decision on(const CancelQueuedTurn& command, const Index& index) {
    const Turn* turn = index.find(command.turn);
    if (!turn) return reject(not_found(index, command.turn));
    if (turn->state != TurnState::queued) return reject(make_turn_not_in_state(*turn, {TurnState::queued}));
    return accept(TurnCancelled{command.turn});
}

Decision on(const ResumeQueue& command, const Index& index) {
    const Thread* thread = index.find(command.thread);
    if (!thread) return reject(not_found(index, command.thread));
    if (auto error = check_not_busy(*thread)) return reject(*error);
    const Turn* next = thread->queue.empty() ? nullptr : index.find(thread->queue.front());
    if (!thread->hold || !next) return reject(rejection::QueueNotHeld{command.thread});
    return accept(QueueResumed{command.thread}, make_turn_started(*thread, next->id, next->message));
}

Decision on(const InterruptTurn& command, const Index& index) {
    const Turn* turn = index.find(command.turn);
    if (!turn) return reject(not_found(index, command.turn));
    if (turn->state == TurnState::interrupting) return accept();
    if (!is_active(turn->state))
        return reject(make_turn_not_in_state(*turn, {TurnState::starting, TurnState::running, TurnState::awaiting}));
    return accept(TurnInterruptRequested{command.turn});
}

Decision on(const ForceStopTurn& command, const Index& index) {
    const Turn* turn = index.find(command.turn);
    if (!turn) return reject(not_found(index, command.turn));
    if (auto error = check_label("reason", command.reason)) return reject(*error);
    if (!is_active(turn->state)) {
        return reject(make_turn_not_in_state(
            *turn, {TurnState::starting, TurnState::running, TurnState::awaiting, TurnState::interrupting}));
    }
    DecidedEvents events;
    interrupt_turn(events, index, *turn, command.reason, ExpiryCause::turn_ended);
    return events;
}

Decision on(const RespondApproval& command, const Index& index) {
    const Request* request = index.find(command.request);
    if (!request) return reject(not_found(index, command.request));
    if (request->state != RequestState::pending) return reject(rejection::ApprovalNotPending{request->state});
    if (!fits(request->kind, command.decision))
        return reject(rejection::WrongDecisionKind{describe_fitting_decisions(request->kind)});
    if (auto error = check_decision(command.decision)) return reject(*error);
    return accept(ApprovalAnswered{.request = command.request, .decision = command.decision});
}

} // namespace evenfold::orchestration

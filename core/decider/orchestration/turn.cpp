#include "evenfold/core/decider/orchestration/turn.hpp"

#include "evenfold/core/decider/orchestration/closing.hpp"

namespace evenfold::orchestration {
namespace {

rejection::TurnNotInState not_in(const Turn& turn, std::vector<TurnState> need) {
    return {.have = turn.state, .need = std::move(need)};
}

/// Requests a checkpoint of the files before the first turn of a thread begins.
void baseline(Events& events, const Thread& thread) {
    if (thread.turns_started > 0) return;
    events.emplace_back(CheckpointCreated{.checkpoint = derive<CheckpointTag>(thread.id, "baseline"),
                                          .thread = thread.id,
                                          .ordinal = thread.next_checkpoint_ordinal,
                                          .kind = CheckpointKind::baseline,
                                          .after_turn = {},
                                          .label = {}});
}

std::string fitting(const RequestKind& kind) {
    const auto* question = std::get_if<Question>(&kind);
    if (!question) return "Allow, AllowForSession or Deny";
    return "Answer with as many answers as the question has items: " + std::to_string(question->items.size());
}

OptionalError bad_decision(const ApprovalDecision& decision) {
    if (const auto* deny = std::get_if<Deny>(&decision)) {
        return deny->feedback ? bad_input("feedback", *deny->feedback) : OptionalError{};
    }
    if (const auto* answer = std::get_if<Answer>(&decision)) {
        for (const std::string& one : answer->answers) {
            if (auto no = bad_input("answers", one)) return no;
        }
    }
    return {};
}

} // namespace

Decision on(const StartTurn& ask, const Index& index) {
    const Thread* thread = index.find(ask.thread);
    if (!thread) return refuse(missing(index, ask.thread));
    if (auto no =
            first_of(archived(*thread), reverting(index, *thread), id_taken(index, ask.turn.uuid, EntityKind::turn),
                     id_taken(index, ask.message.uuid, EntityKind::message), bad_input("input", ask.input)))
        return refuse(*no);
    if (ask.turn.uuid == ask.message.uuid)
        return refuse(rejection::IdInUse{.kind = EntityKind::turn, .id = ask.turn.uuid});
    const OptionalError not_free = first_of(busy(*thread), queued(*thread));
    if (not_free && ask.on_busy == OnBusy::reject) return refuse(*not_free);

    Events events;
    if (!not_free) baseline(events, *thread);
    events.emplace_back(MessageAdded{.message = ask.message,
                                     .thread = ask.thread,
                                     .turn = ask.turn,
                                     .role = Role::user,
                                     .blocks = {Text{.text = ask.input, .sealed = true, .parent = {}}}});
    if (not_free)
        events.emplace_back(TurnQueued{.turn = ask.turn, .thread = ask.thread, .message = ask.message});
    else
        events.emplace_back(started(*thread, ask.turn, ask.message));
    return events;
}

Decision on(const CancelQueuedTurn& ask, const Index& index) {
    const Turn* turn = index.find(ask.turn);
    if (!turn) return refuse(missing(index, ask.turn));
    if (turn->state != TurnState::queued) return refuse(not_in(*turn, {TurnState::queued}));
    return then(TurnCancelled{ask.turn});
}

Decision on(const ResumeQueue& ask, const Index& index) {
    const Thread* thread = index.find(ask.thread);
    if (!thread) return refuse(missing(index, ask.thread));
    if (auto no = busy(*thread)) return refuse(*no);
    const Turn* next = thread->queue.empty() ? nullptr : index.find(thread->queue.front());
    if (!thread->hold || !next) return refuse(rejection::QueueNotHeld{ask.thread});
    return then(QueueResumed{ask.thread}, started(*thread, next->id, next->message));
}

Decision on(const InterruptTurn& ask, const Index& index) {
    const Turn* turn = index.find(ask.turn);
    if (!turn) return refuse(missing(index, ask.turn));
    if (turn->state == TurnState::interrupting) return then();
    if (!is_active(turn->state))
        return refuse(not_in(*turn, {TurnState::starting, TurnState::running, TurnState::awaiting}));
    return then(TurnInterruptRequested{ask.turn});
}

Decision on(const ForceStopTurn& ask, const Index& index) {
    const Turn* turn = index.find(ask.turn);
    if (!turn) return refuse(missing(index, ask.turn));
    if (auto no = bad_label("reason", ask.reason)) return refuse(*no);
    if (!is_active(turn->state)) {
        return refuse(
            not_in(*turn, {TurnState::starting, TurnState::running, TurnState::awaiting, TurnState::interrupting}));
    }
    Events events;
    cut_off(events, index, *turn, ask.reason, ExpiryCause::turn_ended);
    return events;
}

Decision on(const RespondApproval& ask, const Index& index) {
    const Request* request = index.find(ask.request);
    if (!request) return refuse(missing(index, ask.request));
    if (request->state != RequestState::pending) return refuse(rejection::ApprovalNotPending{request->state});
    if (!fits(request->kind, ask.decision)) return refuse(rejection::WrongDecisionKind{fitting(request->kind)});
    if (auto no = bad_decision(ask.decision)) return refuse(*no);
    return then(ApprovalAnswered{.request = ask.request, .decision = ask.decision});
}

} // namespace evenfold::orchestration

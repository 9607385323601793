#include "evenfold/core/decider/orchestration/ingestion.hpp"

#include <algorithm>
#include <utility>

#include "evenfold/core/decider/orchestration/closing.hpp"
#include "evenfold/core/decider/orchestration/content.hpp"

namespace evenfold::orchestration {
namespace {

/// Returns whether the turn ends with its session: the provider has it, may have it, or owes the interruption.
bool bound_to_process(const Thread& thread, const Turn& turn) {
    return turn.dispatched || may_be_sent(thread, turn) || turn.state == TurnState::interrupting;
}

/// Ends the session, and the turn that it carried.
void lose(Events& events, const Index& index, const Thread& thread, const std::string& reason) {
    if (thread.session) {
        events.emplace_back(SessionLost{.thread = thread.id, .epoch = thread.session->epoch, .reason = reason});
    }
    const Turn* turn = thread.active ? index.find(*thread.active) : nullptr;
    if (turn && bound_to_process(thread, *turn)) {
        cut_off(events, index, *turn, reason, ExpiryCause::session_lost);
    }
}

rejection::TurnNotInState not_to_be_dispatched(const Turn& turn) {
    return {.have = turn.state, .need = {TurnState::starting, TurnState::interrupting}};
}

/// Rejects a turn that does not exist or has ended.
OptionalError not_live(const Index& index, const Turn* turn, const TurnId& id) {
    if (!turn) return missing(index, id);
    if (is_terminal(turn->state)) return rejection::TurnTerminal{turn->state};
    return {};
}

/// Returns whether a session in `live` carries the thread. If the thread has none, that is the next one to be bound.
bool is_live(const std::vector<LiveSession>& live, const Thread& thread) {
    const std::uint64_t epoch = thread.session ? thread.session->epoch : thread.last_epoch + 1;
    return std::ranges::any_of(
        live, [&](const LiveSession& session) { return session.thread == thread.id && session.epoch == epoch; });
}

} // namespace

Decision on(const BindSession& ask, const Index& index) {
    const Thread* thread = index.find(ask.thread);
    if (!thread) return refuse(missing(index, ask.thread));
    if (auto no = bad_label("session_ref", ask.session_ref)) return refuse(*no);
    if (thread->session == Session{.epoch = ask.epoch, .session_ref = ask.session_ref}) return then();
    if (thread->session && ask.epoch >= thread->last_epoch && ask.epoch <= thread->last_epoch + 1)
        return refuse(rejection::SlotAlreadyResolved{thread->session->session_ref});
    if (ask.epoch != thread->last_epoch + 1) return refuse(rejection::StaleEpoch{thread->last_epoch});
    return then(SessionBound{.thread = ask.thread, .epoch = ask.epoch, .session_ref = ask.session_ref});
}

Decision on(const LoseSession& ask, const Index& index) {
    const Thread* thread = index.find(ask.thread);
    if (!thread) return refuse(missing(index, ask.thread));
    if (auto no = bad_label("reason", ask.reason)) return refuse(*no);
    if (!thread->session || thread->session->epoch != ask.epoch)
        return refuse(rejection::StaleEpoch{thread->last_epoch});
    Events events;
    lose(events, index, *thread, ask.reason);
    return events;
}

Decision on(const ConfirmTurnDispatched& ask, const Index& index) {
    const Turn* turn = index.find(ask.turn);
    if (auto no =
            first_of(not_live(index, turn, ask.turn), bad_optional_label("provider_turn_ref", ask.provider_turn_ref)))
        return refuse(*no);
    if (turn->state == TurnState::queued) return refuse(not_to_be_dispatched(*turn));
    const CompactString* known = assigned(turn->provider_ref);
    if (known && ask.provider_turn_ref && *known != *ask.provider_turn_ref)
        return refuse(rejection::SlotAlreadyResolved{*known});
    const bool news = ask.provider_turn_ref && !known; // content may have come before the confirmation
    if (turn->dispatched && !news) return then();
    const Thread* thread = index.find(turn->thread);
    return then(TurnDispatched{
        .turn = ask.turn, .epoch = thread ? thread->last_epoch : 0, .provider_turn_ref = ask.provider_turn_ref});
}

Decision on(const FailTurnDispatch& ask, const Index& index) {
    const Turn* turn = index.find(ask.turn);
    if (auto no = first_of(not_live(index, turn, ask.turn), bad_label("reason", ask.reason))) return refuse(*no);
    if (turn->dispatched || turn->state == TurnState::queued) return refuse(not_to_be_dispatched(*turn));
    Events events;
    const TurnFailed failed{.turn = ask.turn, .seq = {}, .reason = ask.reason};
    close(events, index, *turn, failed, ExpiryCause::turn_ended, false);
    return events;
}

Decision on(const IngestProviderEvent& ask, const Index& index) {
    const Turn* turn = index.find(ask.turn);
    if (!turn) return refuse(missing(index, ask.turn));
    if (ask.seq <= turn->last_seq) return then(); // a repeat
    if (is_terminal(turn->state)) return refuse(rejection::TurnTerminal{turn->state});
    const Thread* thread = index.find(turn->thread);
    if (!thread || !thread->session || thread->session->epoch != ask.epoch)
        return refuse(rejection::StaleEpoch{thread ? thread->last_epoch : 0});
    if (ask.seq != turn->last_seq + 1)
        return refuse(rejection::ProviderGap{.expected = turn->last_seq + 1, .got = ask.seq});
    if (turn->state == TurnState::queued) {
        return refuse(rejection::TurnNotInState{
            .have = turn->state,
            .need = {TurnState::starting, TurnState::running, TurnState::awaiting, TurnState::interrupting}});
    }
    return content(index, *turn, ask.epoch, ask.seq, ask.event);
}

Decision on(const ConfirmAnswerDelivered& ask, const Index& index) {
    const Request* request = index.find(ask.request);
    if (!request) return refuse(missing(index, ask.request));
    if (request->state == RequestState::delivered) return then();
    if (request->state != RequestState::answered) return refuse(rejection::ApprovalNotPending{request->state});
    return then(ApprovalDelivered{.request = ask.request, .seq = {}});
}

Decision on(const FailAnswerDelivery& ask, const Index& index) {
    const Request* request = index.find(ask.request);
    if (!request) return refuse(missing(index, ask.request));
    if (auto no = bad_label("reason", ask.reason)) return refuse(*no);
    if (request->expiry == ExpiryCause::undeliverable) return then();
    if (request->state != RequestState::answered) return refuse(rejection::ApprovalNotPending{request->state});
    return then(ApprovalExpired{.request = ask.request, .cause = ExpiryCause::undeliverable, .seq = {}});
}

Decision on(const Reconcile& ask, const Index& index) {
    Events events;
    for (const TurnId& id : index.active_turns.sorted()) {
        const Turn* turn = index.find(id);
        const Thread* thread = turn ? index.find(turn->thread) : nullptr;
        if (!thread || !bound_to_process(*thread, *turn) || is_live(ask.live, *thread)) continue;
        lose(events, index, *thread, "the session was not alive at reconciliation");
    }
    return events;
}

} // namespace evenfold::orchestration

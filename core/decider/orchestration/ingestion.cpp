#include "evenfold/core/decider/orchestration/ingestion.hpp"

#include <algorithm>
#include <utility>

#include "evenfold/core/decider/orchestration/closing.hpp"
#include "evenfold/core/decider/orchestration/content.hpp"

namespace evenfold::orchestration {
namespace {

/// Returns whether the turn ends with its session: the provider has it, may have it, or owes the interruption.
bool depends_on_session(const Thread& thread, const Turn& turn) {
    return turn.dispatched || can_be_sent(thread, turn) || turn.state == TurnState::interrupting;
}

/// Ends the session, and the turn that it carried.
void lose_session(DecidedEvents& events, const Index& index, const Thread& thread, const std::string& reason) {
    if (thread.session) {
        events.emplace_back(SessionLost{.thread = thread.id, .epoch = thread.session->epoch, .reason = reason});
    }
    const Turn* turn = thread.active ? index.find(*thread.active) : nullptr;
    if (turn && depends_on_session(thread, *turn)) {
        interrupt_turn(events, index, *turn, reason, ExpiryCause::session_lost);
    }
}

rejection::TurnNotInState make_not_dispatchable(const Turn& turn) {
    return {.have = turn.state, .need = {TurnState::starting, TurnState::interrupting}};
}

/// Rejects a turn that does not exist or has ended.
OptionalError check_live(const Index& index, const Turn* turn, const TurnId& id) {
    if (!turn) return not_found(index, id);
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

Decision on(const BindSession& command, const Index& index) {
    const Thread* thread = index.find(command.thread);
    if (!thread) return reject(not_found(index, command.thread));
    if (auto error = first_error(check_label("session_ref", command.session_ref),
                                 check_optional_label("folder", command.folder)))
        return reject(*error);
    if (thread->session == Session{.epoch = command.epoch, .session_ref = command.session_ref}) return accept();
    if (thread->session && command.epoch >= thread->last_epoch && command.epoch <= thread->last_epoch + 1)
        return reject(rejection::SlotAlreadyResolved{thread->session->session_ref});
    if (command.epoch != thread->last_epoch + 1) return reject(rejection::StaleEpoch{thread->last_epoch});
    return accept(SessionBound{.thread = command.thread,
                               .epoch = command.epoch,
                               .session_ref = command.session_ref,
                               .folder = command.folder});
}

Decision on(const LoseSession& command, const Index& index) {
    const Thread* thread = index.find(command.thread);
    if (!thread) return reject(not_found(index, command.thread));
    if (auto error = check_label("reason", command.reason)) return reject(*error);
    if (!thread->session || thread->session->epoch != command.epoch)
        return reject(rejection::StaleEpoch{thread->last_epoch});
    DecidedEvents events;
    lose_session(events, index, *thread, command.reason);
    return events;
}

Decision on(const ConfirmTurnDispatched& command, const Index& index) {
    const Turn* turn = index.find(command.turn);
    if (auto error = first_error(check_live(index, turn, command.turn),
                                 check_optional_label("provider_turn_ref", command.provider_turn_ref)))
        return reject(*error);
    if (turn->state == TurnState::queued) return reject(make_not_dispatchable(*turn));
    const CompactString* known = assigned(turn->provider_ref);
    if (known && command.provider_turn_ref && *known != *command.provider_turn_ref)
        return reject(rejection::SlotAlreadyResolved{*known});
    const bool news = command.provider_turn_ref && !known; // content may have come before the confirmation
    if (turn->dispatched && !news) return accept();
    const Thread* thread = index.find(turn->thread);
    return accept(TurnDispatched{.turn = command.turn,
                                 .epoch = thread ? thread->last_epoch : 0,
                                 .provider_turn_ref = command.provider_turn_ref});
}

Decision on(const FailTurnDispatch& command, const Index& index) {
    const Turn* turn = index.find(command.turn);
    if (auto error = first_error(check_live(index, turn, command.turn), check_label("reason", command.reason)))
        return reject(*error);
    if (turn->dispatched || turn->state == TurnState::queued) return reject(make_not_dispatchable(*turn));
    DecidedEvents events;
    const TurnFailed failed{.turn = command.turn, .seq = {}, .reason = command.reason};
    end_turn(events, index, *turn, failed, ExpiryCause::turn_ended, false);
    return events;
}

Decision on(const ContinueTurn& command, const Index& index) {
    const Turn* turn = index.find(command.turn);
    if (!turn) return reject(not_found(index, command.turn));
    if (is_active(turn->state)) return accept();
    if (turn->state == TurnState::queued) {
        return reject(rejection::TurnNotInState{
            .have = turn->state, .need = {TurnState::completed, TurnState::failed, TurnState::interrupted}});
    }
    const Thread* thread = index.find(turn->thread);
    if (!thread) return reject(not_found(index, turn->thread));
    const bool is_last = turn->ordinal == thread->turns_started && thread->turns.back() == turn->id;
    if (!is_last || !turn->dispatched) return reject(rejection::TurnTerminal{turn->state});
    if (auto error = first_error(check_idle(index, *thread), check_queue_is_empty(*thread))) return reject(*error);
    return accept(TurnContinued{command.turn});
}

Decision on(const IngestProviderEvent& command, const Index& index) {
    const auto [turn, thread] = index.find_with_thread(command.turn);
    if (!turn) return reject(not_found(index, command.turn));
    if (command.seq <= turn->last_seq) return accept(); // a repeat
    if (is_terminal(turn->state)) return reject(rejection::TurnTerminal{turn->state});
    if (!thread || !thread->session || thread->session->epoch != command.epoch)
        return reject(rejection::StaleEpoch{thread ? thread->last_epoch : 0});
    if (command.seq != turn->last_seq + 1)
        return reject(rejection::ProviderGap{.expected = turn->last_seq + 1, .got = command.seq});
    if (turn->state == TurnState::queued) {
        return reject(rejection::TurnNotInState{
            .have = turn->state,
            .need = {TurnState::starting, TurnState::running, TurnState::awaiting, TurnState::interrupting}});
    }
    return decide_content(index, *turn, command.epoch, command.seq, command.event);
}

Decision on(const ConfirmAnswerDelivered& command, const Index& index) {
    const Request* request = index.find(command.request);
    if (!request) return reject(not_found(index, command.request));
    if (request->state == RequestState::delivered) return accept();
    if (request->state != RequestState::answered) return reject(rejection::ApprovalNotPending{request->state});
    return accept(ApprovalDelivered{.request = command.request, .seq = {}});
}

Decision on(const FailAnswerDelivery& command, const Index& index) {
    const Request* request = index.find(command.request);
    if (!request) return reject(not_found(index, command.request));
    if (auto error = check_label("reason", command.reason)) return reject(*error);
    if (request->expiry == ExpiryCause::undeliverable) return accept();
    if (request->state != RequestState::answered) return reject(rejection::ApprovalNotPending{request->state});
    return accept(ApprovalExpired{.request = command.request, .cause = ExpiryCause::undeliverable, .seq = {}});
}

Decision on(const Reconcile& command, const Index& index) {
    DecidedEvents events;
    for (const TurnId& id : index.active_turns.sorted()) {
        const Turn* turn = index.find(id);
        const Thread* thread = turn ? index.find(turn->thread) : nullptr;
        if (!thread || !depends_on_session(*thread, *turn) || is_live(command.live, *thread)) continue;
        lose_session(events, index, *thread, "the session was not alive at reconciliation");
    }
    return events;
}

} // namespace evenfold::orchestration

#include <doctest/doctest.h>

#include "evenfold/tests/support/given.hpp"

namespace evenfold::orchestration::tests {
namespace {

using rejection::EmptyField;
using rejection::StaleEpoch;
using rejection::TurnNotInState;
using rejection::TurnTerminal;

const rejection::ThreadNotFound no_thread{.thread = the_thread, .retired = false};
const rejection::ThreadNotFound retired_thread{.thread = the_thread, .retired = true};
const rejection::TurnNotFound no_turn{.turn = first_turn, .retired = false};
const rejection::TurnNotFound retired_turn{.turn = first_turn, .retired = true};

Reconcile only(std::vector<LiveSession> live) {
    return {std::move(live)};
}

Story interrupted_before_dispatch() {
    return a_thread_with_a_starting_turn().and_then(bind_session()).and_then(InterruptTurn{first_turn});
}

} // namespace

TEST_CASE("BindSession: the next epoch is accepted if no session is bound; a repetition changes nothing.") {
    const SessionBound bound{.thread = the_thread, .epoch = 1, .session_ref = "session-1", .folder = {}};
    const Story one = a_thread().and_then(bind_session());
    given(a_thread()).when(bind_session()).then(bound);
    given(an_archived_thread()).when(bind_session()).then(bound);
    given(one).when(bind_session()).then_nothing();
    given(one).when(bind_session(2)).then(rejection::SlotAlreadyResolved{"session-1"});
    given(one)
        .when(BindSession{.thread = the_thread, .epoch = 1, .session_ref = "another", .folder = {}})
        .then(rejection::SlotAlreadyResolved{"session-1"});
    given(one).when(bind_session(3)).then(StaleEpoch{1});
    given(one).when(bind_session(0)).then(StaleEpoch{1});
    const Story lost = one.and_then(lose_session());
    given(lost).when(bind_session(1)).then(StaleEpoch{1});
    given(lost).when(bind_session(3)).then(StaleEpoch{1});
    given(lost)
        .when(bind_session(2))
        .then(SessionBound{.thread = the_thread, .epoch = 2, .session_ref = "session-2", .folder = {}});
    given(a_thread()).when(bind_session(2)).then(StaleEpoch{0});
}

TEST_CASE("BindSession: the thread must exist and the reference must not be empty.") {
    given(a_project()).when(bind_session()).then(no_thread);
    given(a_deleted_thread()).when(bind_session(2)).then(retired_thread);
    given(a_thread())
        .when(BindSession{.thread = the_thread, .epoch = 1, .session_ref = "", .folder = {}})
        .then(EmptyField{"session_ref"});
    given(a_thread())
        .when(BindSession{.thread = the_thread, .epoch = 1, .session_ref = over_a_label, .folder = {}})
        .then(rejection::TooLarge{.field = "session_ref", .limit = label_bytes_max});
}

TEST_CASE("LoseSession: only the bound session can be lost; an idle thread keeps everything else.") {
    const SessionLost lost{.thread = the_thread, .epoch = 1, .reason = "the process died"};
    given(a_thread_with_a_completed_turn()).when(lose_session()).then(lost);
    given(a_thread_with_a_completed_turn()).when(lose_session(2)).then(StaleEpoch{1});
    given(a_thread_with_a_completed_turn().and_then(lose_session())).when(lose_session()).then(StaleEpoch{1});
    given(a_thread()).when(lose_session()).then(StaleEpoch{0});
    given(a_project()).when(lose_session()).then(no_thread);
    given(a_deleted_thread()).when(lose_session()).then(retired_thread);
    given(a_thread_with_a_running_turn())
        .when(LoseSession{.thread = the_thread, .epoch = 1, .reason = ""})
        .then(EmptyField{"reason"});
}

TEST_CASE("LoseSession: a turn that cannot have been sent stays active for the next session.") {
    const Story waiting = a_thread().and_then(bind_session()).and_then(start_turn(first_turn));
    given(waiting)
        .when(lose_session())
        .then(SessionLost{.thread = the_thread, .epoch = 1, .reason = "the process died"});
}

TEST_CASE("ConfirmTurnDispatched: the turn is dispatched; a repetition changes nothing.") {
    const TurnDispatched dispatched{.turn = first_turn, .epoch = 1, .provider_turn_ref = "provider-turn-1"};
    const Story starting = a_thread_with_a_starting_turn().and_then(bind_session());
    given(starting).when(confirm()).then(dispatched);
    given(starting)
        .when(confirm(first_turn, {}))
        .then(TurnDispatched{.turn = first_turn, .epoch = 1, .provider_turn_ref = {}});
    given(interrupted_before_dispatch()).when(confirm()).then(dispatched);
    given(starting.and_then(confirm())).when(confirm()).then_nothing();
    given(starting.and_then(confirm())).when(confirm(first_turn, {})).then_nothing();
    given(starting.and_then(confirm()))
        .when(confirm(first_turn, "another"))
        .then(rejection::SlotAlreadyResolved{"provider-turn-1"});
}

TEST_CASE("ConfirmTurnDispatched: a reference that arrives after the first content is recorded.") {
    const Story told = a_thread_with_a_starting_turn().and_then(bind_session()).and_then(ingest(1, says("Hi")));
    given(told).when(confirm(first_turn, {})).then_nothing();
    given(told).when(confirm()).then(
        TurnDispatched{.turn = first_turn, .epoch = 1, .provider_turn_ref = "provider-turn-1"});
}

TEST_CASE("ConfirmTurnDispatched: queued, ended and unknown turns are rejected.") {
    given(a_thread_with_a_queued_turn())
        .when(confirm(second_turn))
        .then(TurnNotInState{.have = TurnState::queued, .need = {TurnState::starting, TurnState::interrupting}});
    given(a_thread_with_a_completed_turn()).when(confirm()).then(TurnTerminal{TurnState::completed});
    given(a_held_thread()).when(confirm()).then(TurnTerminal{TurnState::interrupted});
    given(a_thread()).when(confirm()).then(no_turn);
    given(a_deleted_thread()).when(confirm()).then(retired_turn);
    given(a_thread_with_a_starting_turn()).when(confirm(first_turn, "")).then(EmptyField{"provider_turn_ref"});
}

TEST_CASE("FailTurnDispatch: a turn that the provider has received is rejected.") {
    const FailTurnDispatch ask{.turn = first_turn, .reason = "no such program"};
    const TurnFailed failed{.turn = first_turn, .seq = {}, .reason = "no such program"};
    const std::vector need{TurnState::starting, TurnState::interrupting};
    given(a_thread_with_a_starting_turn()).when(ask).then(failed);
    given(interrupted_before_dispatch()).when(ask).then(failed);
    given(a_thread_with_a_running_turn()).when(ask).then(TurnNotInState{.have = TurnState::running, .need = need});
    given(a_thread_with_an_interrupting_turn())
        .when(ask)
        .then(TurnNotInState{.have = TurnState::interrupting, .need = need});
    given(a_thread_with_a_queued_turn())
        .when(FailTurnDispatch{.turn = second_turn, .reason = "no such program"})
        .then(TurnNotInState{.have = TurnState::queued, .need = need});
    given(a_thread_with_a_starting_turn().and_then(ask)).when(ask).then(TurnTerminal{TurnState::failed});
    given(a_thread()).when(ask).then(no_turn);
    given(a_deleted_thread()).when(ask).then(retired_turn);
    given(a_thread_with_a_starting_turn())
        .when(FailTurnDispatch{.turn = first_turn, .reason = ""})
        .then(EmptyField{"reason"});
}

TEST_CASE("IngestProviderEvent: a repeated event changes nothing, even after the end and from old sessions.") {
    const Story two = a_thread_with_a_running_turn().and_then(ingest(1, says("a"))).and_then(ingest(2, says("b")));
    given(two).when(ingest(2, says("b"))).then_nothing();
    given(two).when(ingest(1, says("something else"))).then_nothing();
    given(two).when(ingest(2, says("b"), first_turn, 9)).then_nothing();
    given(two).when(ingest(0, says("b"))).then_nothing();
    given(a_thread_with_a_completed_turn()).when(ingest(2, completes())).then_nothing();
}

TEST_CASE("IngestProviderEvent: rejections are checked in the order terminal, epoch, gap, state.") {
    using rejection::ProviderGap;
    const Story running = a_thread_with_a_running_turn();
    given(a_thread_with_a_completed_turn())
        .when(ingest(9, says("a"), first_turn, 9))
        .then(TurnTerminal{TurnState::completed});
    given(a_held_thread()).when(ingest(1, says("a"))).then(TurnTerminal{TurnState::interrupted});
    given(running).when(ingest(9, says("a"), first_turn, 2)).then(StaleEpoch{1});
    given(running).when(ingest(1, says("a"), first_turn, 0)).then(StaleEpoch{1});
    given(running).when(ingest(2, says("a"))).then(ProviderGap{.expected = 1, .got = 2});
    given(running.and_then(ingest(1, says("a")))).when(ingest(9, says("b"))).then(ProviderGap{.expected = 2, .got = 9});
    given(a_thread_with_a_starting_turn()).when(ingest(1, says("a"))).then(StaleEpoch{0});
    given(a_thread_with_a_queued_turn())
        .when(ingest(2, says("a"), second_turn))
        .then(ProviderGap{.expected = 1, .got = 2});
    given(a_thread_with_a_queued_turn())
        .when(ingest(1, says("a"), second_turn))
        .then(TurnNotInState{
            .have = TurnState::queued,
            .need = {TurnState::starting, TurnState::running, TurnState::awaiting, TurnState::interrupting}});
    given(a_thread()).when(ingest(1, says("a"))).then(no_turn);
    given(a_deleted_thread()).when(ingest(1, says("a"))).then(retired_turn);
}

TEST_CASE("Reconcile: nothing happens if every session is alive, or if no turn is active.") {
    const LiveSession live{.thread = the_thread, .epoch = 1};
    for (const Story& story : {a_thread_with_a_running_turn(), a_thread_with_a_pending_request(),
                               a_thread_with_an_answered_request(), a_thread_with_an_interrupting_turn()}) {
        given(story).when(only({live})).then_nothing();
    }
    for (const Story& story : {nothing(), a_thread(), a_thread_with_a_completed_turn(), a_held_thread(),
                               an_archived_thread(), a_deleted_thread(), a_reverting_thread()}) {
        given(story).when(only({})).then_nothing();
    }
}

TEST_CASE("Reconcile: a session of an older epoch or of another thread does not keep a turn alive.") {
    for (const LiveSession& live :
         {LiveSession{.thread = the_thread, .epoch = 0}, LiveSession{.thread = the_thread, .epoch = 2},
          LiveSession{.thread = other_thread, .epoch = 1}}) {
        given(a_thread_with_a_running_turn())
            .when(only({live}))
            .then(
                SessionLost{.thread = the_thread, .epoch = 1, .reason = "the session was not alive at reconciliation"},
                TurnInterrupted{.turn = first_turn, .seq = {}, .reason = "the session was not alive at reconciliation"},
                CheckpointCreated{.checkpoint = end_of(first_turn),
                                  .thread = the_thread,
                                  .ordinal = 2,
                                  .kind = CheckpointKind::turn_end,
                                  .after_turn = first_turn,
                                  .label = {}});
    }
}

TEST_CASE("Reconcile: a turn that may have been sent ends; one that cannot have been sent stays.") {
    given(a_thread_with_a_starting_turn())
        .when(only({}))
        .then(TurnInterrupted{.turn = first_turn, .seq = {}, .reason = "the session was not alive at reconciliation"});
    given(a_thread().and_then(start_turn(first_turn))).when(only({})).then_nothing();
    given(a_thread_with_a_pending_worktree()
              .and_then(start_turn(first_turn))
              .and_then(FailCheckpoint{.checkpoint = baseline_of(the_thread), .reason = "not a repository"}))
        .when(only({}))
        .then_nothing();
    given(interrupted_before_dispatch())
        .when(only({}))
        .then(SessionLost{.thread = the_thread, .epoch = 1, .reason = "the session was not alive at reconciliation"},
              TurnInterrupted{.turn = first_turn, .seq = {}, .reason = "the session was not alive at reconciliation"});
}

} // namespace evenfold::orchestration::tests

#include <doctest/doctest.h>

#include "evenfold/tests/support/given.hpp"

// Tests the effects of a provider's events on the turn itself: its requests, its start, its interruption.

namespace evenfold::orchestration::tests {
namespace {

const RequestId the_request = request_of(first_turn);

ApprovalRequested requested(std::uint64_t seq, std::optional<std::string> call, const RequestKind& kind) {
    return {.request = the_request,
            .turn = first_turn,
            .seq = seq,
            .provider_request = "r1",
            .call_id = std::move(call),
            .kind = kind};
}
NoticeAdded protocol(std::uint64_t seq, std::string said) {
    return {.turn = first_turn, .seq = seq, .level = NoticeLevel::protocol, .text = std::move(said)};
}
TextAppended text(std::uint64_t seq, std::string said) {
    return {.turn = first_turn, .seq = seq, .block = 0, .text = std::move(said), .parent = {}};
}
TurnState state_of(const Story& story) {
    return story.at(first_turn).state;
}

} // namespace

TEST_CASE("Requests: a request makes the turn wait.") {
    const Story running = a_thread_with_a_running_turn();
    given(running).when(ingest(1, asks())).then(requested(1, {}, a_tool()));
    given(running).when(ingest(1, asks("r1", "c1", a_question()))).then(requested(1, "c1", a_question()));
    CHECK(state_of(running.and_then(ingest(1, asks()))) == TurnState::awaiting);
}

TEST_CASE("Requests: a repeated request becomes a notice, even after it was resolved.") {
    const std::string said = "request 'r1' was reported twice; the second report is ignored";
    given(a_thread_with_a_pending_request()).when(ingest(3, asks())).then(protocol(3, said));
    const Story settled = a_thread_with_an_answered_request().and_then(ConfirmAnswerDelivered{the_request});
    given(settled).when(ingest(3, asks())).then(protocol(3, said));
    const std::string long_id(label_bytes_max + 1, 'r');
    const Story after = a_thread_with_a_running_turn().and_then(ingest(1, asks(long_id)));
    REQUIRE(after.last.size() == 1);
    CHECK(std::holds_alternative<NoticeAdded>(after.last.front()));
}

TEST_CASE("Requests: one that the provider resolved expires, or is delivered if it was answered.") {
    given(a_thread_with_a_pending_request())
        .when(ingest(3, resolved()))
        .then(ApprovalExpired{.request = the_request, .cause = ExpiryCause::resolved_elsewhere, .seq = 3});
    given(a_thread_with_an_answered_request())
        .when(ingest(3, resolved()))
        .then(ApprovalDelivered{.request = the_request, .seq = 3});
    const Story over = a_thread_with_a_pending_request().and_then(ingest(3, resolved()));
    CHECK(state_of(over) == TurnState::running);
}

TEST_CASE("Requests: resolving one that is not open only advances the seq, with or without a notice.") {
    const Story settled =
        a_thread_with_a_pending_request().and_then(ingest(3, resolved())).and_then(ingest(4, resolved()));
    CHECK(settled.at(first_turn).last_seq == 4);
    CHECK(settled.at(the_request).state == RequestState::expired);
    given(a_thread_with_a_running_turn())
        .when(ingest(1, resolved("r9")))
        .then(protocol(1, "request 'r9' was resolved, but was never made"));
}

TEST_CASE("Requests: the turn runs again once none is pending.") {
    const Story two = a_thread_with_a_pending_request().and_then(ingest(3, asks("r2")));
    const Story one = two.and_then(RespondApproval{.request = the_request, .decision = Allow{}});
    CHECK(state_of(two) == TurnState::awaiting);
    CHECK(state_of(one) == TurnState::awaiting);
    CHECK(state_of(one.and_then(ingest(4, resolved("r2")))) == TurnState::running);
}

TEST_CASE("Content: the first event of a starting turn dispatches it.") {
    const Story starting = a_thread_with_a_starting_turn().and_then(bind_session());
    const TurnDispatched dispatched{.turn = first_turn, .epoch = 1, .provider_turn_ref = {}};
    given(starting).when(ingest(1, says("Hi"))).then(dispatched, text(1, "Hi"));
    given(starting).when(ingest(1, says(""))).then(dispatched, SeqAdvanced{.turn = first_turn, .seq = 1});
    given(starting).when(ingest(1, asks())).then(dispatched, requested(1, {}, a_tool()));
    CHECK(state_of(starting.and_then(ingest(1, asks()))) == TurnState::awaiting);
    given(starting)
        .when(ingest(1, completes()))
        .then(dispatched, TurnCompleted{.turn = first_turn, .seq = 1, .stop_reason = "end_turn", .usage = {}},
              CheckpointCreated{.checkpoint = end_of(first_turn),
                                .thread = the_thread,
                                .ordinal = 2,
                                .kind = CheckpointKind::turn_end,
                                .after_turn = first_turn,
                                .label = {}});
    given(starting.and_then(ingest(1, says("Hi")))).when(ingest(2, says("!"))).then(text(2, "!"));
}

TEST_CASE("Content: an interrupting turn accepts late content, late requests and a late dispatch.") {
    const Story story = a_thread_with_an_interrupting_turn();
    given(story).when(ingest(1, says("late"))).then(text(1, "late"));
    given(story).when(ingest(1, asks())).then(requested(1, {}, a_tool()));
    CHECK(state_of(story.and_then(ingest(1, asks())).and_then(ingest(2, resolved()))) == TurnState::interrupting);
    const Story unsent = a_thread_with_a_starting_turn().and_then(bind_session()).and_then(InterruptTurn{first_turn});
    given(unsent)
        .when(ingest(1, says("late")))
        .then(TurnDispatched{.turn = first_turn, .epoch = 1, .provider_turn_ref = {}}, text(1, "late"));
    CHECK(state_of(unsent.and_then(ingest(1, says("late")))) == TurnState::interrupting);
}

TEST_CASE("Content: an interrupted turn records its usage before it ends.") {
    const TurnInterrupted stopped{.turn = first_turn, .seq = 1, .reason = "user"};
    const CheckpointCreated after{.checkpoint = end_of(first_turn),
                                  .thread = the_thread,
                                  .ordinal = 2,
                                  .kind = CheckpointKind::turn_end,
                                  .after_turn = first_turn,
                                  .label = {}};
    provider::TurnComplete told = stops();
    given(a_thread_with_an_interrupting_turn()).when(ingest(1, told)).then(stopped, after);
    told.usage = tokens(4);
    given(a_thread_with_an_interrupting_turn())
        .when(ingest(1, told))
        .then(UsageRecorded{.turn = first_turn, .seq = 1, .usage = tokens(4)}, stopped, after);
}

TEST_CASE("orchestration law L23: interrupt then completion, or the reverse, ends the turn once.") {
    const Story asked_first = a_thread_with_an_interrupting_turn().and_then(ingest(1, completes()));
    CHECK(state_of(asked_first) == TurnState::completed);
    given(asked_first)
        .when(InterruptTurn{first_turn})
        .then(rejection::TurnNotInState{.have = TurnState::completed,
                                        .need = {TurnState::starting, TurnState::running, TurnState::awaiting}});
    const Story told_first = a_thread_with_a_running_turn().and_then(ingest(1, completes()));
    given(told_first).when(ingest(2, stops())).then(rejection::TurnTerminal{TurnState::completed});
}

TEST_CASE("ContinueTurn: the last turn runs again after its end, and keeps its end checkpoint.") {
    const Story told = a_thread_with_a_running_turn().and_then(ingest(1, calls("c1"))).and_then(ingest(2, says("a")));
    for (const Story& ended : {told.and_then(ingest(3, errs())), told.and_then(ingest(3, completes())),
                               told.and_then(force_stop(first_turn))}) {
        given(ended).as(Actor::provider).when(ContinueTurn{first_turn}).then(TurnContinued{first_turn});
        given(ended).as(Actor::user).when(ContinueTurn{first_turn}).then(rejection::NotPermitted{Actor::user});
        const Story again = ended.and_then(ContinueTurn{first_turn});
        CHECK(state_of(again) == TurnState::running);
        CHECK_FALSE(again.at(first_turn).reason);
        given(again).when(ContinueTurn{first_turn}).then_nothing();
        const std::uint64_t next = again.at(first_turn).last_seq + 1;
        const ToolCallFinished finished{.turn = first_turn,
                                        .seq = next,
                                        .call_id = "c1",
                                        .status = ToolCallStatus::succeeded,
                                        .output = "out",
                                        .is_error = false};
        given(again).when(ingest(next, returns("c1", "out"))).then(finished);
        const TurnCompleted done{.turn = first_turn, .seq = next, .stop_reason = "end_turn", .usage = {}};
        given(again).when(ingest(next, completes())).then(done);
    }
}

TEST_CASE("ContinueTurn: a call of a message that was taken back has no result after its turn continues.") {
    Story story = a_thread_with_a_running_turn().and_then(ingest(1, begins_message("m1")));
    story = story.and_then(ingest(2, calls("c1"))).and_then(ingest(3, discards("m1"))).and_then(ingest(4, errs()));
    given(story.and_then(ContinueTurn{first_turn}))
        .when(ingest(5, returns("c1", "out")))
        .then(protocol(5, "a result was reported for tool call 'c1', which already has one: out"));
}

TEST_CASE("ContinueTurn: a turn that the provider never had, or that others follow, does not continue.") {
    const Story running = a_thread_with_a_running_turn();
    given(a_thread_with_a_starting_turn().and_then(force_stop(first_turn)))
        .when(ContinueTurn{first_turn})
        .then(rejection::TurnTerminal{TurnState::interrupted});
    const Story failed = running.and_then(ingest(1, errs()));
    given(failed.and_then(start_turn(second_turn, the_thread)))
        .when(ContinueTurn{first_turn})
        .then(rejection::TurnTerminal{TurnState::failed});
    given(failed.and_then(ArchiveThread{the_thread}))
        .when(ContinueTurn{first_turn})
        .then(rejection::ThreadArchived{the_thread});
}

} // namespace evenfold::orchestration::tests

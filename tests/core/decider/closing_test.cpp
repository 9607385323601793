#include <doctest/doctest.h>

#include "evenfold/tests/support/given.hpp"

namespace evenfold::orchestration::tests {
namespace {

const std::string dead = "the session was not alive at reconciliation";

/// A turn with everything that can be open: a text block, two running calls and a finished one, a pending, an answered
/// and a resolved request, and a queued turn. Its last seq is 7, its thread's next checkpoint the second.
Story everything_open(bool with_queue = true) {
    Story story = a_thread_with_a_running_turn()
                      .and_then(ingest(1, calls("c1")))
                      .and_then(ingest(2, calls("c2")))
                      .and_then(ingest(3, calls("c3")))
                      .and_then(ingest(4, returns("c2")))
                      .and_then(ingest(5, asks("r1", "c1")))
                      .and_then(ingest(6, asks("r2", "c3")))
                      .and_then(ingest(7, asks("r3")))
                      .and_then(RespondApproval{.request = request_of(first_turn, "r3"), .decision = Allow{}})
                      .and_then(ConfirmAnswerDelivered{request_of(first_turn, "r3")})
                      .and_then(RespondApproval{.request = request_of(first_turn, "r2"), .decision = Allow{}})
                      .and_then(ingest(8, says("so far")));
    if (with_queue) story = story.and_then(enqueue(second_turn));
    return story;
}

/// Returns the events that end the open items, in order, before the turn ends.
Events left_open(ExpiryCause cause, std::optional<std::uint64_t> seq) {
    const auto expired = [&](const char* request) {
        return ApprovalExpired{.request = request_of(first_turn, request), .cause = cause, .seq = seq};
    };
    const auto abandoned = [&](const char* call) {
        return ToolCallFinished{.turn = first_turn,
                                .seq = seq,
                                .call_id = call,
                                .status = ToolCallStatus::abandoned,
                                .output = "",
                                .is_error = true};
    };
    return {expired("r1"), expired("r2"), abandoned("c1"), abandoned("c3")};
}

CheckpointCreated checkpoint() {
    return {.checkpoint = end_of(first_turn),
            .thread = the_thread,
            .ordinal = 2,
            .kind = CheckpointKind::turn_end,
            .after_turn = first_turn,
            .label = {}};
}

QueueHeld held(HoldReason reason) {
    return {.thread = the_thread, .reason = reason};
}

TurnInterrupted cut(const std::string& reason) {
    return {.turn = first_turn, .seq = {}, .reason = reason};
}

Events batch(std::initializer_list<Events> parts) {
    Events all;
    for (const Events& part : parts) all.insert(all.end(), part.begin(), part.end());
    return all;
}

} // namespace

TEST_CASE("Closing batch: a completed turn ends, then the next turn of the queue starts.") {
    const TurnStarted next{.turn = second_turn,
                           .thread = the_thread,
                           .ordinal = 2,
                           .message = second_message,
                           .frozen = {.model = "model-1", .policy = Policy::approval_required, .mode = Mode::default_}};
    const TurnCompleted completed{.turn = first_turn, .seq = 9, .stop_reason = "end_turn", .usage = tokens(5)};
    given(everything_open())
        .when(ingest(9, completes(tokens(5))))
        .then_events(batch({left_open(ExpiryCause::turn_ended, 9), {completed, checkpoint(), next}}));
    given(everything_open(false))
        .when(ingest(9, completes(tokens(5))))
        .then_events(batch({left_open(ExpiryCause::turn_ended, 9), {completed, checkpoint()}}));
}

TEST_CASE("Closing batch: an interrupted turn holds the queue.") {
    given(everything_open().and_then(InterruptTurn{first_turn}))
        .when(ingest(9, stops()))
        .then_events(batch({left_open(ExpiryCause::turn_ended, 9),
                            {TurnInterrupted{.turn = first_turn, .seq = 9, .reason = "user"}, checkpoint(),
                             held(HoldReason::turn_interrupted)}}));
}

TEST_CASE("Closing batch: a fatal error fails the turn and holds the queue.") {
    given(everything_open())
        .when(ingest(9, errs()))
        .then_events(batch({left_open(ExpiryCause::turn_ended, 9),
                            {TurnFailed{.turn = first_turn, .seq = 9, .reason = "overloaded: try later"}, checkpoint(),
                             held(HoldReason::turn_failed)}}));
}

TEST_CASE("Closing batch: a lost session ends its turn.") {
    const SessionLost lost{.thread = the_thread, .epoch = 1, .reason = "the process died"};
    given(everything_open())
        .when(lose_session())
        .then_events(batch({{lost},
                            left_open(ExpiryCause::session_lost, {}),
                            {cut("the process died"), checkpoint(), held(HoldReason::turn_interrupted)}}));
}

TEST_CASE("Closing batch: a forced stop interrupts the turn and holds the queue.") {
    given(everything_open())
        .when(force_stop())
        .then_events(batch({left_open(ExpiryCause::turn_ended, {}),
                            {cut("enough"), checkpoint(), held(HoldReason::turn_interrupted)}}));
}

TEST_CASE("Closing batch: a turn that could not be sent has no end checkpoint.") {
    const Story starting = a_thread_with_a_starting_turn().and_then(enqueue(second_turn));
    given(starting)
        .when(FailTurnDispatch{.turn = first_turn, .reason = "no such program"})
        .then(TurnFailed{.turn = first_turn, .seq = {}, .reason = "no such program"}, held(HoldReason::turn_failed));
    given(starting).when(force_stop()).then(cut("enough"), held(HoldReason::turn_interrupted));
}

TEST_CASE("Closing batch: reconciliation ends the turns of all threads without a live session, in one batch.") {
    const SessionLost lost{.thread = the_thread, .epoch = 1, .reason = dead};
    given(everything_open())
        .when(Reconcile{{}})
        .then_events(batch({{lost},
                            left_open(ExpiryCause::session_lost, {}),
                            {cut(dead), checkpoint(), held(HoldReason::turn_interrupted)}}));

    const Story two = a_thread_with_a_running_turn()
                          .and_then(create_thread(other_thread))
                          .and_then(start_turn(second_turn, other_thread))
                          .and_then(bind_session(1, other_thread))
                          .and_then(confirm(second_turn));
    given(two)
        .when(Reconcile{{}})
        .then(lost, cut(dead), checkpoint(), SessionLost{.thread = other_thread, .epoch = 1, .reason = dead},
              TurnInterrupted{.turn = second_turn, .seq = {}, .reason = dead},
              CheckpointCreated{.checkpoint = end_of(second_turn),
                                .thread = other_thread,
                                .ordinal = 2,
                                .kind = CheckpointKind::turn_end,
                                .after_turn = second_turn,
                                .label = {}});
    given(two).when(Reconcile{{LiveSession{.thread = other_thread, .epoch = 1}}}).then(lost, cut(dead), checkpoint());
}

TEST_CASE("Closing batch: no item of the turn is open afterwards, whichever command ended it.") {
    const std::vector<Command> enders{ingest(9, completes()), ingest(9, stops()), ingest(9, errs()),
                                      lose_session(),         force_stop(),       Reconcile{{}}};
    for (const Command& ender : enders) {
        const Story closed = everything_open().and_then(ender);
        const Turn& turn = closed.at(first_turn);
        CHECK(is_terminal(turn.state));
        CHECK(turn.open_requests.empty());
        CHECK(turn.running_calls.empty());
        CHECK(!turn.open_block);
        CHECK(turn.pending_requests == 0);
        CHECK(closed.index().answered_requests.empty());
        CHECK(closed.at(the_thread).active != first_turn);
        CHECK(closed.at(end_of(first_turn)).after_turn == first_turn);
    }
}

} // namespace evenfold::orchestration::tests

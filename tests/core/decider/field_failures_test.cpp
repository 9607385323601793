#include <doctest/doctest.h>

#include <algorithm>

#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/tests/support/given.hpp"

// Scenarios after failures that users of such systems reported; docs/field-failures.md explains the numbers.

namespace evenfold::orchestration::tests {
namespace {

CheckpointCreated end_checkpoint(std::uint64_t ordinal) {
    return {.checkpoint = end_of(first_turn),
            .thread = the_thread,
            .ordinal = ordinal,
            .kind = CheckpointKind::turn_end,
            .after_turn = first_turn,
            .label = {}};
}

bool free(const Story& story) {
    const Thread& thread = story.at(the_thread);
    return !thread.active && !thread.hold && thread.queue.empty();
}

struct Stamped {
    EVENFOLD_STRUCT(Stamped, (std::optional<Instant>, at));
};

/// Returns whether a value of that shape can hold an instant. The domain's types are not recursive.
bool carries_time(const Shape& shape) {
    if (std::holds_alternative<InstantShape>(shape.kind)) return true;
    const auto held = [](ShapeFunction part) { return carries_time(part()); };
    if (const auto* structure = std::get_if<StructureShape>(&shape.kind))
        return std::ranges::any_of(structure->fields, held, &Field::shape);
    if (const auto* variant = std::get_if<VariantShape>(&shape.kind))
        return std::ranges::any_of(variant->alternatives, held);
    if (const auto* optional = std::get_if<OptionalShape>(&shape.kind)) return held(optional->element);
    if (const auto* sequence = std::get_if<SequenceShape>(&shape.kind)) return held(sequence->element);
    const auto* box = std::get_if<IndirectShape>(&shape.kind);
    return box && held(box->content);
}

} // namespace

TEST_CASE("F1 stuck turns (#4584, #3956): after a restart Reconcile interrupts every active turn.") {
    const Story story = a_thread_with_a_pending_request().and_then(Reconcile{{}});
    CHECK(story.at(first_turn).state == TurnState::interrupted);
    CHECK(free(story));
    given(story).when(start_turn(second_turn)).then_accepted();
}

TEST_CASE("F1 stuck turns (#4584): a busy thread cannot be archived, so no hidden turn keeps running.") {
    given(a_thread_with_a_running_turn()).when(ArchiveThread{the_thread}).then(rejection::ThreadBusy{first_turn});
    given(a_thread_with_a_running_turn().and_then(DeleteThread{.thread = the_thread, .force = true}))
        .when(force_stop())
        .then(rejection::TurnNotFound{.turn = first_turn, .retired = true});
}

TEST_CASE("F1 stuck turns (#4713, #4524): if the provider ignores an interrupt, a forced stop ends the turn.") {
    const Story story = a_thread_with_an_interrupting_turn().and_then(force_stop());
    CHECK(free(story));
    CHECK(story.at(first_turn).state == TurnState::interrupted);
}

TEST_CASE("F1 stuck turns (#11796): losing the session completes a pending interrupt.") {
    const Story story = a_thread_with_an_interrupting_turn().and_then(lose_session());
    CHECK(free(story));
}

TEST_CASE("F1 stuck turns (#4723): a worktree that cannot be created does not block its thread.") {
    const Story story = a_thread_with_a_pending_worktree()
                            .and_then(start_turn(first_turn))
                            .and_then(FailWorktree{.thread = the_thread, .reason = "gone"})
                            .and_then(FailCheckpoint{.checkpoint = baseline_of(the_thread), .reason = "gone"});
    CHECK(std::ranges::any_of(outstanding(story.model),
                              [](const Effect& effect) { return std::holds_alternative<SendTurn>(effect.body); }));
    CHECK(free(story.and_then(FailTurnDispatch{.turn = first_turn, .reason = "no folder"})));
}

TEST_CASE("F1 stuck turns (#12136, #6560): a stop while starting leaves nothing running.") {
    const Story starting = a_thread().and_then(start_turn(first_turn));
    CHECK(free(starting.and_then(force_stop())));
    CHECK(free(a_thread_with_a_starting_turn().and_then(InterruptTurn{first_turn}).and_then(Reconcile{{}})));
}

TEST_CASE("F1 stuck turns (#2517, #3041): text does not complete a turn, even a first whole message.") {
    const Story story =
        a_thread_with_a_running_turn().and_then(ingest(1, says("I will look."))).and_then(ingest(2, calls("c1")));
    CHECK(story.at(first_turn).state == TurnState::running);
}

TEST_CASE("F1 stuck turns (#4452, #2886): a completion ends its turn even if items are still open.") {
    const Story story = a_thread_with_a_pending_request().and_then(ingest(3, completes()));
    CHECK(story.at(first_turn).state == TurnState::completed);
    CHECK(free(story));
}

TEST_CASE("F1 stuck turns (#4399): a thread keeps its turns when its session is lost.") {
    const Story story = a_thread_with_a_running_turn().and_then(lose_session());
    CHECK(story.at(the_thread).turns.in_order() == std::vector{first_turn});
}

TEST_CASE("F2 lost input (#9672): a message sent during a turn is queued, and its turn starts afterwards.") {
    const Story story = a_thread_with_a_queued_turn().and_then(ingest(1, completes()));
    CHECK(story.at(the_thread).active == second_turn);
    CHECK(story.at(second_turn).state == TurnState::starting);
}

TEST_CASE("F2 lost input (#9672): the queue behind a failed turn is held, and can be resumed or cancelled.") {
    const Story story = a_thread_with_a_queued_turn().and_then(ingest(1, errs()));
    CHECK(story.at(the_thread).hold == HoldReason::turn_failed);
    CHECK(story.and_then(ResumeQueue{the_thread}).at(the_thread).active == second_turn);
    CHECK(free(story.and_then(CancelQueuedTurn{second_turn})));
}

TEST_CASE("F2 wrongly routed (#3076, #2451): a late completion of an ended turn cannot end the next one.") {
    const Story story = a_held_thread().and_then(ResumeQueue{the_thread});
    given(story).when(ingest(1, completes())).then(rejection::TurnTerminal{TurnState::interrupted});
    CHECK(story.at(the_thread).active == second_turn);
}

TEST_CASE("F2 lost input (#11795): a rejected turn can be requested again, together with its message.") {
    const Story busy = a_thread_with_a_running_turn();
    given(busy).when(start_turn(second_turn)).then(rejection::ThreadBusy{first_turn});
    const Story again = busy.and_then(ingest(1, completes())).and_then(start_turn(second_turn));
    REQUIRE(again.last.size() == 2);
    CHECK(std::holds_alternative<MessageAdded>(again.last.front()));
    CHECK(again.at(second_turn).state == TurnState::starting);
    CHECK(again.index().messages.contains(second_message));
}

TEST_CASE("F3 doubled text (#349, #546): text that is both replayed and received live is appended once.") {
    const Story story =
        a_thread_with_a_running_turn().and_then(ingest(1, says("Hello"))).and_then(ingest(2, says("!")));
    given(story).when(ingest(1, says("Hello"))).then_nothing();
    given(story).when(ingest(2, says("!"))).then_nothing();
    const Exchange& exchange = story.exchange();
    REQUIRE(exchange.reply);
    CHECK(exchange.reply->blocks == std::vector<Block>{Text{.text = "Hello!", .sealed = false, .parent = {}}});
}

TEST_CASE("F3 dropped content (#5542, #11784): thinking is kept as text is.") {
    const Story story = a_thread_with_a_running_turn().and_then(ingest(1, thinks("Hm", "sig")));
    REQUIRE(story.exchange().reply);
    CHECK(story.exchange().reply->blocks ==
          std::vector<Block>{Thinking{.text = "Hm", .signature = "sig", .sealed = true, .parent = {}}});
}

TEST_CASE("F3 lost content: a lost provider event is detected, never skipped.") {
    const Story story = a_thread_with_a_running_turn().and_then(ingest(1, says("Hello")));
    given(story).when(ingest(3, says("?"))).then(rejection::ProviderGap{.expected = 2, .got = 3});
}

TEST_CASE(
    "F4 approvals (#11799, #5454, tidebreak#2425): a request expires with its session, and accepts no decision.") {
    for (const ApprovalDecision& decision : {ApprovalDecision(Allow{}), ApprovalDecision(Answer{{"this"}})}) {
        const bool question = std::holds_alternative<Answer>(decision);
        const Story story = a_thread_with_a_running_turn()
                                .and_then(ingest(1, asks("r1", {}, question ? a_question() : a_tool())))
                                .and_then(lose_session());
        CHECK(story.at(request_of(first_turn)).expiry == ExpiryCause::session_lost);
        given(story)
            .when(RespondApproval{.request = request_of(first_turn), .decision = decision})
            .then(rejection::ApprovalNotPending{RequestState::expired});
    }
}

TEST_CASE("F4 approvals (#7657, #7843, #12979): any error that ends the turn expires its requests.") {
    const provider::ProviderError unheard_of{.code = "", .message = "words nobody has seen before", .fatal = true};
    const Story story = a_thread_with_a_pending_request().and_then(ingest(3, unheard_of));
    CHECK(story.at(request_of(first_turn)).expiry == ExpiryCause::turn_ended);
    CHECK(free(story));
}

TEST_CASE("F4 approvals (#2051): a question is not an approval, and rejects an approval as its answer.") {
    const Story story = a_thread_with_a_running_turn().and_then(ingest(1, asks("r1", {}, a_question())));
    given(story)
        .when(RespondApproval{.request = request_of(first_turn), .decision = Allow{}})
        .then(rejection::WrongDecisionKind{"Answer with as many answers as the question has items: 1"});
}

TEST_CASE("F5 checkpoints (#11616, tidebreak#2420): turns that fail or are stopped have a checkpoint too.") {
    for (const Command& ender :
         std::vector<Command>{ingest(1, errs()), ingest(1, stops()), force_stop(), lose_session(), Reconcile{{}}}) {
        const Story story = a_thread_with_a_running_turn().and_then(ender);
        CHECK(std::ranges::find(story.last, Event(end_checkpoint(2))) != story.last.end());
        given(story.and_then(assign_ref(end_of(first_turn)))).when(revert_to(baseline_of(the_thread))).then_accepted();
    }
}

TEST_CASE("F5 revert (#9069): a repeated step reverts once, because the target is absolute.") {
    const Story story = a_reverting_thread(RevertStage::conversation_rolled_back);
    given(story)
        .when(AdvanceRevert{.revert = the_revert, .stage = RevertStage::conversation_rolled_back, .rescue = {}})
        .then_nothing();
    CHECK(story.at(the_revert).target == end_of(first_turn));
}

TEST_CASE("F5 revert (#8958): a revert that fails midway removes no turn.") {
    const Story story = a_reverting_thread(RevertStage::conversation_rolled_back)
                            .and_then(FailRevert{.revert = the_revert, .reason = "files in the way"});
    CHECK(story.at(the_thread).turns.size() == 2);
    given(story).when(start_turn(third_turn)).then_accepted();
}

TEST_CASE("F5 revert (#2268): a revert to the beginning empties the thread and keeps it usable.") {
    Story story = a_thread_with_a_completed_turn().and_then(revert_to(baseline_of(the_thread)));
    for (const RevertStage stage :
         {RevertStage::rescue_taken, RevertStage::conversation_rolled_back, RevertStage::files_restored})
        story = story.and_then(AdvanceRevert{.revert = the_revert, .stage = stage, .rescue = {}});
    story = story.and_then(CompleteRevert{the_revert});
    CHECK(story.at(the_thread).turns.empty());
    CHECK(story.at(the_thread).checkpoints.in_order() == std::vector{baseline_of(the_thread), end_of(first_turn)});
    given(story).when(start_turn(second_turn)).then_accepted();
}

TEST_CASE("F5 git (#10905): an empty ref is rejected as the ref of a checkpoint.") {
    given(a_thread().and_then(start_turn(first_turn)))
        .when(AssignCheckpointRef{.checkpoint = baseline_of(the_thread), .git_ref = "", .files = {}})
        .then(rejection::EmptyField{"git_ref"});
}

TEST_CASE("F6 replay (#8789): an event that this build does not know leaves the model unchanged.") {
    const Story story = a_thread_with_a_pending_request();
    const Event unknown = Unknown{.kind = "TurnPraised", .version = 7, .bytes = "{\"turn\":"};
    CHECK(project(story.model, unknown) == story.model);
    CHECK(project(Model{}, unknown) == Model{});
}

TEST_CASE("F8 order and time (#3983, #9772): no event of the domain carries a time, so none can order it.") {
    CHECK_FALSE(carries_time(shape_of<Event>()));
    CHECK(carries_time(shape_of<std::vector<Stamped>>()));
    const Story story = a_thread_with_two_completed_turns();
    CHECK(story.at(the_thread).turns.in_order() == std::vector{first_turn, second_turn});
    CHECK(*story.at(first_turn).ordinal < *story.at(second_turn).ordinal);
}

TEST_CASE("F9 identity (#3829): all spellings of one folder are one project.") {
    given(a_project())
        .when(create_project(other_project, "/home/ada/engine/../engine//"))
        .then(rejection::ProjectPathInUse{the_project});
}

TEST_CASE("F9 identity (#4184): the id of a deleted thread cannot be reused.") {
    given(a_deleted_thread())
        .when(create_thread())
        .then(rejection::IdInUse{.kind = EntityKind::thread, .id = the_thread.uuid});
}

TEST_CASE("F9 identity (#4851, #1509): a project can always be deleted.") {
    for (const Story& story : {a_thread_with_a_pending_request(), a_thread_with_an_interrupting_turn(),
                               a_reverting_thread(), a_held_thread(), an_archived_thread(),
                               a_thread_with_a_pending_worktree(), a_thread_with_a_pending_commit()}) {
        given(story).when(DeleteProject{.project = the_project, .force = true}).then_accepted();
    }
}

TEST_CASE("F9 leaks (#2007, #8796): the resources of a deleted thread are outstanding until they are released.") {
    const Story story = a_deleted_thread();
    const auto releases = outstanding(story.model);
    CHECK(releases.size() == 3);
    CHECK(std::ranges::any_of(releases, [](const Effect& effect) {
        const auto* release = std::get_if<Release>(&effect.body);
        return release && std::holds_alternative<SessionResource>(release->resource);
    }));
}

} // namespace evenfold::orchestration::tests

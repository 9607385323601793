#include <doctest/doctest.h>

#include "evenfold/tests/support/given.hpp"

namespace evenfold::orchestration::tests {
namespace {

template <class SomeEvent>
Story and_also(Story story, const SomeEvent& event) {
    story.model = project(std::move(story.model), Event(event));
    return story;
}

} // namespace

TEST_CASE("Project: creation sets all fields, an update changes single fields, and the project holds its root.") {
    const Story made = a_project();
    CHECK(made.at(the_project).title == "Engine");
    CHECK(made.at(the_project).root_key == "/home/ada/engine");
    CHECK(made.index().roots.find("/home/ada/engine")->project == the_project);
    const Story moved = made.and_then(
        UpdateProject{.project = the_project, .title = {}, .root = "/home/ada/motor/", .default_model = "m"});
    CHECK(moved.at(the_project).title == "Engine");
    CHECK(moved.at(the_project).root == "/home/ada/motor");
    CHECK(moved.at(the_project).default_model == "m");
    CHECK(!moved.index().roots.contains("/home/ada/engine"));
    CHECK(moved.index().roots.contains("/home/ada/motor"));
}

TEST_CASE("Thread: a new thread is linked to its project and is empty.") {
    const Story story = a_thread();
    const Thread& thread = story.at(the_thread);
    CHECK(story.at(the_project).threads.in_order() == std::vector{the_thread});
    CHECK(thread.settings ==
          TurnSettings{.model = "model-1", .policy = Policy::approval_required, .mode = Mode::default_});
    CHECK(thread.workspace == Workspace(Root{}));
    CHECK(!thread.archived);
    CHECK(thread.version == 1);
    CHECK(thread.next_checkpoint_ordinal == 1);
    CHECK(!thread.active);
    CHECK(!thread.session);
}

TEST_CASE("Worktree: it has no location until one is assigned, and keeps the first.") {
    const auto location_of = [](const Story& story) {
        return std::get<Worktree>(story.at(the_thread).workspace).location;
    };
    const Story asked = a_thread_with_a_pending_worktree();
    CHECK(is_pending(location_of(asked)));
    const Story assigned = asked.and_then(assign_worktree());
    const WorktreeLocation location{.path = assign_worktree().path, .branch = assign_worktree().branch};
    CHECK(location_of(assigned) == Slot<WorktreeLocation>(Assigned<WorktreeLocation>{location}));
    CHECK(assigned.index().pending_worktrees.empty());
    const Story again = and_also(assigned, WorktreeAssigned{.thread = the_thread, .path = "/other", .branch = "b"});
    CHECK(location_of(again) == location_of(assigned));
    CHECK(location_of(and_also(assigned, WorktreeFailed{.thread = the_thread, .reason = "r"})) ==
          location_of(assigned));
}

TEST_CASE("Checkpoint: it has no ref until one is assigned, and keeps the first.") {
    const CheckpointId baseline = baseline_of(the_thread);
    const Story asked = a_thread().and_then(start_turn(first_turn));
    CHECK(is_pending(asked.at(baseline).ref));
    CHECK(asked.index().pending_checkpoints.contains(baseline));
    const Story assigned = asked.and_then(assign_ref(baseline));
    CHECK(assigned.index().pending_checkpoints.empty());
    CHECK(assigned.at(the_thread).pending_checkpoints.empty());
    const Story again =
        and_also(assigned, CheckpointGitRefAssigned{.checkpoint = baseline, .git_ref = "other", .files = {}});
    CHECK(again.at(baseline).ref == assigned.at(baseline).ref);
    const Story failed = and_also(assigned, CheckpointFailed{.checkpoint = baseline, .reason = "r"});
    CHECK(failed.at(baseline).ref == assigned.at(baseline).ref);
}

TEST_CASE("Commit: it has no ref until one is assigned, and keeps the first.") {
    const Story asked = a_thread_with_a_pending_commit();
    CHECK(is_pending(asked.at(the_commit).ref));
    const Story assigned = asked.and_then(AssignCommitRef{.commit = the_commit, .sha = "1", .branch = "b"});
    CHECK(assigned.at(the_commit).ref == Slot<CommitRef>(Assigned<CommitRef>{CommitRef{.sha = "1", .branch = "b"}}));
    CHECK(assigned.index().pending_commits.empty());
    const Story again = and_also(assigned, CommitRefAssigned{.commit = the_commit, .sha = "2", .branch = "b"});
    CHECK(again.at(the_commit).ref == assigned.at(the_commit).ref);
}

TEST_CASE("Turn: it copies the thread's settings when it starts, and keeps the provider's first reference.") {
    const Story starting = a_thread_with_a_starting_turn();
    const Turn& turn = starting.at(first_turn);
    CHECK(turn.state == TurnState::starting);
    CHECK(turn.ordinal == 1);
    CHECK(turn.frozen == starting.at(the_thread).settings);
    CHECK(is_pending(turn.provider_ref));
    CHECK(!turn.dispatched);
    CHECK(starting.at(the_thread).active == first_turn);
    CHECK(starting.at(the_project).active.contains(first_turn));
    const Story running = starting.and_then(bind_session()).and_then(confirm());
    CHECK(running.at(first_turn).state == TurnState::running);
    CHECK(running.at(first_turn).dispatched);
    CHECK(running.at(first_turn).provider_ref == Slot<CompactString>(Assigned<CompactString>{"provider-turn-1"}));
    const Story again =
        and_also(running, TurnDispatched{.turn = first_turn, .epoch = 1, .provider_turn_ref = "another"});
    CHECK(again.at(first_turn).provider_ref == running.at(first_turn).provider_ref);
}

TEST_CASE("Turn: a queued turn has neither ordinal nor settings until it starts.") {
    const Story queued = a_thread_with_a_queued_turn();
    CHECK(queued.at(second_turn).state == TurnState::queued);
    CHECK(!queued.at(second_turn).ordinal);
    CHECK(!queued.at(second_turn).frozen);
    CHECK(queued.at(the_thread).queue.in_order() == std::vector{second_turn});
    const Story next = queued.and_then(ingest(1, completes(tokens(3))));
    CHECK(next.at(second_turn).ordinal == 2);
    CHECK(next.at(the_thread).queue.empty());
    CHECK(next.at(the_thread).active == second_turn);
    CHECK(next.at(first_turn).usage == tokens(3));
    CHECK(next.at(first_turn).stop_reason == "end_turn");
}

TEST_CASE("Turn: its final state and the reason remain readable.") {
    CHECK(a_held_thread().at(first_turn).reason == "enough");
    CHECK(a_thread_with_a_running_turn().and_then(ingest(1, errs())).at(first_turn).reason == "overloaded: try later");
    const Story usage = a_thread_with_a_running_turn().and_then(ingest(1, provider::UsageReport{tokens(2)}));
    CHECK(usage.at(first_turn).usage == tokens(2));
    CHECK(usage.and_then(ingest(2, completes())).at(first_turn).usage == tokens(2));
}

TEST_CASE("Session: a thread has one session at a time, and keeps the last epoch.") {
    const Story bound = a_thread().and_then(bind_session());
    CHECK(bound.at(the_thread).session == Session{.epoch = 1, .session_ref = "session-1"});
    const Story lost = bound.and_then(lose_session());
    CHECK(!lost.at(the_thread).session);
    CHECK(lost.at(the_thread).last_epoch == 1);
    const Story next = lost.and_then(bind_session(2));
    CHECK(and_also(next, SessionLost{.thread = the_thread, .epoch = 1, .reason = "late"}).at(the_thread).session);
}

TEST_CASE("Request: it keeps its question, the decision and its final state.") {
    const RequestId request = request_of(first_turn);
    const Story answered = a_thread_with_an_answered_request();
    CHECK(answered.at(request).provider_id == "r1");
    CHECK(answered.at(request).tool_call == "c1");
    CHECK(answered.at(request).kind == a_tool());
    CHECK(answered.at(request).decision == ApprovalDecision(Allow{}));
    CHECK(answered.index().answered_requests.contains(request));
    const Story delivered = answered.and_then(ConfirmAnswerDelivered{request});
    CHECK(delivered.at(request).state == RequestState::delivered);
    CHECK(delivered.index().answered_requests.empty());
    CHECK(delivered.at(first_turn).open_requests.empty());
    CHECK(delivered.at(first_turn).requests.in_order() == std::vector{request});
}

TEST_CASE("Thread: its status is the first one of section 6.6 that applies.") {
    using enum ThreadStatus;
    const auto status = [](const Story& story) { return status_of(story.index(), the_thread); };
    CHECK(status(a_project()) == std::nullopt);
    CHECK(status(a_thread()) == idle);
    CHECK(status(a_held_thread()) == held);
    CHECK(status(a_thread_with_a_starting_turn()) == busy);
    CHECK(status(a_thread_with_a_running_turn()) == busy);
    CHECK(status(a_thread_with_an_interrupting_turn()) == busy);
    CHECK(status(a_thread_with_a_queued_turn()) == busy);
    CHECK(status(a_thread_with_a_pending_request()) == awaiting_approval);
    CHECK(status(a_thread_with_a_pending_request().and_then(InterruptTurn{first_turn})) == busy);
    CHECK(status(a_reverting_thread()) == reverting);
    CHECK(status(an_archived_thread()) == archived);
    CHECK(status(a_deleted_thread()) == deleted);
}

TEST_CASE("Revert: nothing is removed until the last stage, and then its id is retired.") {
    const Story story = a_reverting_thread(RevertStage::rescue_taken);
    CHECK(story.at(the_thread).revert == the_revert);
    CHECK(story.at(the_revert).stage == RevertStage::rescue_taken);
    CHECK(story.at(the_thread).turns.size() == 2);
    const Story failed = story.and_then(FailRevert{.revert = the_revert, .reason = "r"});
    CHECK(!failed.at(the_thread).revert);
    CHECK(failed.index().reverts.empty());
    CHECK(failed.index().retired.contains(the_revert.uuid));
}

TEST_CASE("Garbage: a released resource is removed, and increments the version of the thread that held it.") {
    const Story reverted = a_reverting_thread(RevertStage::files_restored)
                               .and_then(CompleteRevert{the_revert})
                               .and_then(ReleaseCheckpoint{end_of(second_turn)});
    REQUIRE(reverted.index().garbage.size() == 1);
    const Resource left = reverted.index().garbage.sorted().front()->resource;
    const Story released = reverted.and_then(ReleaseResource{left});
    CHECK(released.index().garbage.empty());
    CHECK(released.at(the_thread).version == reverted.at(the_thread).version + 1);
}

TEST_CASE("Unknown: an unknown event does not change the model.") {
    for (const Story& story : {nothing(), a_thread_with_a_pending_request(), a_reverting_thread()}) {
        CHECK(and_also(story, Unknown{.kind = "TurnPraised", .version = 2, .bytes = "\xff"}).model == story.model);
    }
}

} // namespace evenfold::orchestration::tests

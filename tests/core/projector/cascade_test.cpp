#include <doctest/doctest.h>

#include "evenfold/tests/support/given.hpp"
#include "evenfold/tests/support/invariants.hpp"

namespace evenfold::orchestration::tests {
namespace {

/// A thread with all kinds of entities: worktree, session, turns done and queued, requests, checkpoints, a commit, a
/// reply.
Story everything() {
    return a_project()
        .and_then(create_worktree_thread())
        .and_then(assign_worktree())
        .and_then(start_turn(first_turn))
        .and_then(assign_ref(baseline_of(the_thread)))
        .and_then(bind_session())
        .and_then(ingest(1, says("Hi")))
        .and_then(ingest(2, completes()))
        .and_then(assign_ref(end_of(first_turn)))
        .and_then(request_commit())
        .and_then(start_turn(second_turn))
        .and_then(ingest(1, says("Well"), second_turn))
        .and_then(ingest(2, asks(), second_turn))
        .and_then(RespondApproval{.request = request_of(second_turn), .decision = Allow{}})
        .and_then(enqueue(third_turn));
}

std::vector<Uuid> ids_below() {
    return {the_thread.uuid,
            first_turn.uuid,
            second_turn.uuid,
            third_turn.uuid,
            first_message.uuid,
            second_message.uuid,
            third_message.uuid,
            reply_id(first_turn).uuid,
            reply_id(second_turn).uuid,
            request_of(second_turn).uuid,
            baseline_of(the_thread).uuid,
            end_of(first_turn).uuid,
            the_commit.uuid};
}

/// Checks that only projects, garbage and retired ids are left.
void empty_but_for_garbage(const Story& story, std::size_t garbage) {
    const Index& index = story.index();
    CHECK(index.threads.empty());
    CHECK(index.turns.empty());
    CHECK(index.messages.empty());
    CHECK(index.requests.empty());
    CHECK(index.checkpoints.empty());
    CHECK(index.reverts.empty());
    CHECK(index.commits.empty());
    CHECK(index.active_turns.empty());
    CHECK(index.pending_worktrees.empty());
    CHECK(index.pending_checkpoints.empty());
    CHECK(index.pending_commits.empty());
    CHECK(index.answered_requests.empty());
    CHECK(story.model->transcript.exchanges.empty());
    CHECK(index.garbage.size() == garbage);
    CHECK(violations(story.model) == Violations{});
}

} // namespace

TEST_CASE("orchestration law L29: no entity of a deleted thread is reachable, and all their ids are retired.") {
    const Story gone = everything().and_then(DeleteThread{.thread = the_thread, .force = true});
    empty_but_for_garbage(gone, 4);
    CHECK(gone.at(the_project).threads.empty());
    CHECK(gone.at(the_project).active.empty());
    for (const Uuid& id : ids_below()) CHECK(gone.index().retired.contains(id));
    CHECK(gone.index().retired.size() == ids_below().size());
}

TEST_CASE("orchestration law L29: no entity of a deleted project is reachable, and its root is free.") {
    const Story gone = everything()
                           .and_then(create_thread(other_thread))
                           .and_then(DeleteProject{.project = the_project, .force = true});
    empty_but_for_garbage(gone, 4);
    CHECK(gone.index().projects.empty());
    CHECK(gone.index().roots.empty());
    CHECK(gone.index().retired.contains(other_thread.uuid));
    CHECK(gone.index().retired.contains(the_project.uuid));
}

TEST_CASE("orchestration law L29: every later command that names a deleted entity is rejected.") {
    const Story gone = everything().and_then(DeleteThread{.thread = the_thread, .force = true});
    const std::vector<Command> late{
        start_turn(id<TurnId>(9)),
        CancelQueuedTurn{third_turn},
        ResumeQueue{the_thread},
        InterruptTurn{second_turn},
        force_stop(second_turn),
        RespondApproval{.request = request_of(second_turn), .decision = Allow{}},
        bind_session(2),
        lose_session(),
        confirm(second_turn),
        ingest(3, says("late"), second_turn),
        ConfirmAnswerDelivered{request_of(second_turn)},
        assign_ref(end_of(first_turn)),
        assign_worktree(),
        revert_to(end_of(first_turn)),
        request_commit(),
        ArchiveThread{the_thread},
        UnarchiveThread{the_thread},
        AssignCommitRef{.commit = the_commit, .sha = "1", .branch = "b"},
        create_thread(),
        DeleteThread{.thread = the_thread, .force = true},
        CreateCheckpoint{.checkpoint = manual_checkpoint, .thread = the_thread, .label = {}}};
    for (const Command& command : late) CHECK(!decide(command, gone.model).has_value());
}

TEST_CASE("orchestration law L30: each resource of a deleted thread is in the garbage once, until it is released.") {
    Story gone = everything().and_then(DeleteThread{.thread = the_thread, .force = true});
    const std::string root = "/home/ada/engine";
    const AssignCheckpointRef baseline = assign_ref(baseline_of(the_thread));
    const AssignCheckpointRef end = assign_ref(end_of(first_turn));
    const AssignWorktree worktree = assign_worktree();
    const std::vector<Resource> owed{
        WorktreeResource{.thread = the_thread, .root = root, .path = worktree.path, .branch = worktree.branch},
        SessionResource{.thread = the_thread, .epoch = 1, .session_ref = "session-1"},
        GitRefResource{
            .thread = the_thread, .root = root, .checkpoint = baseline.checkpoint, .git_ref = baseline.git_ref},
        GitRefResource{.thread = the_thread, .root = root, .checkpoint = end.checkpoint, .git_ref = end.git_ref}};
    for (const Resource& resource : owed) {
        const GarbageEntry* entry = gone.index().garbage.find(id_of(resource));
        REQUIRE(entry);
        CHECK(entry->resource == resource);
        gone = gone.and_then(ReleaseResource{resource});
    }
    CHECK(gone.index().garbage.empty());
}

TEST_CASE("orchestration law L30: resources that are pending, failed or lost are not in the garbage.") {
    const Story pending = a_thread_with_a_pending_worktree().and_then(start_turn(first_turn));
    CHECK(pending.and_then(DeleteThread{.thread = the_thread, .force = true}).index().garbage.empty());
    const Story lost = a_thread().and_then(bind_session()).and_then(lose_session());
    CHECK(lost.and_then(DeleteThread{.thread = the_thread, .force = true}).index().garbage.empty());
}

TEST_CASE("Cascade: deleting a thread does not change other threads.") {
    const Story two = everything().and_then(create_thread(other_thread));
    const Story gone = two.and_then(DeleteThread{.thread = the_thread, .force = true});
    CHECK(gone.at(other_thread) == two.at(other_thread));
    CHECK(gone.at(the_project).threads.in_order() == std::vector{other_thread});
}

TEST_CASE("Cascade: deleting a thread during a revert removes the revert.") {
    const Story gone = a_reverting_thread().and_then(DeleteThread{.thread = the_thread, .force = true});
    CHECK(gone.index().reverts.empty());
    CHECK(gone.index().retired.contains(the_revert.uuid));
    CHECK(outstanding(gone.model).size() == 4);
}

TEST_CASE("orchestration law L31: a revert keeps exactly the turns up to the checkpoint.") {
    const Story kept = a_thread_with_a_completed_turn();
    const Story reverted = a_reverting_thread(RevertStage::files_restored).and_then(CompleteRevert{the_revert});
    CHECK(reverted.at(the_thread).turns.in_order() == std::vector{first_turn});
    CHECK(reverted.at(the_thread).checkpoints.in_order() ==
          std::vector{baseline_of(the_thread), end_of(first_turn), end_of(second_turn)});
    CHECK(reverted.index().find(end_of(second_turn))->after_turn == first_turn);
    CHECK(reverted.model->transcript == kept.model->transcript);
    CHECK(reverted.at(first_turn) == kept.at(first_turn));
    CHECK(!reverted.at(the_thread).revert);
    CHECK(reverted.index().retired.contains(second_turn.uuid));
    CHECK(reverted.index().retired.contains(the_revert.uuid));
    CHECK(reverted.index().garbage.empty());
    CHECK(violations(reverted.model) == Violations{});
    const Story released = reverted.and_then(ReleaseCheckpoint{end_of(second_turn)});
    CHECK(released.at(the_thread).checkpoints.in_order() == kept.at(the_thread).checkpoints.in_order());
    CHECK(released.index().garbage.size() == 1);
    CHECK(violations(released.model) == Violations{});
}

TEST_CASE("orchestration law L31: the ordinals of removed turns and checkpoints are not reused.") {
    const Story next = a_reverting_thread(RevertStage::files_restored)
                           .and_then(CompleteRevert{the_revert})
                           .and_then(start_turn(third_turn));
    CHECK(next.at(third_turn).ordinal == 3);
    CHECK(next.at(the_thread).next_checkpoint_ordinal == 4);
}

} // namespace evenfold::orchestration::tests

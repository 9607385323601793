#include <doctest/doctest.h>

#include "evenfold/tests/support/given.hpp"

namespace evenfold::orchestration::tests {
namespace {

using rejection::CheckpointNotFound;
using rejection::EmptyField;
using rejection::SlotAlreadyResolved;
using rejection::TooLarge;

const AssignCommitRef assign{.commit = the_commit, .sha = "0123abcd", .branch = "main"};
const FailCommit fail{.commit = the_commit, .reason = "nothing to commit"};
const rejection::CommitNotFound no_commit{.commit = the_commit, .retired = false};
const rejection::CommitNotFound retired_commit{.commit = the_commit, .retired = true};

RequestCommit saying(std::string message) {
    RequestCommit ask = request_commit();
    ask.message = std::move(message);
    return ask;
}

Story a_deleted_thread_with_a_commit() {
    return a_thread_with_a_pending_commit().and_then(DeleteThread{.thread = the_thread, .force = true});
}

} // namespace

TEST_CASE("RequestCommit: it commits the files of an idle thread, or one of its assigned checkpoints.") {
    const CommitRequested requested{.commit = the_commit, .thread = the_thread, .message = "Notes", .checkpoint = {}};
    given(a_thread()).when(request_commit()).then(requested);
    given(a_held_thread()).when(request_commit()).then(requested);
    given(a_thread_with_a_completed_turn())
        .when(request_commit(end_of(first_turn)))
        .then(CommitRequested{
            .commit = the_commit, .thread = the_thread, .message = "Notes", .checkpoint = end_of(first_turn)});
}

TEST_CASE("RequestCommit: the thread must exist and be idle, and the id must be new.") {
    given(a_project()).when(request_commit()).then(rejection::ThreadNotFound{.thread = the_thread, .retired = false});
    given(a_deleted_thread())
        .when(request_commit())
        .then(rejection::ThreadNotFound{.thread = the_thread, .retired = true});
    given(an_archived_thread()).when(request_commit()).then(rejection::ThreadArchived{the_thread});
    given(a_reverting_thread())
        .when(request_commit())
        .then(rejection::RevertInProgress{.revert = the_revert, .stage = RevertStage::requested});
    given(a_thread_with_a_running_turn()).when(request_commit()).then(rejection::ThreadBusy{first_turn});
    given(a_thread_with_a_pending_commit())
        .when(request_commit())
        .then(rejection::IdInUse{.kind = EntityKind::commit, .id = the_commit.uuid});
    RequestCommit unnamed = request_commit();
    unnamed.commit = CommitId{};
    given(a_thread()).when(unnamed).then(EmptyField{"commit"});
}

TEST_CASE("RequestCommit: the message must have 1 to input_chars_max characters.") {
    given(a_thread()).when(saying("")).then(EmptyField{"message"});
    given(a_thread()).when(saying(std::string(input_chars_max, 'a'))).then_accepted();
    given(a_thread())
        .when(saying(std::string(input_chars_max + 1, 'a')))
        .then(TooLarge{.field = "message", .limit = input_chars_max});
}

TEST_CASE("RequestCommit: the checkpoint must exist, belong to the thread and have a ref.") {
    const Story completed = a_thread_with_a_completed_turn();
    given(completed)
        .when(request_commit(manual_checkpoint))
        .then(CheckpointNotFound{.checkpoint = manual_checkpoint, .retired = false});
    const Story released = a_reverting_thread(RevertStage::files_restored)
                               .and_then(CompleteRevert{the_revert})
                               .and_then(ReleaseCheckpoint{end_of(second_turn)});
    given(released)
        .when(request_commit(end_of(second_turn)))
        .then(CheckpointNotFound{.checkpoint = end_of(second_turn), .retired = true});
    RequestCommit foreign = request_commit(end_of(first_turn));
    foreign.thread = other_thread;
    given(completed.and_then(create_thread(other_thread)))
        .when(foreign)
        .then(rejection::CheckpointOfOtherThread{the_thread});
    const Story pending =
        completed.and_then(CreateCheckpoint{.checkpoint = manual_checkpoint, .thread = the_thread, .label = {}});
    given(pending)
        .when(request_commit(manual_checkpoint))
        .then(rejection::CheckpointNotReady{.checkpoint = manual_checkpoint, .state = "pending"});
    given(pending.and_then(FailCheckpoint{.checkpoint = manual_checkpoint, .reason = "disk full"}))
        .when(request_commit(manual_checkpoint))
        .then(rejection::CheckpointNotReady{.checkpoint = manual_checkpoint, .state = "disk full"});
}

TEST_CASE("AssignCommitRef: a pending commit gets its ref once; a repetition changes nothing.") {
    const Story assigned = a_thread_with_a_pending_commit().and_then(assign);
    given(a_thread_with_a_pending_commit())
        .when(assign)
        .then(CommitRefAssigned{.commit = the_commit, .sha = "0123abcd", .branch = "main"});
    given(assigned).when(assign).then_nothing();
    given(assigned)
        .when(AssignCommitRef{.commit = the_commit, .sha = "4567", .branch = "main"})
        .then(SlotAlreadyResolved{"0123abcd"});
    given(assigned).when(fail).then(SlotAlreadyResolved{"0123abcd"});
    given(a_thread()).when(assign).then(no_commit);
    given(a_deleted_thread_with_a_commit()).when(assign).then(retired_commit);
    given(a_thread_with_a_pending_commit())
        .when(AssignCommitRef{.commit = the_commit, .sha = "", .branch = "main"})
        .then(EmptyField{"sha"});
    given(a_thread_with_a_pending_commit())
        .when(AssignCommitRef{.commit = the_commit, .sha = "0123abcd", .branch = ""})
        .then(EmptyField{"branch"});
}

TEST_CASE("FailCommit: a pending commit fails once; a repetition changes nothing.") {
    const Story failed = a_thread_with_a_pending_commit().and_then(fail);
    given(a_thread_with_a_pending_commit())
        .when(fail)
        .then(CommitFailed{.commit = the_commit, .reason = "nothing to commit"});
    given(failed).when(fail).then_nothing();
    given(failed)
        .when(FailCommit{.commit = the_commit, .reason = "disk full"})
        .then(SlotAlreadyResolved{"nothing to commit"});
    given(failed).when(assign).then(SlotAlreadyResolved{"nothing to commit"});
    given(a_thread()).when(fail).then(no_commit);
    given(a_deleted_thread_with_a_commit()).when(fail).then(retired_commit);
    given(a_thread_with_a_pending_commit())
        .when(FailCommit{.commit = the_commit, .reason = ""})
        .then(EmptyField{"reason"});
}

TEST_CASE("ReleaseResource: a resource in the garbage is released once; for any other nothing changes.") {
    const Story deleted = a_deleted_thread();
    REQUIRE(deleted.index().garbage.size() == 3);
    for (const GarbageEntry* entry : deleted.index().garbage.sorted()) {
        const ReleaseResource ask{entry->resource};
        given(deleted).when(ask).then(ResourceReleased{entry->resource});
        given(deleted.and_then(ask)).when(ask).then_nothing();
    }
    const SessionResource held{.thread = the_thread, .epoch = 1, .session_ref = "session-1"};
    given(a_thread_with_a_completed_turn()).when(ReleaseResource{held}).then_nothing();
    given(deleted)
        .when(ReleaseResource{SessionResource{.thread = the_thread, .epoch = 1, .session_ref = "another"}})
        .then_nothing();
    given(nothing()).when(ReleaseResource{held}).then_nothing();
}

} // namespace evenfold::orchestration::tests

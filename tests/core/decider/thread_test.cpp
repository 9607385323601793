#include <doctest/doctest.h>

#include "evenfold/tests/support/given.hpp"

namespace evenfold::orchestration::tests {
namespace {

using rejection::EmptyField;
using rejection::TooLarge;

const rejection::ThreadNotFound never_there{.thread = the_thread, .retired = false};
const rejection::ThreadNotFound deleted_before{.thread = the_thread, .retired = true};

UpdateThread update(std::optional<std::string> title, std::optional<std::string> model = {},
                    std::optional<Policy> policy = {}, std::optional<Mode> mode = {},
                    std::optional<std::uint64_t> version = {}) {
    return {.thread = the_thread,
            .title = title,
            .model = model,
            .policy = policy,
            .mode = mode,
            .expected_version = version};
}

ThreadUpdated updated(ThreadChanges changes) {
    return {.thread = the_thread, .changes = std::move(changes)};
}

ThreadCreated created(const WorkspaceChoice& workspace) {
    return {.thread = the_thread,
            .project = the_project,
            .title = "Notes",
            .model = "model-1",
            .policy = Policy::approval_required,
            .mode = Mode::default_,
            .workspace = workspace};
}

} // namespace

TEST_CASE("CreateThread: a thread works in its project's root, or requests a worktree at once.") {
    given(a_project()).when(create_thread()).then(created(Root{}));
    given(a_project())
        .when(create_worktree_thread())
        .then(created(NewWorktree{.base_ref = "main", .name = "notes"}),
              WorktreeRequested{.thread = the_thread, .base_ref = "main", .name = "notes"});
}

TEST_CASE("CreateThread: the id must be new and the project must exist.") {
    using rejection::IdInUse;
    using rejection::ProjectNotFound;
    given(a_thread()).when(create_thread()).then(IdInUse{.kind = EntityKind::thread, .id = the_thread.uuid});
    given(a_deleted_thread()).when(create_thread()).then(IdInUse{.kind = EntityKind::thread, .id = the_thread.uuid});
    given(a_project())
        .when(create_thread(ThreadId{the_project.uuid}))
        .then(IdInUse{.kind = EntityKind::project, .id = the_project.uuid});
    given(a_project()).when(create_thread(ThreadId{})).then(EmptyField{"thread"});
    given(nothing()).when(create_thread()).then(ProjectNotFound{.project = the_project, .retired = false});
    given(a_project().and_then(DeleteProject{.project = the_project, .force = false}))
        .when(create_thread())
        .then(ProjectNotFound{.project = the_project, .retired = true});
}

TEST_CASE("CreateThread: labels must be neither empty nor over the limit.") {
    CreateThread ask = create_thread();
    ask.title = "";
    given(a_project()).when(ask).then(EmptyField{"title"});
    ask.title = over_a_label;
    given(a_project()).when(ask).then(TooLarge{.field = "title", .limit = label_bytes_max});
    ask.title = over_a_label.substr(1);
    given(a_project()).when(ask).then_accepted();
    ask.model = "";
    given(a_project()).when(ask).then(EmptyField{"model"});
    ask.model = over_a_label;
    given(a_project()).when(ask).then(TooLarge{.field = "model", .limit = label_bytes_max});
    ask.model = "m";
    ask.workspace = NewWorktree{.base_ref = "", .name = "notes"};
    given(a_project()).when(ask).then(EmptyField{"base_ref"});
    ask.workspace = NewWorktree{.base_ref = "main", .name = ""};
    given(a_project()).when(ask).then(EmptyField{"name"});
    ask.workspace = NewWorktree{.base_ref = "main", .name = over_a_label};
    given(a_project()).when(ask).then(TooLarge{.field = "name", .limit = label_bytes_max});
}

TEST_CASE("UpdateThread: only different fields change, even while the thread is busy.") {
    for (const Story& story :
         {a_thread(), a_thread_with_a_running_turn(), an_archived_thread(), a_reverting_thread()}) {
        given(story)
            .when(update("Plans", "model-2", Policy::full, Mode::plan))
            .then(updated({.title = "Plans", .model = "model-2", .policy = Policy::full, .mode = Mode::plan}));
        given(story)
            .when(update("Notes", "model-1", Policy::approval_required, Mode::plan))
            .then(updated({.title = {}, .model = {}, .policy = {}, .mode = Mode::plan}));
        given(story).when(update("Notes", "model-1", Policy::approval_required, Mode::default_)).then_nothing();
        given(story).when(update({})).then_nothing();
    }
}

TEST_CASE("UpdateThread: the expected version must be that of the thread.") {
    given(a_thread()).when(update("Plans", {}, {}, {}, 1)).then_accepted();
    given(a_thread()).when(update("Plans", {}, {}, {}, 0)).then(rejection::VersionMismatch{1});
    given(a_thread()).when(update("Plans", {}, {}, {}, 2)).then(rejection::VersionMismatch{1});
    given(a_thread().and_then(update("Plans")))
        .when(update("Notes", {}, {}, {}, 1))
        .then(rejection::VersionMismatch{2});
    given(a_thread()).when(update({}, {}, {}, {}, 7)).then(rejection::VersionMismatch{1});
}

TEST_CASE("UpdateThread: the thread must exist and the labels must be valid.") {
    given(a_project()).when(update("Plans")).then(never_there);
    given(a_deleted_thread()).when(update("Plans")).then(deleted_before);
    given(a_thread()).when(update("")).then(EmptyField{"title"});
    given(a_thread()).when(update({}, "")).then(EmptyField{"model"});
    given(a_thread()).when(update(over_a_label)).then(TooLarge{.field = "title", .limit = label_bytes_max});
    given(a_thread()).when(update({}, over_a_label)).then(TooLarge{.field = "model", .limit = label_bytes_max});
}

TEST_CASE("ArchiveThread: the thread must be idle with an empty queue, and is archived once.") {
    const ArchiveThread ask{the_thread};
    given(a_thread()).when(ask).then(ThreadArchived{the_thread});
    given(a_thread_with_a_completed_turn()).when(ask).then(ThreadArchived{the_thread});
    given(a_project()).when(ask).then(never_there);
    given(a_deleted_thread()).when(ask).then(deleted_before);
    given(an_archived_thread()).when(ask).then(rejection::ThreadArchived{the_thread});
    given(a_reverting_thread())
        .when(ask)
        .then(rejection::RevertInProgress{.revert = the_revert, .stage = RevertStage::requested});
    given(a_thread_with_a_running_turn()).when(ask).then(rejection::ThreadBusy{first_turn});
    given(a_held_thread()).when(ask).then(rejection::ThreadBusy{second_turn});
}

TEST_CASE("UnarchiveThread: the thread must be archived.") {
    const UnarchiveThread ask{the_thread};
    given(an_archived_thread()).when(ask).then(ThreadUnarchived{the_thread});
    given(a_thread()).when(ask).then(rejection::ThreadNotArchived{the_thread});
    given(an_archived_thread().and_then(ask)).when(ask).then(rejection::ThreadNotArchived{the_thread});
    given(a_project()).when(ask).then(never_there);
    given(a_deleted_thread()).when(ask).then(deleted_before);
}

TEST_CASE("DeleteThread: an idle thread is deleted; a busy or reverting one needs force.") {
    const DeleteThread gently{.thread = the_thread, .force = false};
    const DeleteThread by_force{.thread = the_thread, .force = true};
    for (const Story& story : {a_thread(), an_archived_thread(), a_held_thread(), a_thread_with_a_completed_turn()}) {
        given(story).when(gently).then(ThreadDeleted{the_thread});
    }
    given(a_thread_with_a_starting_turn()).when(gently).then(rejection::ThreadBusy{first_turn});
    given(a_thread_with_an_interrupting_turn()).when(gently).then(rejection::ThreadBusy{first_turn});
    given(a_reverting_thread(RevertStage::rescue_taken))
        .when(gently)
        .then(rejection::RevertInProgress{.revert = the_revert, .stage = RevertStage::rescue_taken});
    for (const Story& story : {a_thread(), a_thread_with_a_pending_request(), a_reverting_thread(), a_held_thread()}) {
        given(story).when(by_force).then(ThreadDeleted{the_thread});
    }
    given(a_project()).when(by_force).then(never_there);
    given(a_deleted_thread()).when(by_force).then(deleted_before);
}

TEST_CASE("AssignWorktree: a pending worktree gets its location once; a repetition changes nothing.") {
    const AssignWorktree ask = assign_worktree();
    const Story assigned = a_thread_with_a_pending_worktree().and_then(ask);
    given(a_thread_with_a_pending_worktree())
        .when(ask)
        .then(WorktreeAssigned{.thread = the_thread, .path = ask.path, .branch = ask.branch});
    given(assigned).when(ask).then_nothing();
    given(assigned)
        .when(AssignWorktree{.thread = the_thread, .path = "/elsewhere", .branch = ask.branch})
        .then(rejection::SlotAlreadyResolved{ask.path});
    given(assigned)
        .when(FailWorktree{.thread = the_thread, .reason = "disk full"})
        .then(rejection::SlotAlreadyResolved{ask.path});
    given(a_thread()).when(ask).then(rejection::SlotAlreadyResolved{"root"});
    given(a_project()).when(ask).then(never_there);
    given(a_deleted_thread()).when(ask).then(deleted_before);
}

TEST_CASE("AssignWorktree: path and branch must be neither empty nor over the limit.") {
    const Story story = a_thread_with_a_pending_worktree();
    const auto with = [](std::string path, std::string branch) {
        return AssignWorktree{.thread = the_thread, .path = std::move(path), .branch = std::move(branch)};
    };
    given(story).when(with("", "b")).then(EmptyField{"path"});
    given(story).when(with("/p", "")).then(EmptyField{"branch"});
    given(story).when(with(over_a_label, "b")).then(TooLarge{.field = "path", .limit = label_bytes_max});
    given(story).when(with("/p", over_a_label)).then(TooLarge{.field = "branch", .limit = label_bytes_max});
}

TEST_CASE("FailWorktree: a pending worktree fails once; a repetition changes nothing.") {
    const FailWorktree ask{.thread = the_thread, .reason = "disk full"};
    const Story failed = a_thread_with_a_pending_worktree().and_then(ask);
    given(a_thread_with_a_pending_worktree())
        .when(ask)
        .then(WorktreeFailed{.thread = the_thread, .reason = "disk full"});
    given(failed).when(ask).then_nothing();
    given(failed)
        .when(FailWorktree{.thread = the_thread, .reason = "no such ref"})
        .then(rejection::SlotAlreadyResolved{"disk full"});
    given(failed).when(assign_worktree()).then(rejection::SlotAlreadyResolved{"disk full"});
    given(a_thread()).when(ask).then(rejection::SlotAlreadyResolved{"root"});
    given(a_project()).when(ask).then(never_there);
    given(a_deleted_thread()).when(ask).then(deleted_before);
    given(a_thread_with_a_pending_worktree())
        .when(FailWorktree{.thread = the_thread, .reason = ""})
        .then(EmptyField{"reason"});
}

} // namespace evenfold::orchestration::tests

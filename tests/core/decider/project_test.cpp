#include <doctest/doctest.h>

#include "evenfold/tests/support/given.hpp"

namespace evenfold::orchestration::tests {
namespace {

constexpr auto root = "/home/ada/engine";

std::string letters(std::size_t count) {
    return std::string(count, 'a');
}

UpdateProject update(std::optional<std::string> title, std::optional<std::string> moved_to = {},
                     std::optional<std::string> model = {}) {
    return {.project = the_project, .title = title, .root = moved_to, .default_model = model};
}

ProjectUpdated updated(ProjectChanges changes) {
    return {.project = the_project, .changes = std::move(changes)};
}

} // namespace

TEST_CASE("CreateProject: a project has the normal form of its root.") {
    given(nothing())
        .when(CreateProject{
            .project = the_project, .title = "Engine", .root = "/home/ada//x/../engine/", .default_model = "m"})
        .then(ProjectCreated{
            .project = the_project, .title = "Engine", .root = root, .root_key = root, .default_model = "m"});
}

TEST_CASE("CreateProject: an id that was ever used is rejected.") {
    using rejection::IdInUse;
    given(a_project())
        .when(create_project(the_project, "/elsewhere"))
        .then(IdInUse{.kind = EntityKind::project, .id = the_project.uuid});
    given(a_thread())
        .when(create_project(ProjectId{the_thread.uuid}, "/elsewhere"))
        .then(IdInUse{.kind = EntityKind::thread, .id = the_thread.uuid});
    given(a_project().and_then(DeleteProject{.project = the_project, .force = false}))
        .when(create_project())
        .then(IdInUse{.kind = EntityKind::project, .id = the_project.uuid});
    given(nothing()).when(create_project(ProjectId{})).then(rejection::EmptyField{"project"});
}

TEST_CASE("CreateProject: title, root and model must be neither empty nor longer than a label.") {
    const auto with = [](std::string title, std::string folder, std::optional<std::string> model) {
        return CreateProject{.project = the_project, .title = title, .root = folder, .default_model = model};
    };
    using rejection::EmptyField;
    using rejection::TooLarge;
    given(nothing()).when(with("", root, {})).then(EmptyField{"title"});
    given(nothing()).when(with("Engine", "", {})).then(EmptyField{"root"});
    given(nothing()).when(with("Engine", root, "")).then(EmptyField{"default_model"});
    given(nothing())
        .when(with(letters(label_bytes_max), "/" + letters(label_bytes_max - 1), letters(label_bytes_max)))
        .then_accepted();
    given(nothing())
        .when(with(letters(label_bytes_max + 1), root, {}))
        .then(TooLarge{.field = "title", .limit = label_bytes_max});
    given(nothing())
        .when(with("Engine", letters(label_bytes_max + 1), {}))
        .then(TooLarge{.field = "root", .limit = label_bytes_max});
    given(nothing())
        .when(with("Engine", root, letters(label_bytes_max + 1)))
        .then(TooLarge{.field = "default_model", .limit = label_bytes_max});
}

TEST_CASE("CreateProject: a folder belongs to at most one live project, in all spellings.") {
    given(a_project())
        .when(create_project(other_project, "/home/ada/./engine/"))
        .then(rejection::ProjectPathInUse{the_project});
    given(a_project().and_then(DeleteProject{.project = the_project, .force = false}))
        .when(create_project(other_project, root))
        .then_accepted();
}

TEST_CASE("UpdateProject: the event contains only the fields that change.") {
    given(a_project())
        .when(update("Motor", "/home/ada/motor/", "model-2"))
        .then(updated(
            {.title = "Motor", .root = "/home/ada/motor", .root_key = "/home/ada/motor", .default_model = "model-2"}));
    given(a_project())
        .when(update("Motor", root))
        .then(updated({.title = "Motor", .root = {}, .root_key = {}, .default_model = {}}));
    given(a_project()).when(update("Engine", root)).then_nothing();
    given(a_project()).when(update({})).then_nothing();
}

TEST_CASE("UpdateProject: another spelling of the root is no change.") {
    given(a_project()).when(update({}, "/home/ada/engine/")).then_nothing();
    given(a_project()).when(update({}, "//home/ada/./motor/../engine")).then_nothing();
}

TEST_CASE("Projects: a root that is relative, or contains NUL or a line end, is rejected.") {
    using rejection::InvalidPath;
    const InvalidPath relative{.field = "root", .need = "an absolute path"};
    const InvalidPath broken{.field = "root", .need = "a path without NUL and line ends"};
    for (const char* path : {"engine", ".", "..", "./engine", "~/engine", " /engine", "../home/ada/engine"}) {
        CAPTURE(path);
        given(nothing()).when(create_project(the_project, path)).then(relative);
        given(a_project()).when(update({}, path)).then(relative);
    }
    for (const std::string_view path :
         {std::string_view("/home/ada\0x", 11), std::string_view("/home/ada\n"), std::string_view("/home/ada\r")}) {
        given(nothing()).when(create_project(the_project, std::string(path))).then(broken);
        given(a_project()).when(update({}, std::string(path))).then(broken);
    }
}

TEST_CASE("Projects: events have the normal form of a root, which stays inside of the root of the file system.") {
    given(nothing())
        .when(create_project(the_project, "/../../etc/./"))
        .then(ProjectCreated{
            .project = the_project, .title = "Engine", .root = "/etc", .root_key = "/etc", .default_model = {}});
}

TEST_CASE("UpdateProject: the project must exist.") {
    given(nothing()).when(update("Motor")).then(rejection::ProjectNotFound{.project = the_project, .retired = false});
    given(a_project().and_then(DeleteProject{.project = the_project, .force = false}))
        .when(update("Motor"))
        .then(rejection::ProjectNotFound{.project = the_project, .retired = true});
}

TEST_CASE("UpdateProject: fields that are present must be neither empty nor longer than a label.") {
    using rejection::EmptyField;
    given(a_project()).when(update("")).then(EmptyField{"title"});
    given(a_project()).when(update({}, "")).then(EmptyField{"root"});
    given(a_project()).when(update({}, {}, "")).then(EmptyField{"default_model"});
    given(a_project())
        .when(update(letters(label_bytes_max + 1)))
        .then(rejection::TooLarge{.field = "title", .limit = label_bytes_max});
    given(a_project()).when(update(letters(label_bytes_max))).then_accepted();
}

TEST_CASE("UpdateProject: the new root must be free, and no thread busy.") {
    const Story two = a_project().and_then(create_project(other_project, "/home/ada/motor"));
    given(two).when(update({}, "/home/ada/motor")).then(rejection::ProjectPathInUse{other_project});
    given(a_thread_with_a_running_turn()).when(update({}, "/home/ada/motor")).then(rejection::ThreadBusy{first_turn});
    given(a_reverting_thread())
        .when(update({}, "/home/ada/motor"))
        .then(rejection::RevertInProgress{.revert = the_revert, .stage = RevertStage::requested});
    given(a_thread_with_a_running_turn()).when(update("Motor")).then_accepted();
    given(a_thread_with_a_running_turn()).when(update({}, "/home/ada/engine/")).then_accepted(); // the same folder
    given(a_held_thread()).when(update({}, "/home/ada/motor")).then_accepted();
}

TEST_CASE("UpdateProject: the previous root of a project is free again.") {
    const Story moved = a_project().and_then(update({}, "/home/ada/motor"));
    given(moved).when(create_project(other_project, root)).then_accepted();
    given(moved).when(create_project(other_project, "/home/ada/motor")).then(rejection::ProjectPathInUse{the_project});
}

TEST_CASE("DeleteProject: an empty project is deleted; one with threads needs force.") {
    const DeleteProject gently{.project = the_project, .force = false};
    const DeleteProject by_force{.project = the_project, .force = true};
    given(a_project()).when(gently).then(ProjectDeleted{the_project});
    given(two_threads()).when(gently).then(rejection::ProjectNotEmpty{2});
    for (const Story& story : {two_threads(), a_thread_with_a_pending_request(), a_reverting_thread(), a_held_thread(),
                               an_archived_thread()}) {
        given(story).when(by_force).then(ProjectDeleted{the_project});
    }
    given(nothing()).when(by_force).then(rejection::ProjectNotFound{.project = the_project, .retired = false});
    given(a_project().and_then(gently))
        .when(gently)
        .then(rejection::ProjectNotFound{.project = the_project, .retired = true});
}

} // namespace evenfold::orchestration::tests

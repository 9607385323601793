#include "evenfold/testing/doctest.hpp"
#include "evenfold/testing/law/entities.hpp"
#include "evenfold/tests/testing/notes_laws.hpp"

namespace evenfold::notes {
namespace {

using testing::id;
using testing::Law;
using testing::Verdict;

const FolderId first_folder{id("f0000000-0000-0000-0000-000000000001")};
const FolderId second_folder{id("f0000000-0000-0000-0000-000000000002")};
const NoteId first_note{id("a0000000-0000-0000-0000-000000000001")};

const std::vector<Command> two_folders{CreateFolder{.folder = first_folder, .title = "a"},
                                       CreateFolder{.folder = second_folder, .title = "b"},
                                       AddNote{.note = first_note, .folder = first_folder, .colour = {}}};

/// Checks `law` on two folders with a note, followed by `more`, while `bug` is planted.
Verdict with(Bug bug, const Law<Notes>& law, std::vector<Command> more) {
    std::vector<Command> commands = two_folders;
    for (Command& command : more) commands.push_back(std::move(command));
    planted = bug;
    const Verdict verdict = testing::obeys(law, testing::make_history<Notes>(commands));
    planted = Bug::none;
    return verdict;
}

bool mentions(const Verdict& verdict, std::string_view words) {
    return !verdict && verdict.message().find(words) != std::string::npos;
}

} // namespace

TEST_CASE("Entities: the structs with an id are found by shape, with the references between them.") {
    const auto history = testing::make_history<Notes>(two_folders);
    const auto map = testing::entities_of(shape_of<Desk>(), &history.model, true);
    CHECK(map.texts.size() == 3);
    std::string fields;
    for (const auto& reference : map.references) fields += reference.field + ' ';
    CHECK(fields == "Folder.notes Note.folder ");
    CHECK(map.references[1].owner.second == first_note.uuid);
    CHECK(map.references[1].target.second == first_folder.uuid);
    const auto shapes = testing::entity_shapes(shape_of<Desk>());
    CHECK(shapes.kinds.size() == 2);
    CHECK(shapes.fields.contains("Desk.retired"));
}

TEST_CASE("Laws: references-live finds references to what was removed, and accepts named exceptions.") {
    const std::vector<Command> more{DeleteFolder{first_folder}};
    CHECK_SCENARIO(with(Bug::none, testing::references_live<Notes>(), more));
    const Verdict verdict = with(Bug::project_forgets_the_cascade, testing::references_live<Notes>(), more);
    CHECK(mentions(verdict, "at command 4 (DeleteFolder{"));
    CHECK(mentions(verdict, "Note.folder refers to the entity f0000000-0000-0000-0000-000000000001"));
    CHECK_SCENARIO(with(Bug::project_forgets_the_cascade, testing::references_live<Notes>({"Note.folder"}), more));
    CHECK(mentions(with(Bug::none, testing::references_live<Notes>({"Note.foldr"}), {}),
                   "the exception 'Note.foldr' is not a field of the model: expected one of"));
}

TEST_CASE("Laws: ids-never-return finds an id that is used again, and accepts named exceptions.") {
    const std::vector<Command> more{DeleteNote{first_note},
                                    AddNote{.note = first_note, .folder = second_folder, .colour = {}}};
    CHECK_SCENARIO(with(Bug::none, testing::ids_never_return<Notes>(), more));
    const Verdict verdict = with(Bug::id_used_again, testing::ids_never_return<Notes>(), more);
    CHECK(mentions(verdict, "at command 5"));
    CHECK(mentions(verdict, "was removed and is back after NoteAdded{"));
    CHECK_SCENARIO(with(Bug::id_used_again, testing::ids_never_return<Notes>({"NoteTag"}), more));
    CHECK(mentions(with(Bug::none, testing::ids_never_return<Notes>({"Note"}), {}), "is not a type of id"));
}

TEST_CASE("Laws: touches-only-named finds a change of another entity, and accepts cascades and named exceptions.") {
    const std::vector<Command> more{RenameFolder{.folder = first_folder, .title = "c", .version = {}}};
    CHECK_SCENARIO(with(Bug::none, testing::touches_only_named<Notes>(), more));
    CHECK_SCENARIO(with(Bug::none, testing::touches_only_named<Notes>(),
                        {MoveNote{.note = first_note, .to = second_folder}, DeleteFolder{second_folder}}));
    const Verdict verdict = with(Bug::project_renames_other_folders, testing::touches_only_named<Notes>(), more);
    CHECK(mentions(verdict, "FolderRenamed{"));
    CHECK(mentions(verdict, "changes the entity f0000000-0000-0000-0000-000000000002"));
    CHECK_SCENARIO(
        with(Bug::project_renames_other_folders, testing::touches_only_named<Notes>({"FolderRenamed"}), more));
    CHECK(mentions(with(Bug::none, testing::touches_only_named<Notes>({"Renamed"}), {}), "is not a kind of event"));
}

} // namespace evenfold::notes

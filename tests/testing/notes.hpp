/// A sample domain for the kit: folders of notes, with every bug that the kit must find, planted one at a time.
/// Shape: correct unless a bug is planted.
/// It has features that domains often get wrong: cascading deletes, text in chunks, ids used once, guarded versions.
#pragma once

#include <variant>

#include "evenfold/core/containers/set.hpp"
#include "evenfold/core/containers/table.hpp"
#include "evenfold/core/domain.hpp"
#include "evenfold/core/events/unknown.hpp"
#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/kernel/kernel.hpp"
#include "evenfold/testing/laws.hpp"

namespace evenfold::notes {

using FolderId = Id<struct FolderTag>;
using NoteId = Id<struct NoteTag>;

enum class Colour : std::uint8_t { red, green, blue };

struct CreateFolder {
    EVENFOLD_STRUCT(CreateFolder, (FolderId, folder), (std::string, title));
    friend bool operator==(const CreateFolder&, const CreateFolder&) = default;
};
struct RenameFolder {
    EVENFOLD_STRUCT(RenameFolder, (FolderId, folder), (std::string, title), (std::optional<std::uint64_t>, version));
    friend bool operator==(const RenameFolder&, const RenameFolder&) = default;
};
struct DeleteFolder {
    EVENFOLD_STRUCT(DeleteFolder, (FolderId, folder));
    friend bool operator==(const DeleteFolder&, const DeleteFolder&) = default;
};
struct AddNote {
    EVENFOLD_STRUCT(AddNote, (NoteId, note), (FolderId, folder), (std::optional<Colour>, colour));
    friend bool operator==(const AddNote&, const AddNote&) = default;
};
/// Appends the next chunk of the note's text; `seq` counts chunks from 1.
struct AppendText {
    EVENFOLD_STRUCT(AppendText, (NoteId, note), (std::uint64_t, seq), (std::string, text));
    friend bool operator==(const AppendText&, const AppendText&) = default;
};
struct DeleteNote {
    EVENFOLD_STRUCT(DeleteNote, (NoteId, note));
    friend bool operator==(const DeleteNote&, const DeleteNote&) = default;
};
/// Moves a note to another folder: removes it from one and adds it to the other, with two events.
struct MoveNote {
    EVENFOLD_STRUCT(MoveNote, (NoteId, note), (FolderId, to));
    friend bool operator==(const MoveNote&, const MoveNote&) = default;
};

struct FolderCreated {
    EVENFOLD_STRUCT(FolderCreated, (FolderId, folder), (std::string, title));
    friend bool operator==(const FolderCreated&, const FolderCreated&) = default;
};
struct FolderRenamed {
    EVENFOLD_STRUCT(FolderRenamed, (FolderId, folder), (std::string, title));
    friend bool operator==(const FolderRenamed&, const FolderRenamed&) = default;
};
struct FolderDeleted {
    EVENFOLD_STRUCT(FolderDeleted, (FolderId, folder));
    friend bool operator==(const FolderDeleted&, const FolderDeleted&) = default;
};
struct NoteAdded {
    EVENFOLD_STRUCT(NoteAdded, (NoteId, note), (FolderId, folder), (std::optional<Colour>, colour));
    friend bool operator==(const NoteAdded&, const NoteAdded&) = default;
};
struct TextAppended {
    EVENFOLD_STRUCT(TextAppended, (NoteId, note), (std::uint64_t, seq), (std::string, text));
    bool hidden = false; // true only if a bug leaves a field undescribed
    friend bool operator==(const TextAppended&, const TextAppended&) = default;
};
struct NoteDeleted {
    EVENFOLD_STRUCT(NoteDeleted, (NoteId, note));
    friend bool operator==(const NoteDeleted&, const NoteDeleted&) = default;
};
struct NoteTaken {
    EVENFOLD_STRUCT(NoteTaken, (NoteId, note), (FolderId, from));
    friend bool operator==(const NoteTaken&, const NoteTaken&) = default;
};
struct NotePut {
    EVENFOLD_STRUCT(NotePut, (NoteId, note), (FolderId, to));
    friend bool operator==(const NotePut&, const NotePut&) = default;
};

struct NotFound {
    EVENFOLD_STRUCT(NotFound, (Uuid, id), (bool, retired));
    friend bool operator==(const NotFound&, const NotFound&) = default;
};
struct IdInUse {
    EVENFOLD_STRUCT(IdInUse, (Uuid, id));
    friend bool operator==(const IdInUse&, const IdInUse&) = default;
};
struct VersionMismatch {
    EVENFOLD_STRUCT(VersionMismatch, (std::uint64_t, have));
    friend bool operator==(const VersionMismatch&, const VersionMismatch&) = default;
};
struct Gap {
    EVENFOLD_STRUCT(Gap, (std::uint64_t, expected));
    friend bool operator==(const Gap&, const Gap&) = default;
};

/// A copy of data that is elsewhere in the model. It is not described, so not stored, and all values are equal.
struct Unseen {
    std::uint64_t value = 1;
    friend bool operator==(const Unseen&, const Unseen&) { return true; }
};
struct Folder {
    EVENFOLD_STRUCT(Folder,
        (FolderId, id), (std::string, title), (std::uint64_t, version), (OrderedSet<NoteId>, notes));
    Unseen copied_version{}; // read only by a bug
    friend bool operator==(const Folder&, const Folder&) = default;
};
struct Note {
    EVENFOLD_STRUCT(Note,
        (NoteId, id), (FolderId, folder), (std::optional<Colour>, colour), (std::string, text), (std::uint64_t, seq));
    bool hidden = false; // as above
    friend bool operator==(const Note&, const Note&) = default;
};
struct Desk {
    EVENFOLD_STRUCT(Desk, (Table<Folder>, folders), (Table<Note>, notes), (Set<Uuid>, retired), (std::uint64_t, added));
    friend bool operator==(const Desk&, const Desk&) = default;
};

using Command = std::variant<CreateFolder, RenameFolder, DeleteFolder, AddNote, AppendText, DeleteNote, MoveNote>;
using Event = std::variant<FolderCreated, FolderRenamed, FolderDeleted, NoteAdded, TextAppended, NoteDeleted, NoteTaken,
                           NotePut, Unknown>;
using Error = std::variant<NotFound, IdInUse, VersionMismatch, Gap>;
using Decision = std::expected<std::vector<Event>, Error>;

/// Bugs that can be planted. docs/laws.md lists the laws that must find each.
enum class Bug : std::uint8_t {
    none,
    decide_counts_its_calls,
    decide_keeps_the_last_decision,
    decide_changes_the_model,
    decide_sees_addresses,
    id_used_again,
    id_of_a_live_note_used_again,
    version_off_by_one,
    version_not_checked,
    gap_accepted,
    add_to_a_missing_folder,
    move_to_a_missing_folder,
    refuses_by_throwing,
    decide_reads_the_clock,
    decide_draws_random_numbers,
    decide_reads_the_environment,
    decide_reads_a_file,
    decide_lists_in_hash_order,
    project_forgets_the_cascade,
    project_ends_the_cascade_at_the_first,
    project_forgets_to_retire,
    project_forgets_retiring_in_the_cascade,
    project_drops_a_chunk,
    project_doubles_a_chunk,
    project_forgets_the_version,
    project_keeps_the_note_in_its_old_folder,
    project_counts_in_a_static,
    project_throws_at_a_missing_folder,
    project_changes_at_unknown_events,
    project_needs_a_deleted_note,
    project_depends_on_being_moved,
    project_reads_another_folder,
    project_ignores_a_rename,
    project_renames_other_folders,
    project_reads_the_clock,
    project_picks_in_hash_order,
    // stored forms
    event_has_a_field_that_is_not_stored,
    snapshot_forgets_a_field,
    snapshot_forgets_a_field_that_equality_ignores,
    last_bug
};

/// The bug that is currently planted.
inline Bug planted = Bug::none;

struct Notes {
    using Command = notes::Command;
    using Event = notes::Event;
    using Error = notes::Error;
    using Model = Desk;

    static Decision decide(const Command& asked, const Desk& desk);
    static Desk project(Desk desk, const Event& event);
};

} // namespace evenfold::notes

namespace evenfold {
extern template const Shape& shape_of<notes::Command>();
extern template const Shape& shape_of<notes::Event>();
extern template const Shape& shape_of<notes::Error>();
extern template const Shape& shape_of<notes::Desk>();
extern template class kernel::Kernel<notes::Notes>;
extern template const testing::AnyTestable& testing::any_testable<notes::Notes>();
} // namespace evenfold

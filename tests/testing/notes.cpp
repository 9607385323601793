#include "evenfold/tests/testing/notes.hpp"

#include <boost/unordered/unordered_flat_set.hpp>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <random>
#include <stdexcept>
#include <unordered_set>
#include <utility>

#include "evenfold/core/reflection/shape_of.hpp"

namespace evenfold::notes {
namespace {

using enum Bug;

/// Returns whether the id was ever used.
bool used(Bug bug, const Desk& desk, const Uuid& id) {
    if (bug != id_of_a_live_note_used_again && desk.notes.contains(NoteId{id})) return true;
    return desk.folders.contains(FolderId{id}) || (bug != id_used_again && desk.retired.contains(id));
}

std::unexpected<Error> not_found(const Desk& desk, const Uuid& id) {
    return std::unexpected<Error>(NotFound{.id = id, .retired = desk.retired.contains(id)});
}

Decision on(Bug bug, const CreateFolder& ask, const Desk& desk) {
    if (used(bug, desk, ask.folder.uuid)) return std::unexpected<Error>(IdInUse{ask.folder.uuid});
    return std::vector<Event>{FolderCreated{.folder = ask.folder, .title = ask.title}};
}

Decision on(Bug bug, const RenameFolder& ask, const Desk& desk) {
    const Folder* folder = desk.folders.find(ask.folder);
    if (!folder) return not_found(desk, ask.folder.uuid);
    const bool copied = bug == snapshot_forgets_a_field_that_equality_ignores;
    const std::uint64_t have =
        copied ? folder->copied_version.value : folder->version + (bug == version_off_by_one ? 1 : 0);
    if (bug != version_not_checked && ask.version && *ask.version != have)
        return std::unexpected<Error>(VersionMismatch{folder->version});
    if (folder->title == ask.title) return std::vector<Event>{};
    return std::vector<Event>{FolderRenamed{.folder = ask.folder, .title = ask.title}};
}

Decision on(Bug bug, const DeleteFolder& ask, const Desk& desk) {
    const Folder* folder = desk.folders.find(ask.folder);
    if (!folder) return not_found(desk, ask.folder.uuid);
    std::vector<Event> events;
    if (bug == decide_lists_in_hash_order) {
        boost::unordered_flat_set<NoteId, std::hash<NoteId>> notes;
        for (const NoteId& note : folder->notes.in_order()) notes.insert(note);
        for (const NoteId& note : notes) events.emplace_back(NoteDeleted{note});
    }
    events.emplace_back(FolderDeleted{ask.folder});
    return events;
}

Decision on(Bug bug, const AddNote& ask, const Desk& desk) {
    if (bug != add_to_a_missing_folder && !desk.folders.contains(ask.folder)) return not_found(desk, ask.folder.uuid);
    if (used(bug, desk, ask.note.uuid)) return std::unexpected<Error>(IdInUse{ask.note.uuid});
    return std::vector<Event>{NoteAdded{.note = ask.note, .folder = ask.folder, .colour = ask.colour}};
}

Decision on(Bug bug, const AppendText& ask, const Desk& desk) {
    const Note* note = desk.notes.find(ask.note);
    if (!note) return not_found(desk, ask.note.uuid);
    if (ask.seq <= note->seq) return std::vector<Event>{}; // already appended
    if (bug != gap_accepted && ask.seq != note->seq + 1) return std::unexpected<Error>(Gap{note->seq + 1});
    TextAppended appended{.note = ask.note, .seq = ask.seq, .text = ask.text};
    appended.hidden = bug == event_has_a_field_that_is_not_stored && ask.seq > 1;
    return std::vector<Event>{appended};
}

Decision on(Bug bug, const DeleteNote& ask, const Desk& desk) {
    if (!desk.notes.contains(ask.note)) {
        if (bug == refuses_by_throwing) throw std::out_of_range("no such note");
        return not_found(desk, ask.note.uuid);
    }
    return std::vector<Event>{NoteDeleted{ask.note}};
}

Decision on(Bug bug, const MoveNote& ask, const Desk& desk) {
    const Note* note = desk.notes.find(ask.note);
    if (!note) return not_found(desk, ask.note.uuid);
    if (bug != move_to_a_missing_folder && !desk.folders.contains(ask.to)) return not_found(desk, ask.to.uuid);
    if (note->folder == ask.to) return std::vector<Event>{};
    return std::vector<Event>{NoteTaken{.note = ask.note, .from = note->folder},
                              NotePut{.note = ask.note, .to = ask.to}};
}

/// Reads something beside its arguments, if that is the bug. The result is not used.
void read_from_outside(Bug bug) {
    if (bug == decide_reads_the_clock || bug == project_reads_the_clock)
        static_cast<void>(std::chrono::system_clock::now());
    if (bug == decide_draws_random_numbers) static_cast<void>(std::random_device()());
    if (bug == decide_reads_the_environment) static_cast<void>(std::getenv("HOME")); // NOLINT(concurrency-mt-unsafe)
    if (bug == decide_reads_a_file) static_cast<void>(std::ifstream("/dev/null").get());
}

/// Removes a note, whose id must never be used again.
void remove(Bug bug, Desk& desk, const NoteId& id, bool in_a_cascade) {
    desk.notes.erase(id);
    if (bug == project_forgets_to_retire && !in_a_cascade) return;
    if (bug == project_forgets_retiring_in_the_cascade && in_a_cascade) return;
    desk.retired.insert(id.uuid);
}

void on(Bug, Desk& desk, const FolderCreated& event) {
    desk.folders.insert({.id = event.folder, .title = event.title, .version = 1, .notes = {}});
}

void on(Bug bug, Desk& desk, const FolderRenamed& event) {
    if (bug == project_ignores_a_rename) return;
    Folder* folder = desk.folders.find(event.folder);
    if (!folder) {
        if (bug == project_throws_at_a_missing_folder) throw std::logic_error("a folder that is not there was renamed");
        return;
    }
    folder->title = event.title;
    if (bug != project_forgets_the_version) ++folder->version;
    ++folder->copied_version.value;
    if (bug != project_renames_other_folders) return;
    for (const Folder* other : desk.folders.sorted()) desk.folders.find(other->id)->title = event.title;
}

void on(Bug bug, Desk& desk, const FolderDeleted& event) {
    const Folder* folder = desk.folders.find(event.folder);
    if (!folder) return;
    if (bug != project_forgets_the_cascade) {
        for (const NoteId& note : folder->notes.in_order()) {
            remove(bug, desk, note, true);
            if (bug == project_ends_the_cascade_at_the_first) break;
        }
    }
    desk.folders.erase(event.folder);
    desk.retired.insert(event.folder.uuid);
}

void on(Bug bug, Desk& desk, const NoteAdded& event) {
    static std::uint64_t calls = 0;
    if (bug == project_counts_in_a_static) desk.added = ++calls;
    if (Folder* folder = desk.folders.find(event.folder)) folder->notes.insert(event.note);
    Note note{.id = event.note, .folder = event.folder, .colour = event.colour, .text = {}, .seq = 0};
    note.hidden = bug == snapshot_forgets_a_field && event.colour == Colour::blue;
    desk.notes.insert(note);
    if (bug != project_picks_in_hash_order) return;
    std::unordered_set<NoteId> notes;
    for (const Note* one : desk.notes.sorted()) notes.insert(one->id);
    for (const NoteId& one : notes) desk.added = 31 * desk.added + one.uuid.bytes[14] + one.uuid.bytes[15];
}

void on(Bug bug, Desk& desk, const TextAppended& event) {
    Note* note = desk.notes.find(event.note);
    if (!note) {
        if (bug == project_needs_a_deleted_note) throw std::logic_error("text for a note that is not there");
        return;
    }
    if (bug != project_drops_a_chunk || event.seq != 2) note->text += event.text;
    if (bug == project_doubles_a_chunk && event.seq == 2) note->text += event.text;
    note->seq = event.seq;
}

void on(Bug bug, Desk& desk, const NoteDeleted& event) {
    const Note* note = desk.notes.find(event.note);
    if (!note) return;
    if (Folder* folder = desk.folders.find(note->folder)) folder->notes.erase(event.note);
    remove(bug, desk, event.note, false);
}

void on(Bug bug, Desk& desk, const NoteTaken& event) {
    if (bug == project_keeps_the_note_in_its_old_folder) return;
    if (Folder* folder = desk.folders.find(event.from)) folder->notes.erase(event.note);
}

void on(Bug bug, Desk& desk, const NotePut& event) {
    Note* note = desk.notes.find(event.note);
    if (!note) return;
    if (Folder* folder = desk.folders.find(event.to)) folder->notes.insert(event.note);
    if (bug != project_reads_another_folder) note->folder = event.to;
}

void on(Bug bug, Desk& desk, const Unknown&) {
    if (bug == project_changes_at_unknown_events) ++desk.added;
}

} // namespace

Decision Notes::decide(const Command& asked, const Desk& desk) {
    const Bug bug = planted;
    if (bug != project_reads_the_clock) read_from_outside(bug);
    static std::uint64_t calls = 0;
    static Decision last;
    if (bug == decide_counts_its_calls && ++calls % 7 == 0) return std::vector<Event>{};
    if (bug == decide_changes_the_model) ++const_cast<Desk&>(desk).added; // NOLINT(*-const-cast): the bug
    static const Desk* previous = nullptr;
    if (bug == decide_sees_addresses && std::exchange(previous, &desk) != &desk) return std::vector<Event>{};
    Decision decision = std::visit([&](const auto& ask) { return on(bug, ask, desk); }, asked);
    if (bug == decide_keeps_the_last_decision) std::swap(decision, last);
    return decision;
}

Desk Notes::project(Desk desk, const Event& event) {
    const Bug bug = planted;
    if (bug == project_reads_the_clock) read_from_outside(bug);
    static const void* previous = nullptr;
    const void* here = desk.notes.empty() ? nullptr : desk.notes.sorted().front();
    if (bug == project_depends_on_being_moved && here && here == previous) ++desk.added;
    previous = here;
    std::visit([&](const auto& happened) { on(bug, desk, happened); }, event);
    return desk;
}

} // namespace evenfold::notes

namespace evenfold {
template const Shape& shape_of<notes::Command>();
template const Shape& shape_of<notes::Event>();
template const Shape& shape_of<notes::Error>();
template const Shape& shape_of<notes::Desk>();
template class kernel::Kernel<notes::Notes>;
template const testing::AnyTestable& testing::any_testable<notes::Notes>();
} // namespace evenfold

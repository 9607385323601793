#include "evenfold/tests/testing/notes_laws.hpp"

#include <fmt/format.h>

#include <map>
#include <set>

namespace evenfold::notes {
namespace {

using testing::breaks;
using testing::holds;
using testing::Verdict;
using History = testing::History<Notes>;

Verdict integrity(const Desk& desk) {
    std::size_t listed = 0;
    for (const Folder* folder : desk.folders.sorted()) {
        listed += folder->notes.size();
        for (const NoteId& id : folder->notes.in_order()) {
            const Note* note = desk.notes.find(id);
            if (!note || note->folder != folder->id) return breaks("a folder lists a note of another folder");
        }
    }
    return listed == desk.notes.size() ? holds() : breaks("a note is in no folder");
}

Verdict texts(const std::vector<Event>& events, const Desk& desk) {
    std::map<NoteId, std::string> whole;
    std::map<NoteId, std::uint64_t> last;
    for (const Event& event : events) {
        const auto* appended = std::get_if<TextAppended>(&event);
        if (!appended) continue;
        whole[appended->note] += appended->text;
        if (appended->seq != ++last[appended->note]) return breaks("a chunk is missing");
    }
    for (const Note* note : desk.notes.sorted()) {
        if (note->text != whole[note->id]) return breaks(fmt::format("'{}' became '{}'", whole[note->id], note->text));
    }
    return holds();
}

Verdict ids(const std::vector<Event>& events, const Desk& desk) {
    std::set<Uuid> created;
    for (const Event& event : events) {
        const auto* folder = std::get_if<FolderCreated>(&event);
        const auto* note = std::get_if<NoteAdded>(&event);
        if ((folder && !created.insert(folder->folder.uuid).second) ||
            (note && !created.insert(note->note.uuid).second))
            return breaks("an id was used twice");
    }
    for (const Uuid& id : created) {
        const bool live = desk.folders.contains(FolderId{id}) || desk.notes.contains(NoteId{id});
        if (live == desk.retired.contains(id)) return breaks("an id is neither live nor retired, or both");
    }
    return holds();
}

Verdict versions(const std::vector<Event>& events, const Desk& desk) {
    std::map<FolderId, std::uint64_t> count;
    for (const Event& event : events) {
        if (const auto* created = std::get_if<FolderCreated>(&event)) count[created->folder] = 1;
        if (const auto* renamed = std::get_if<FolderRenamed>(&event)) ++count[renamed->folder];
    }
    for (const Folder* folder : desk.folders.sorted()) {
        if (folder->version != count[folder->id]) return breaks("a version does not count the events");
    }
    return holds();
}

Verdict guards(const Command& asked, const Decision& answer, const Desk& before) {
    const auto folder_is = [&](const FolderId& id) { return before.folders.contains(id); };
    if (const auto* ask = std::get_if<RenameFolder>(&asked); ask && folder_is(ask->folder)) {
        const bool wanted = !ask->version || *ask->version == before.folders.find(ask->folder)->version;
        if (answer.has_value() != wanted)
            return breaks("a command with a wrong version was accepted, or one with the right version was refused");
    }
    if (const auto* ask = std::get_if<AddNote>(&asked); ask && !folder_is(ask->folder) && answer)
        return breaks("a note was added to a missing folder");
    if (const auto* ask = std::get_if<MoveNote>(&asked); ask && !folder_is(ask->to) && answer)
        return breaks("a note was moved to a missing folder");
    return holds();
}

/// Calls `look(events so far, model after them)` after every accepted command.
template <class Look>
Verdict each_model(const History& history, Look look) {
    std::vector<Event> so_far;
    Desk desk{};
    for (const auto& step : history.steps) {
        if (!step.decision) continue;
        for (const Event& event : *step.decision) {
            desk = Notes::project(std::move(desk), event);
            so_far.push_back(event);
        }
        if (Verdict verdict = look(so_far, desk); !verdict) return verdict;
    }
    return holds();
}

} // namespace

std::vector<Law<Notes>> laws() {
    return {{"notes-in-folders", "every note is in exactly one folder, which lists it",
             [](const History& history) {
                 return each_model(history, [](const auto&, const Desk& desk) { return integrity(desk); });
             }},
            {"texts-whole", "the text of a note is the concatenation of its chunks",
             [](const History& history) { return each_model(history, texts); }},
            {"ids-once", "no id is used twice, and deleted ids are retired",
             [](const History& history) { return each_model(history, ids); }},
            {"versions-count", "the version of a folder is the number of its events",
             [](const History& history) { return each_model(history, versions); }},
            {"guards-hold", "commands are refused exactly when a guard fails",
             [](const History& history) {
                 return testing::each_step(history, [](const auto& step, const Desk& before) {
                     return guards(step.command, step.decision, before);
                 });
             }},
            testing::references_live<Notes>(),
            testing::ids_never_return<Notes>(),
            testing::touches_only_named<Notes>()};
}

} // namespace evenfold::notes

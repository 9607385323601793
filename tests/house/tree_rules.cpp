#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>

#include "evenfold/tests/house/rules.hpp"

namespace evenfold::house {
namespace {

constexpr std::size_t folder_nouns_max = 16; // about fifteen; a header and its source are one noun
constexpr std::array<std::string_view, 4> rooms_of_a_row{"commands", "events", "projector", "decider"};

const Source* find(std::span<const Source> tree, std::string_view path) {
    const auto found = std::ranges::find(tree, path, &Source::path);
    return found == tree.end() ? nullptr : &*found;
}

/// Whether `list` has the word `name` between spaces, newlines or parentheses.
bool lists(std::string_view list, std::string_view name) {
    constexpr std::string_view separators = " \n()\t";
    for (std::size_t at = list.find(name); at != std::string_view::npos; at = list.find(name, at + 1)) {
        const std::size_t end = at + name.size();
        const bool begins = at == 0 || separators.find(list[at - 1]) != std::string_view::npos;
        const bool ends = end == list.size() || separators.find(list[end]) != std::string_view::npos;
        if (begins && ends) return true;
    }
    return false;
}

} // namespace

Faults crowded_folders(std::span<const Source> tree) {
    std::map<std::string_view, std::set<std::string_view>> nouns;
    for (const Source& source : tree) {
        const std::string_view path = source.path;
        const std::size_t slash = path.rfind('/');
        if (slash != std::string_view::npos && is_cpp(source)) {
            nouns[path.substr(0, slash)].insert(path.substr(0, path.rfind('.')));
        }
    }
    Faults faults;
    for (const auto& [folder, names] : nouns) {
        if (names.size() <= folder_nouns_max) continue;
        faults.push_back(std::string(folder) + ": " + std::to_string(names.size()) +
                         " nouns; which is missing above them?");
    }
    return faults;
}

Faults missing_rows(std::span<const Source> tree, std::string_view domain, std::span<const std::string_view> rows) {
    Faults faults;
    for (const std::string_view room : rooms_of_a_row) {
        for (const std::string_view row : rows) {
            const std::string path =
                "core/" + std::string(room) + "/" + std::string(domain) + "/" + std::string(row) + ".hpp";
            if (!find(tree, path)) faults.push_back(path + ": a row misses a room");
        }
    }
    return faults;
}

namespace {

/// The nearest folder above `path` that has a list of its own, or the room.
std::string_view folder_with_list(std::span<const Source> tree, std::string_view path) {
    const std::string_view room = room_of(path);
    std::string_view folder = path.substr(0, path.rfind('/'));
    while (folder != room && !find(tree, std::string(folder) + "/CMakeLists.txt"))
        folder = folder.substr(0, folder.rfind('/'));
    return folder;
}

} // namespace

Faults unlisted_files(std::span<const Source> tree) {
    Faults faults;
    for (const Source& source : tree) {
        const std::string_view path = source.path;
        const std::string_view room = room_of(path);
        const bool consumer = path.starts_with("tests/consumer/") || path.starts_with("examples/");
        const bool private_header = is_header(source) && (room == "tests" || room == "cli" || room == "bench");
        if (!is_cpp(source) || room.empty() || consumer || private_header) continue;
        const std::string_view folder = folder_with_list(tree, path);
        const Source* list = find(tree, std::string(folder) + "/CMakeLists.txt");
        if (list && lists(list->text, path.substr(folder.size() + 1))) continue;
        faults.push_back(source.path + ": not listed in " + std::string(folder) + "/CMakeLists.txt");
    }
    return faults;
}

} // namespace evenfold::house

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "evenfold/tests/house/rules.hpp"

namespace evenfold::house {
namespace {

constexpr std::size_t folder_nouns_max = 15; // a header and its source are one noun
constexpr std::size_t larger_folder_nouns_max = 16;

const Source* find(std::span<const Source> tree, std::string_view path) {
    const auto found = std::ranges::find(tree, path, &Source::path);
    return found == tree.end() ? nullptr : &*found;
}

/// Returns whether `list` has the word `name` between spaces, newlines or parentheses.
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

Faults crowded_folders(std::span<const Source> tree, std::span<const std::string_view> larger) {
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
        const bool is_larger = std::ranges::count(larger, folder) > 0;
        if (names.size() <= (is_larger ? larger_folder_nouns_max : folder_nouns_max)) continue;
        faults.push_back(std::string(folder) + ": " + std::to_string(names.size()) +
                         " names in one folder; group some of them in a folder");
    }
    return faults;
}

Faults needless_paths(const Source& list, std::span<const Source> tree) {
    Faults faults;
    const Faults crowded = crowded_folders(tree);
    for (const std::string_view path : listed_paths(list)) {
        const Source* source = find(tree, path);
        const std::string folder = std::string(path) + ": ";
        const auto names_it = [&](const std::string& crowd) { return crowd.starts_with(folder); };
        if (source ? bounds(*source).empty() : std::ranges::none_of(crowded, names_it))
            faults.push_back(folder + "is within the limits or does not exist: remove it from " + list.path);
    }
    return faults;
}

namespace {

/// Returns the nearest folder above `path` that has a list of its own, or the module.
std::string_view folder_with_list(std::span<const Source> tree, std::string_view path) {
    const std::string_view module = top_folder_of(path);
    std::string_view folder = path.substr(0, path.rfind('/'));
    while (folder != module && !find(tree, std::string(folder) + "/CMakeLists.txt"))
        folder = folder.substr(0, folder.rfind('/'));
    return folder;
}

} // namespace

Faults unlisted_files(std::span<const Source> tree) {
    Faults faults;
    for (const Source& source : tree) {
        const std::string_view path = source.path;
        const std::string_view module = top_folder_of(path);
        const bool consumer = path.starts_with("tests/consumer/") || path.starts_with("examples/");
        const bool private_header = is_header(source) && (module == "tests" || module == "cli" || module == "bench");
        if (!is_cpp(source) || module.empty() || consumer || private_header) continue;
        const std::string_view folder = folder_with_list(tree, path);
        const Source* list = find(tree, std::string(folder) + "/CMakeLists.txt");
        if (list && lists(list->text, path.substr(folder.size() + 1))) continue;
        faults.push_back(source.path + ": not listed in " + std::string(folder) + "/CMakeLists.txt");
    }
    return faults;
}

} // namespace evenfold::house

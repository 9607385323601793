#include "evenfold/reactors/git/files/path_scope.hpp"

#include <algorithm>

#include "evenfold/reactors/git/files/journal_file.hpp"

namespace evenfold::git {
namespace {

bool contains(const std::vector<std::string>& sorted, std::string_view path) {
    return std::ranges::binary_search(sorted, path, {}, [](const std::string& each) { return std::string_view(each); });
}

/// Calls `take` with `path` and each folder above it, until it returns true. Returns whether it did.
template <class Take>
bool any_of_upwards(std::string_view path, Take take) {
    while (!take(path)) {
        const std::size_t slash = path.rfind('/');
        if (slash == std::string_view::npos) return false;
        path = path.substr(0, slash);
    }
    return true;
}

} // namespace

PathScope::PathScope(std::vector<std::string> paths) : limited_(true), paths_(std::move(paths)) {
    std::ranges::sort(paths_);
    for (const std::string& path : paths_) {
        any_of_upwards(path, [&](std::string_view above) {
            for (const std::string_view ending : journal_endings)
                if (!ending.empty() && above.ends_with(ending))
                    journals_.emplace_back(above.substr(0, above.size() - ending.size()));
            return false;
        });
    }
    std::ranges::sort(journals_);
}

bool PathScope::names(std::string_view path) const {
    return !limited_ || contains(paths_, path);
}

bool PathScope::reaches(std::string_view path) const {
    if (!limited_ || contains(journals_, path)) return true;
    const std::string prefix = std::string(path) + '/';
    const auto below = std::ranges::lower_bound(paths_, prefix);
    if (below != paths_.end() && below->starts_with(prefix)) return true;
    return any_of_upwards(path, [&](std::string_view above) { return contains(paths_, above); });
}

} // namespace evenfold::git

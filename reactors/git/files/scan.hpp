/// What lies in a folder: its files with the ids of their bytes, and what is left out.
/// Shapes: paths relative to the folder, sorted by their bytes; the raw bytes of the files, without git's filters.
/// Errors: Failure naming the file. A file that vanishes during the scan is as one that never was.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/reactors/git/files/stat_cache.hpp"
#include "evenfold/reactors/git/repository.hpp"
#include "evenfold/reactors/git/store/objects.hpp"
#include "evenfold/reactors/git/store/tree.hpp"

namespace evenfold::git {

/// Of this name are the files that a restore writes before it moves them into place; none of them is the user's.
inline constexpr std::string_view restoring_name = ".evenfold-restoring";

struct Scan {
    std::vector<Entry> entries;
    std::vector<std::string> left;     // ignored, special, a repository or journal; a folder ends with a slash
    std::vector<std::string> leavings; // files of restoring_name
    std::vector<std::string> journals; // of evenfold, that git does not track

    /// Whether the file at `path` is one of the journals, or belongs to one.
    [[nodiscard]] bool is_of_journal(std::string_view path) const;
};

/// Scans the folder and adds its files to `objects`: tracked and untracked ones, not those that are ignored and not
/// tracked. A submodule is its commit. Folders with a `.git` of their own that are no submodules are left out, and so
/// are journals of evenfold that are not tracked.
[[nodiscard]] std::expected<Scan, Failure> scan(const Repository& repository, Objects& objects, StatCache& cache);

} // namespace evenfold::git

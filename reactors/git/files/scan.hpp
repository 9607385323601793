/// The contents of a folder: its files with the ids of their bytes, and the paths that are left out.
/// Shapes: paths relative to the folder, sorted by their bytes; the raw bytes of the files, without git's filters.
/// Errors: Failure naming the file. A file that vanishes during the scan counts as never present.
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

/// Name of the files that a restore writes before it moves them into place; none of them is the user's.
inline constexpr std::string_view restoring_name = ".evenfold-restoring";

struct Scan {
    std::vector<TreeEntry> entries;
    std::vector<std::string> excluded;  // ignored, special, a repository or journal; a folder ends with a slash
    std::vector<std::string> leftovers; // files of restoring_name
    std::vector<std::string> journals;  // of evenfold, not tracked by git

    /// Returns whether the file at `path` is one of the journals, or belongs to one.
    [[nodiscard]] bool is_of_journal(std::string_view path) const;
};

/// Scans the folder and adds its files to `objects`: tracked and untracked ones, but not ignored files that are
/// untracked. A submodule is represented by its commit. Leaves out folders with a `.git` of their own that are no
/// submodules, and journals of evenfold that are not tracked.
[[nodiscard]] std::expected<Scan, Failure> scan(const Repository& repository, Objects& objects, StatCache& cache);

} // namespace evenfold::git

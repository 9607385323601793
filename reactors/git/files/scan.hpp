/// The contents of a folder: its files with the ids of their bytes, and the excluded paths.
/// Shapes: paths relative to the folder, sorted by their bytes; the raw bytes of the files, without git's filters.
/// Errors: Failure naming the file. A file that vanishes during the scan counts as never present.
#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/reactors/git/files/coverage.hpp"
#include "evenfold/reactors/git/files/path_scope.hpp"
#include "evenfold/reactors/git/files/stat_cache.hpp"
#include "evenfold/reactors/git/files/tracked_files.hpp"
#include "evenfold/reactors/git/repository.hpp"
#include "evenfold/reactors/git/store/objects.hpp"
#include "evenfold/reactors/git/store/tree.hpp"

namespace evenfold::git {

/// Name of the temporary files that a restore writes before it renames them. No file of the user has this name.
inline constexpr std::string_view restoring_name = ".evenfold-restoring";

/// Checkpoints whose files a scan includes even if git ignores them, as it includes tracked files.
struct HeldFiles {
    std::vector<std::span<const TreeEntry>> checkpoints;

    [[nodiscard]] bool has(std::string_view path) const;
    /// Returns whether any held file is below `folder`, which ends with a slash.
    [[nodiscard]] bool has_below(std::string_view folder) const;
};

struct Scan {
    std::vector<TreeEntry> entries;
    std::vector<std::string> excluded;  // ignored, special, a repository or journal; a folder ends with a slash
    std::vector<std::string> leftovers; // files of restoring_name
    std::vector<std::string> journals;  // of evenfold, not tracked by git
    std::optional<TrackedFiles> index;  // never empty after a scan
    Coverage coverage;

    /// Returns whether the file at `path` is one of the journals, or belongs to one.
    [[nodiscard]] bool is_of_journal(std::string_view path) const;
};

/// Scans the folder and adds its files to `objects`, except for ignored files that are neither tracked nor held. A
/// submodule is represented by its commit. Excludes other repositories inside the folder, and untracked journals of
/// evenfold. A file or folder that cannot be read or is too large becomes a gap and does not stop the scan. Looks only
/// at paths that `scope` reaches; a limited one has no sparse gaps.
[[nodiscard]] std::expected<Scan, Failure> scan(const Repository& repository, Objects& objects, StatCache& cache,
                                                const HeldFiles& held = {}, const PathScope& scope = {});

} // namespace evenfold::git

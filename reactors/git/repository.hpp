/// The git repository of a project's folder, which all other functions of this module take.
/// Shapes: absolute paths without symbolic links. Reported file paths are relative to `folder`.
/// Errors: Failure. Nothing is kept open, so a Repository may be copied and used by many threads.
#pragma once

#include <algorithm>
#include <expected>
#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/reactors/git/failure.hpp"

namespace evenfold::git {

/// Checkpoints cover `folder` and nothing else: if it is a part of a larger work tree, files outside it are neither
/// read nor changed.
struct Repository {
    std::filesystem::path folder;               // the project's
    std::filesystem::path work_tree;            // the work tree that has the folder; mostly the folder itself
    std::filesystem::path git_dir;              // of this work tree: HEAD and index
    std::filesystem::path common_dir;           // of all its work trees: objects and refs
    std::string prefix;                         // of the folder in the work tree: "" or "a/b/"
    std::vector<std::string> excluded_prefixes; // paths that begin with one of these are no part of the folder
    std::stop_token stop;                       // ends a wait for a lock, and a scan of the files

    /// Returns the lock file that git makes while it moves that branch.
    [[nodiscard]] std::filesystem::path lock_of(const std::string& branch) const {
        return common_dir / "refs" / "heads" / (branch + ".lock");
    }

    [[nodiscard]] bool is_excluded(std::string_view path) const {
        return std::ranges::any_of(excluded_prefixes,
                                   [&](const std::string& start) { return path.starts_with(start); });
    }
};

/// Returns the repository that `folder` belongs to: its own, or the nearest above it in the same file system whose work
/// tree has the folder. A folder does not belong to a repository that ignores it and has none of its files (for example
/// a home folder under git). Files in the folder whose names begin with that of the file `excluded_file` are in no
/// checkpoint and no commit, and no restore changes them, even if git tracks them: a revert thus never reverts the
/// journal that records it. If `excluded_file` is a symbolic link, this holds for each link on the way, and for the file at
/// the end.
/// Operations fail with FailureKind::stopped once `stop` is requested, until they begin to change anything.
/// Fails for a missing folder, one inside a `.git`, and one that libgit2 cannot read. Writes nothing.
[[nodiscard]] std::expected<Repository, Failure>
open(const std::filesystem::path& folder, const std::filesystem::path& excluded_file = {}, std::stop_token stop = {});

} // namespace evenfold::git

/// Where a project's folder lies in a git repository. Everything else in this room begins with one.
/// Shapes: absolute paths without symbolic links. What is told of files is relative to `folder`.
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

/// Checkpoints are of `folder` and nothing else: where it is a part of a larger work tree, files beside it are neither
/// looked at nor changed.
struct Repository {
    std::filesystem::path folder;      // the project's
    std::filesystem::path work_tree;   // that the folder lies in; the folder itself, mostly
    std::filesystem::path git_dir;     // of this work tree: HEAD and index
    std::filesystem::path common_dir;  // of all its work trees: objects and refs
    std::string prefix;                // of the folder in the work tree: "" or "a/b/"
    std::vector<std::string> left_out; // files of the folder whose paths begin so are no part of it
    std::stop_token stop;              // ends a wait for a lock, and a look through the files

    /// The lock file that git makes while it moves that branch.
    [[nodiscard]] std::filesystem::path lock_of(const std::string& branch) const {
        return common_dir / "refs" / "heads" / (branch + ".lock");
    }

    [[nodiscard]] bool leaves_out(std::string_view path) const {
        return std::ranges::any_of(left_out, [&](const std::string& start) { return path.starts_with(start); });
    }
};

/// The repository that `folder` belongs to: its own, or the nearest above it in the same file system whose work tree
/// has the folder. It does not belong to one that ignores it and has none of its files (a home folder under git, say).
/// Files in it whose names begin with that of the file `left_out` are in no checkpoint and in no commit, and no restore
/// touches them, whatever git knows of them: so the journal that holds a revert does not go back with it. Where it is a
/// symbolic link, this holds for each link on the way, and for the file at the end.
/// What works on it fails as FailureKind::stopped once `stop` is asked for, until it begins to change anything.
/// Refuses a folder that is not there, one inside a `.git`, and what libgit2 cannot read. Writes nothing.
[[nodiscard]] std::expected<Repository, Failure>
open(const std::filesystem::path& folder, const std::filesystem::path& left_out = {}, std::stop_token stop = {});

} // namespace evenfold::git

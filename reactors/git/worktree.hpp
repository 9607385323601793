/// Worktrees of a repository, one per line of work, added and removed idempotently.
/// Shapes: absolute paths; names as git's `git worktree list` has them; branches by their short names.
/// Errors: Failure. A worktree that evenfold did not make is never returned as its own, and never removed.
#pragma once

#include <expected>
#include <filesystem>
#include <string>

#include "evenfold/reactors/git/failure.hpp"
#include "evenfold/reactors/git/repository.hpp"

namespace evenfold::git {

struct AddWorktree {
    std::string name;           // one component of a path
    std::filesystem::path path; // its location, which must not exist
    std::string base;           // its starting point: a branch, tag, ref or commit
    std::string branch;         // the new branch, which must not exist
};

struct LinkedWorktree {
    std::filesystem::path path;
    std::string branch;
};

/// Creates a worktree at `path` with the files of `base` on the new branch. Idempotent: returns an existing worktree of
/// this function unchanged, and recreates an unfinished one. Filters that are programs (Git LFS) are not run.
[[nodiscard]] std::expected<LinkedWorktree, Failure>
add_worktree(const Repository& repository, const AddWorktree& wanted);

/// Whether uncommitted work may be discarded with the worktree.
enum class Unsaved { keep, discard };

/// Removes the worktree if it exists, and its branch unless that has commits of its own. With Unsaved::keep, fails with
/// FailureKind::unsaved if the worktree has uncommitted changes; ignored files do not count. Fails for a worktree that
/// add_worktree did not create, and for one that the user has locked.
[[nodiscard]] std::expected<void, Failure>
remove_worktree(const Repository& repository, const std::string& name, Unsaved unsaved);

} // namespace evenfold::git

/// Work trees of a repository, one for each line of work, made and removed so that to ask again changes nothing.
/// Shapes: absolute paths; names as git's `git worktree list` has them; branches by their short names.
/// Errors: Failure. What others made is never answered as ours, and never removed.
#pragma once

#include <expected>
#include <filesystem>
#include <string>

#include "evenfold/reactors/git/failure.hpp"
#include "evenfold/reactors/git/repository.hpp"

namespace evenfold::git {

struct AddWorktree {
    std::string name;           // one word of a path
    std::filesystem::path path; // where it goes: nothing may be there
    std::string base;           // what it starts from: a branch, tag, ref or commit
    std::string branch;         // that is made for it: none may be there
};

struct Worktree {
    std::filesystem::path path;
    std::string branch;
};

/// After success `path` holds the files of `base` on the new branch. One that was made by this function is answered as
/// it is; one that was begun and not finished is begun anew. Filters that are programs (Git LFS) are not run.
[[nodiscard]] std::expected<Worktree, Failure> add_worktree(const Repository& repository, const AddWorktree& wanted);

/// Whether work may be thrown away with it.
enum class Unsaved { keep, discard };

/// After success there is no such worktree, nor its branch if that has no commits of its own. With Unsaved::keep one
/// with changes that no commit has is refused (FailureKind::unsaved); ignored files never count. A worktree that
/// add_worktree did not make is refused, and so is one that the user has locked.
[[nodiscard]] std::expected<void, Failure>
remove_worktree(const Repository& repository, const std::string& name, Unsaved unsaved);

} // namespace evenfold::git

/// Commits on the user's current branch, made on behalf of the user. Hooks are not run, and nothing is signed, because
/// this library runs no programs. Any thread may call it. Committing the same `id` again returns the first commit.
/// Errors: Failure, such as FailureKind::nothing_to_commit.
///
///     const auto committed = git::commit(*repository, {.id = "1", .message = "Fix the tests", .checkpoint = {}});
///     if (!committed) return report(committed.error().what);
///     assert(committed->branch == "main" && committed->sha.size() == 40);
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "evenfold/reactors/git/failure.hpp"
#include "evenfold/reactors/git/repository.hpp"

namespace evenfold::git {

/// Number of commits of the branch, newest first, that are searched for one made for the same id.
inline constexpr std::size_t commits_searched_max = 10'000;

/// The end of the message of each failure of FailureKind::nothing_to_commit.
inline constexpr std::string_view nothing_changed = "the files are as in the last commit";

struct CommitFiles {
    std::string id; // ends the message as the trailer `Evenfold-Commit: <id>`
    std::string message;
    std::optional<std::string> checkpoint; // a ref below refs/evenfold/; none: the files on the disk
};

struct CommitResult {
    std::string sha;
    std::string branch; // its short name; empty if HEAD is detached
};

/// Adds a commit to the branch (to HEAD itself if it is detached; the first commit if the branch is unborn). The author
/// is the user in git's configuration. After success the commit survives a loss of power. As after `git add -A && git
/// commit`, it contains all files of the folder that are not ignored, after git's filters. The index then holds the
/// committed files, and other staged content is replaced. Files outside the folder and files that a sparse checkout
/// leaves out stay as in HEAD, and so do executable bits if core.fileMode is false. The files on the disk do not
/// change.
/// Idempotent: returns the commit with this id's trailer if the branch has one. The index is updated first, so a kill
/// before the branch moves leaves the files staged. A kill may leave a lock file of the index or branch, as with git
/// itself. A retry removes the branch's lock file if that holds the requested commit. Because of any other lock file,
/// the call fails as busy and names the file to remove.
/// Fails with nothing_to_commit; no_identity; unfinished while a merge, a rebase or a conflict waits for the user;
/// unsupported if a changed file has a filter that is a program (Git LFS).
[[nodiscard]] std::expected<CommitResult, Failure> commit(const Repository& repository, const CommitFiles& wanted);

} // namespace evenfold::git

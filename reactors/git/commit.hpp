/// Commits of the user's own, made for them on the branch they are on.
/// Shapes: commits as 40 hexadecimal digits; the id of the asking effect as a line of text.
/// Errors: Failure. Hooks are not run, and nothing is signed: this library runs no programs.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "evenfold/reactors/git/failure.hpp"
#include "evenfold/reactors/git/repository.hpp"

namespace evenfold::git {

/// How many commits of the branch, newest first, are searched for one that was made for the same id.
inline constexpr std::size_t commits_searched_max = 10'000;

/// How a failure of FailureKind::nothing_to_commit ends.
inline constexpr std::string_view nothing_changed = "the files are as in the last commit";

struct CommitFiles {
    std::string id; // ends the message as the trailer `Evenfold-Commit: <id>`
    std::string message;
    std::optional<std::string> checkpoint; // a ref below refs/evenfold/; none: the files as they are
};

struct Committed {
    std::string sha;
    std::string branch; // its short name; empty where HEAD is detached
};

/// After success the branch (HEAD itself where it is detached; its first commit where it is unborn) has one commit
/// more, by the user that git's configuration names, and it lasts. As after `git add -A && git commit`: all the files
/// of the folder that are not ignored, put through git's filters; the index has what was committed, and what had been
/// staged otherwise is replaced. Files outside of the folder and those a sparse checkout leaves out stay as HEAD has
/// them, and so do executable bits where core.fileMode is false. The files on the disk are not touched.
/// If the branch has a commit with this id's trailer already, that is the answer and nothing is made. The index goes
/// first: killed in between, the files are staged. A kill within the moment that git's lock files of index and branch
/// exist leaves one, as git itself would: the next try removes the branch's if it holds the very commit that is asked
/// for, and is refused as busy by any other, naming the file to remove.
/// Refused: nothing_to_commit; no_identity; unfinished while a merge, a rebase or a conflict waits for the user;
/// unsupported where a changed file has a filter that is a program (Git LFS).
[[nodiscard]] std::expected<Committed, Failure> commit(const Repository& repository, const CommitFiles& wanted);

} // namespace evenfold::git

/// Why work on a repository failed, in words for a person: what broke, where, and the remedy.
/// Errors: the closed set FailureKind; nothing is thrown across this library's functions.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace evenfold::git {

enum class FailureKind {
    not_found,         // a folder or a ref that is named is not there
    not_a_repository,  // the folder belongs to no repository
    bare,              // a repository without a work tree
    foreign_owner,     // the repository is another user's
    unsupported,       // a format or filter that only git itself knows
    invalid,           // a name or message that git does not take
    read_only,         // the repository or the work tree cannot be written
    unreadable,        // a file or folder cannot be read
    full,              // no space is left
    busy,              // somebody else is at work there
    stopped,           // it was told to stop before it had an effect
    damaged,           // an object, a ref or the index does not hold what it must
    in_the_way,        // what would be overwritten is in no checkpoint
    no_identity,       // git knows no name or mail address of the user
    nothing_to_commit, // the files are as in the last commit
    unfinished,        // a merge, a rebase or a conflict waits for the user
    exists,            // a worktree or branch of that name is somebody else's
    unsaved,           // removal would lose work
    input_output,      // the disk or the system failed
};

struct Failure {
    FailureKind kind = FailureKind::input_output;
    std::string what;
    std::string remedy;
};

/// What the system said (an errno) about `file` while at `place`.
[[nodiscard]] Failure failure_of(const std::filesystem::path& file, std::string_view place, int system_error);

/// A failure of `kind` with the usual remedy.
[[nodiscard]] Failure failure_of(FailureKind kind, std::string what);

/// Busy: git's lock file `lock` is there. The remedy names it.
[[nodiscard]] Failure failure_of_lock(const std::filesystem::path& lock);

/// What libgit2 said last on this thread about `subject` while at `place`; `code` is what its function returned.
[[nodiscard]] Failure library_failure(std::string_view subject, std::string_view place, int code);

} // namespace evenfold::git

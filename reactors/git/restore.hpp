/// Restore: the files of a project's folder as a checkpoint has them.
/// Shapes: refs below `refs/evenfold/`; counts of files.
/// Errors: Failure naming the file. Whatever it is, and wherever a process is killed: to ask again goes on.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>

#include "evenfold/reactors/git/failure.hpp"
#include "evenfold/reactors/git/repository.hpp"

namespace evenfold::git {

struct Restore {
    std::string ref;
    std::optional<std::string> rescue; // the checkpoint taken of what is there before: nothing else is removed
};

struct Restored {
    std::size_t written = 0;
    std::size_t removed = 0;
};

/// After success each file that the checkpoint has is there with its bytes, kind and executable bit, made to last, and
/// each file that it does not have is gone, with the folders that this leaves empty.
/// Left alone: files that are ignored (by the rules on the disk as it begins, which change last, or by the
/// checkpoint's), special files, empty folders, submodules and other repositories with all they hold, journals of
/// evenfold that git does not track, and the user's index, HEAD and branches: `git status` shows the restored files as
/// changes against these. With a `rescue`, files that are not in that checkpoint stay too, and one that has changed
/// since is refused as in_the_way. Give one: a repeat then spares what was ignored by a .gitignore that the restore
/// itself has removed.
/// A file or folder that would have to go and is in no checkpoint, being ignored or a repository, is refused with
/// FailureKind::in_the_way, before anything is changed. No symbolic link is followed.
[[nodiscard]] std::expected<Restored, Failure> restore(const Repository& repository, const Restore& wanted);

} // namespace evenfold::git

/// Restores the files of a project's folder to those of a checkpoint.
/// Any thread may call it; restores and captures of one folder wait for each other. After any failure, and after a kill
/// at any point, a retry continues the restore. Errors: Failure naming the file.
///
///     // `rescue` is a checkpoint of the present files: without it, files that are in no checkpoint would be lost.
///     const auto restored = git::restore(*repository, {.ref = safe, .rescue = rescue});
///     if (!restored) return report(restored.error().what);
///     assert(restored->written == 1 && restored->removed == 0);
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>

#include "evenfold/reactors/git/failure.hpp"
#include "evenfold/reactors/git/repository.hpp"

namespace evenfold::git {

struct RestoreOptions {
    std::string ref;
    std::optional<std::string> rescue; // a checkpoint of the files taken just before: no other files are removed
};

struct RestoreCounts {
    std::size_t written = 0;
    std::size_t removed = 0;
};

/// Restores each file of the checkpoint durably, with its bytes, kind and executable bit. Removes every other file, and
/// the folders that become empty.
/// Does not change ignored files, special files, empty folders, submodules, other repositories, untracked journals of
/// evenfold, or the user's index, HEAD and branches. Files are ignored by the rules on the disk at the start, which
/// change last, or by the checkpoint's rules. `git status` shows the restored files as changes.
/// With a `rescue`, files that are not in that checkpoint also stay, and the restore fails with in_the_way for a file
/// that has changed since. Always pass a rescue, because a retry then spares files that were ignored by a .gitignore
/// that the restore itself has removed.
/// Fails with FailureKind::in_the_way, before any change, if a file or folder that no checkpoint contains (because it
/// is ignored or a repository) would have to be removed. Never follows a symbolic link.
[[nodiscard]] std::expected<RestoreCounts, Failure> restore(const Repository& repository, const RestoreOptions& wanted);

} // namespace evenfold::git

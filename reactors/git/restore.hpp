/// Restores the files of a project's folder to those of a checkpoint.
/// Any thread may call it; restores and captures of one folder wait for each other. After any failure, and after a kill
/// at any point, a retry continues the restore, and a restore of the rescue with the target as its rescue undoes it.
/// Errors: Failure naming the file.
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
#include <vector>

#include "evenfold/reactors/git/failure.hpp"
#include "evenfold/reactors/git/repository.hpp"

namespace evenfold::git {

/// The treatment of files that no checkpoint contains in their current form: fail with in_the_way, or keep them.
enum class UnsavedFiles { refuse, keep };

struct RestoreOptions {
    std::string ref;
    std::optional<std::string> rescue; // a checkpoint of the files taken just before: no other files are removed
    UnsavedFiles unsaved = UnsavedFiles::refuse;
};

struct RestoreCounts {
    std::size_t written = 0;
    std::size_t removed = 0;
    std::vector<std::string> kept; // unsaved files that differ from the checkpoint
};

/// The changes that a restore with a rescue would make.
struct RestorePreview {
    std::vector<std::string> written;
    std::vector<std::string> removed;
    std::vector<std::string> untracked; // those of `removed` that git does not track
};

/// Returns the changes that `restore` would make to the present files. Fails like it, before any change.
[[nodiscard]] std::expected<RestorePreview, Failure>
preview_restore(const Repository& repository, const std::string& ref);

/// Restores each file of the checkpoint durably, with its bytes, kind and executable bit. Removes every other file, and
/// the folders that become empty.
/// Does not change special files, empty folders, submodules, other repositories, untracked journals of
/// evenfold, ignored files that neither git tracks nor a named checkpoint contains, or the user's index, HEAD and
/// branches. Files are ignored by the rules on the disk at the start, which change last; untracked files also by the
/// checkpoint's rules. `git status` shows the restored files as changes.
/// With a `rescue`, looks only at files that differ between both checkpoints. Files that are not in the rescue also
/// stay, and the restore fails with in_the_way for a file that it would change and that has changed since. Take the
/// rescue with the checkpoint in CaptureOptions::also. Always pass one, because a retry then spares files that were
/// ignored by a .gitignore that the restore itself has removed. Files in the gaps of the checkpoint stay as they are.
/// Fails with FailureKind::in_the_way, before any change, if a file or folder that no checkpoint contains (because it
/// is ignored or a repository) would have to be removed. With UnsavedFiles::keep, such files are kept and listed.
/// Fails with FailureKind::stopped between two files if the repository's stop is requested; `what` says how many files
/// were restored before. Never follows a symbolic link. Memory does not grow with the size of the files; a large file
/// that git has stored as a delta takes room for its earlier versions in the git directory while it is restored.
[[nodiscard]] std::expected<RestoreCounts, Failure> restore(const Repository& repository, const RestoreOptions& wanted);

} // namespace evenfold::git

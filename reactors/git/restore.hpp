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

struct Restore {
    std::string ref;
    std::optional<std::string> rescue; // a checkpoint of the files taken just before: no other files are removed
};

struct Restored {
    std::size_t written = 0;
    std::size_t removed = 0;
};

/// After success each file of the checkpoint exists durably with its bytes, kind and executable bit, and every other
/// file is gone, with the folders that become empty.
/// Not changed: files that are ignored (by the rules on the disk at the start, which change last, or by the
/// checkpoint's), special files, empty folders, submodules and other repositories with all their files, journals of
/// evenfold that git does not track, and the user's index, HEAD and branches: `git status` shows the restored files as
/// changes against these. With a `rescue`, files that are not in that checkpoint stay, too, and the restore fails with
/// in_the_way for a file that has changed since. Always pass a rescue, because a retry then spares files that were
/// ignored by a .gitignore that the restore itself has removed.
/// Fails with FailureKind::in_the_way, before anything is changed, if a file or folder would have to go that is in no
/// checkpoint, because it is ignored or a repository. Never follows a symbolic link.
[[nodiscard]] std::expected<Restored, Failure> restore(const Repository& repository, const Restore& wanted);

} // namespace evenfold::git

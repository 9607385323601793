/// Checkpoints: a commit of all files in a project's folder, under a ref that belongs to the checkpoint alone.
/// Refs are below `refs/evenfold/`, commits are 40 hexadecimal digits, paths are as git quotes them (core.quotePath).
/// git itself reads checkpoints, for example with `git diff <ref> -- .`. Any thread may call these functions; captures
/// of one folder wait for each other. Errors: Failure.
///
///     const auto repository = git::open(folder);
///     if (!repository) return report(repository.error().what);
///     const std::string ref = "refs/evenfold/checkpoints/safe";
///     const auto made = git::capture(*repository, {.ref = ref, .message = "safe", .author = ada, .previous = {}});
///     if (!made) return report(made.error().what);
///     assert(made->ref == ref && made->commit.size() == 40);
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/reactors/git/failure.hpp"
#include "evenfold/reactors/git/repository.hpp"

namespace evenfold::git {

/// Maximum number of changed files that a checkpoint lists.
inline constexpr std::size_t files_listed_max = 1000;

struct Author {
    std::string name;
    std::string email;
    std::int64_t at_s = 0; // since 1970, UTC
};

struct CaptureOptions {
    std::string ref; // refs/evenfold/checkpoints/<id>
    std::string message;
    Author author;
    std::optional<std::string> previous; // the ref of the checkpoint before; a missing ref counts as none
    /// Refs whose files are captured even if git ignores them.
    std::vector<std::string> also{}; // NOLINT(readability-redundant-member-init): may be left unnamed
};

/// The reason for which a checkpoint does not have a part of the folder.
enum class GapKind : std::uint8_t {
    sparse,     // left out of the work tree by a sparse checkout
    repository, // a repository of its own
    submodule,  // its commit is in the checkpoint, but not the changes in its files
    unreadable, // permission denied
    too_large,  // more than Repository::file_bytes_max
    special     // a pipe, a socket or a device
};

/// Returns the name of the kind, as the checkpoint's commit stores it.
[[nodiscard]] std::string_view name_of(GapKind kind);

/// A file or folder that a checkpoint does not have. A folder's path ends with a slash.
struct CheckpointGap {
    GapKind kind = GapKind::special;
    std::string path;
    friend bool operator==(const CheckpointGap&, const CheckpointGap&) = default;
};

struct CheckpointCommit {
    std::string ref;
    std::string commit;
    std::vector<std::string> files; // changed since `previous`, the first files_listed_max; none without a `previous`
    std::size_t files_count = 0;    // number of changed files; without a `previous`, of all files of the checkpoint
    std::vector<CheckpointGap> gaps{}; // NOLINT(readability-redundant-member-init): may be left unnamed
};

/// Commits the files to the ref. After success the ref and all its objects survive a loss of power. The user's git sees
/// only the ref: index, HEAD, branches, stash, reflogs, configuration and hooks do not change. The commit has no
/// parent, so that it keeps no history alive. Idempotent: returns an existing, intact ref unchanged.
/// The commit contains tracked and untracked files as raw bytes, because git's filters are not run. It also contains
/// executable bits (regardless of core.fileMode), symbolic links, and submodules at their checked-out commits. It
/// contains no ignored files (unless they are tracked, or in a checkpoint of `also`), empty folders, names that git
/// reserves (.git), or untracked journals of evenfold. Everything else that it lacks is listed in `gaps`; a restore or
/// commit of the checkpoint changes nothing there. A mirror push (`git push --mirror`) also pushes checkpoints.
/// Reads only files that changed since the last capture, but checks the status of each file. Captures of one folder
/// run one after another. New objects are written as one pack, which `git gc` later merges with the others.
[[nodiscard]] std::expected<CheckpointCommit, Failure>
capture(const Repository& repository, const CaptureOptions& wanted);

/// Returns the gaps of the checkpoint `ref`.
[[nodiscard]] std::expected<std::vector<CheckpointGap>, Failure>
find_gaps(const Repository& repository, const std::string& ref);

/// Removes the ref if it exists. After success the ref does not exist, also after a loss of power.
[[nodiscard]] std::expected<void, Failure> remove_ref(const Repository& repository, const std::string& ref);

} // namespace evenfold::git

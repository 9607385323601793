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

struct CheckpointCommit {
    std::string ref;
    std::string commit;
    std::vector<std::string> files; // changed since `previous`, the first files_listed_max; none without a `previous`
    std::size_t files_count = 0;    // number of changed files; without a `previous`, of all files of the checkpoint
};

/// Commits the files to the ref. After success the ref and all its objects survive a loss of power. The user's git sees
/// only the ref: index, HEAD, branches, stash, reflogs, configuration and hooks do not change. The commit has no
/// parent, so that it keeps no history alive. Idempotent: returns an existing, intact ref unchanged.
/// The commit contains tracked and untracked files as raw bytes, because git's filters are not run. It also contains
/// executable bits (regardless of core.fileMode), symbolic links, and submodules at their checked-out commits. It
/// contains no ignored files except those in a checkpoint of `also`, no empty folders, special files, names that git reserves (.git), other repositories inside
/// the folder, or untracked journals of evenfold. It lacks files that a sparse checkout leaves out. A mirror push
/// (`git push --mirror`) also pushes checkpoints.
/// Reads only files that changed since the last capture, but checks the status of each file. Captures of one folder
/// run one after another. New objects are written as one pack, which `git gc` later merges with the others.
[[nodiscard]] std::expected<CheckpointCommit, Failure>
capture(const Repository& repository, const CaptureOptions& wanted);

/// Removes the ref if it exists. After success the ref does not exist, also after a loss of power.
[[nodiscard]] std::expected<void, Failure> remove_ref(const Repository& repository, const std::string& ref);

} // namespace evenfold::git

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

struct Capture {
    std::string ref; // refs/evenfold/checkpoints/<id>
    std::string message;
    Author author;
    std::optional<std::string> previous; // the ref of the checkpoint before; a missing ref counts as none
};

struct Checkpoint {
    std::string ref;
    std::string commit;
    std::vector<std::string> files; // changed since `previous`, the first files_listed_max; none without a `previous`
    std::size_t files_count = 0;    // number of changed files; without a `previous`, of all files of the checkpoint
};

/// Commits the files to the ref. After success the ref and all it needs survive a loss of power. The user's git sees
/// nothing but the ref: index, HEAD, branches, stash, reflogs, configuration and hooks do not change, and the commit
/// has no parent, so that it keeps no history alive. Idempotent: returns a ref that exists and is whole unchanged.
/// A commit has files (tracked and untracked, as raw bytes: git's filters are not run), their executable bits whatever
/// core.fileMode says, symbolic links, and submodules at the commit checked out in them. It has no ignored files, empty
/// folders, special files, names that git reserves (.git), other repositories inside the folder, or journals of
/// evenfold that git does not track. It lacks the files that a sparse checkout leaves out. The refs of a mirror push
/// (`git push --mirror`) include checkpoints.
/// Reads only files that changed since the last capture, but checks the status of each file. Captures of one folder
/// wait for each other. New objects are written as one pack, which `git gc` later joins with the others.
[[nodiscard]] std::expected<Checkpoint, Failure> capture(const Repository& repository, const Capture& wanted);

/// Removes the ref if it exists. After success the ref does not exist, also after a loss of power.
[[nodiscard]] std::expected<void, Failure> remove_ref(const Repository& repository, const std::string& ref);

} // namespace evenfold::git

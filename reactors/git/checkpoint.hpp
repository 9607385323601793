/// Checkpoints: a commit of all that lies in a project's folder, under a ref that is the checkpoint's own.
/// Shapes: refs below `refs/evenfold/`, commits as 40 hexadecimal digits, paths as git quotes them (core.quotePath).
/// Errors: Failure. docs: git itself reads them, `git diff <ref> -- .` for one.
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

/// How many changed files a checkpoint lists.
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
    std::optional<std::string> previous; // the ref of the checkpoint before; one that is gone is as none
};

struct Checkpoint {
    std::string ref;
    std::string commit;
    std::vector<std::string> files; // changed since `previous`, the first files_listed_max; without one, none
    std::size_t files_count = 0;    // all of these; without a `previous`, all files of the checkpoint
};

/// After success the ref and all it needs survive a loss of power. It is the only thing the user's git sees: index,
/// HEAD, branches, stash, reflogs, configuration and hooks are left alone, and the commit has no parent, so that it
/// keeps no history alive. A ref that is there and whole is answered as it stands: to ask again makes no second one.
/// A commit has files (tracked and untracked, as raw bytes: git's filters are not run), their executable bits whatever
/// core.fileMode says, symbolic links, and submodules at the commit checked out in them. It has no ignored files, empty
/// folders, special files, names that git reserves (.git), other repositories that lie in the folder, or journals of
/// evenfold that git does not track. What a sparse checkout leaves out is not there. The refs of a mirror push
/// (`git push --mirror`) include checkpoints.
/// Reads what has changed since the last capture, and looks at each file. One capture of a folder at a time: others
/// wait. New objects come as one pack, which `git gc` joins with the rest.
[[nodiscard]] std::expected<Checkpoint, Failure> capture(const Repository& repository, const Capture& wanted);

/// After success there is no such ref, also after a loss of power, whether or not there was one.
[[nodiscard]] std::expected<void, Failure> remove_ref(const Repository& repository, const std::string& ref);

} // namespace evenfold::git

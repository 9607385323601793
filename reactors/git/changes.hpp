/// What differs between two checkpoints, or between one and the files that lie there.
/// Shapes: refs below `refs/evenfold/`; paths as git quotes them; unified diffs as bytes, which need not be UTF-8.
/// Errors: Failure.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "evenfold/reactors/git/failure.hpp"
#include "evenfold/reactors/git/repository.hpp"

namespace evenfold::git {

enum class ChangeKind { added, modified, deleted, renamed, mode_changed };

struct Change {
    ChangeKind kind = ChangeKind::modified;
    std::string path;
    std::string old_path;   // where a renamed file was; else the same as path
    bool is_binary = false; // told only with the text
    std::string text;       // unified diff with git's header, if it was asked for
};

struct Comparison {
    std::string from;
    std::optional<std::string> to; // none: the files as they are
    bool with_text = false;
};

/// The most files among which renames are looked for: beyond, they are a deletion and an addition.
inline constexpr std::size_t renames_max = 1000;

/// Ordered by path. A file that was renamed and also changed is renamed, its text tells the rest. A file that became a
/// link is modified. The files as they are need the lock of the folder; files that changed since
/// the last capture are held in memory meanwhile, and so is the answer.
[[nodiscard]] std::expected<std::vector<Change>, Failure>
changes(const Repository& repository, const Comparison& wanted);

} // namespace evenfold::git

/// Differences between two checkpoints, or between a checkpoint and the files on the disk.
/// Refs are below `refs/evenfold/`; paths are as git quotes them; unified diffs are bytes, which need not be UTF-8. Any
/// thread may call it. Errors: Failure.
///
///     const auto changed = git::find_changes(*repository, {.from = safe, .to = {}, .with_text = true});
///     if (!changed) return report(changed.error().what);
///     for (const git::FileChange& change : *changed) report(change.path + '\n' + change.text);
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "evenfold/reactors/git/failure.hpp"
#include "evenfold/reactors/git/repository.hpp"

namespace evenfold::git {

enum class ChangeKind { added, modified, deleted, renamed, mode_changed };

struct FileChange {
    ChangeKind kind = ChangeKind::modified;
    std::string path;
    std::string old_path;   // the earlier path of a renamed file; otherwise the same as path
    bool is_binary = false; // set only if the text was requested
    std::string text;       // unified diff with git's header, if requested
};

struct DiffRequest {
    std::string from;
    std::optional<std::string> to; // none: the files on the disk
    bool with_text = false;
};

/// Maximum number of files among which renames are detected. Beyond it, a rename is a deletion and an addition.
inline constexpr std::size_t renames_max = 1000;

/// Returns the changes, ordered by path. A file that was both renamed and changed counts as renamed, and its text shows
/// the change. A file that became a link counts as modified. A comparison with the files on the disk acquires the lock
/// of the folder, and holds files that changed since the last capture in memory.
[[nodiscard]] std::expected<std::vector<FileChange>, Failure>
find_changes(const Repository& repository, const DiffRequest& wanted);

} // namespace evenfold::git

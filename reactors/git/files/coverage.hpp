/// The gaps of a checkpoint, and permissions that git does not store: lines in the message of its commit.
/// Shapes: `Lacks: <kind> <path>` and `Mode: 0600 <path>`, one per line; paths relative to the project's folder, quoted
/// as by git; a folder ends with a slash. Unknown lines are skipped.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/reactors/git/checkpoint.hpp"
#include "evenfold/reactors/git/store/handle.hpp"
#include "evenfold/reactors/git/store/objects.hpp"
#include "evenfold/reactors/git/store/tree.hpp"

namespace evenfold::git {

struct Coverage {
    std::vector<CheckpointGap> gaps;
    std::map<std::string, unsigned, std::less<>> modes; // of untracked files that only their owner may read

    /// Returns whether the checkpoint says nothing about the file or submodule at `path`.
    [[nodiscard]] bool lacks(std::string_view path) const;

    /// Returns the recorded permissions of the file, if there are any.
    [[nodiscard]] std::optional<unsigned> mode_of(std::string_view path) const;
};

/// Returns the lines that store `coverage`; empty if there is nothing to store.
[[nodiscard]] std::string coverage_text(const Coverage& coverage);

/// Returns the coverage that the message of a checkpoint's commit stores.
[[nodiscard]] Coverage coverage_of(const git_commit* commit);

/// The files of a checkpoint, and what they lack.
struct CheckpointFiles {
    std::vector<TreeEntry> entries;
    Coverage coverage;
};

/// Returns the files of the checkpoint `ref`, which must be below refs/evenfold/.
[[nodiscard]] std::expected<CheckpointFiles, Failure>
read_checkpoint_files(const std::string& ref, const Objects& objects);

/// Returns the coverage of the checkpoint `ref`.
[[nodiscard]] std::expected<Coverage, Failure> read_coverage(git_repository* repository, const std::string& ref);

} // namespace evenfold::git

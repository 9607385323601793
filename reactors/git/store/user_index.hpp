/// The user's index, updated to match a commit.
/// Shapes: paths relative to the work tree.
/// Errors: Failure; FailureKind::unfinished if it has conflicts, FailureKind::busy if git locks it.
#pragma once

#include <cstdint>
#include <expected>
#include <span>
#include <vector>

#include "evenfold/reactors/git/repository.hpp"
#include "evenfold/reactors/git/store/handle.hpp"
#include "evenfold/reactors/git/store/tree.hpp"

namespace evenfold::git {

class UserIndex {
public:
    [[nodiscard]] static std::expected<UserIndex, Failure> of(const Repository& repository, git_repository* handle);

    /// An entry whose file on the disk a commit must not use.
    struct FlaggedEntry {
        TreeEntry entry;
        bool unless_present = false; // a sparse checkout left the file out, so that a present file counts again
    };

    /// Returns the entries that are marked skip-worktree or assume-unchanged, sorted by path.
    [[nodiscard]] const std::vector<FlaggedEntry>& flagged() const { return flagged_; }

    /// Replaces the content of the index by `entries`. Unchanged entries keep git's cached file status, unless the file
    /// may have changed in the second in which the index was written: git compares the content of such files.
    [[nodiscard]] std::expected<void, Failure> update(std::span<const TreeEntry> entries);

private:
    UserIndex(std::string shown, std::int64_t written_s, IndexHandle index, std::vector<FlaggedEntry> flagged)
        : shown_(std::move(shown)), written_s_(written_s), index_(std::move(index)), flagged_(std::move(flagged)) {}

    std::string shown_;
    std::int64_t written_s_; // when the index was last written, in seconds since the epoch
    IndexHandle index_;
    std::vector<FlaggedEntry> flagged_;
};

} // namespace evenfold::git

/// The files that the user's index tracks. The index is not changed.
/// Shapes: paths relative to the project's folder.
/// Errors: Failure for an index that libgit2 cannot read, for example a split or sparse one.
#pragma once

#include <expected>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "evenfold/reactors/git/repository.hpp"
#include "evenfold/reactors/git/store/handle.hpp"

namespace evenfold::git {

class TrackedFiles {
public:
    [[nodiscard]] static std::expected<TrackedFiles, Failure> of(const Repository& repository, git_repository* handle);

    [[nodiscard]] bool has(const std::string& path) const;
    /// Returns whether any file below `folder`, which ends with a slash, is tracked, or `folder` is a submodule.
    [[nodiscard]] bool has_below(const std::string& folder) const;
    /// Returns the files and folders that a sparse checkout leaves out, sorted; a folder ends with a slash. `exists`
    /// returns whether the work tree has any file at or below a path.
    [[nodiscard]] std::vector<std::string> left_out(const std::function<bool(const std::string& path)>& exists) const;
    /// Returns the commit that the index records for the submodule at `path`.
    [[nodiscard]] std::optional<ObjectId> repository_at(const std::string& path) const;

private:
    TrackedFiles(std::string prefix, IndexHandle index) : prefix_(std::move(prefix)), index_(std::move(index)) {}
    [[nodiscard]] const git_index_entry* entry(const std::string& path) const;

    std::string prefix_;
    IndexHandle index_;
};

/// Returns the commit checked out in the repository at `folder`; nothing if it has none or cannot be read.
[[nodiscard]] std::optional<ObjectId> head_of(const std::filesystem::path& folder);

/// Returns whether the repository at `folder` has changes that its commit lacks, untracked files included.
[[nodiscard]] bool is_changed(const std::filesystem::path& folder);

} // namespace evenfold::git

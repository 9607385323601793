/// The differences between two trees, from libgit2.
/// Shapes: one delta for each path, also if a file becomes a link.
/// Errors: Failure.
#pragma once

#include <expected>

#include "evenfold/reactors/git/failure.hpp"
#include "evenfold/reactors/git/store/handle.hpp"

namespace evenfold::git {

/// Returns the diff from the tree `before` (nullptr: nothing) to the tree `after`. Equal subtrees are not entered.
[[nodiscard]] std::expected<DiffHandle, Failure>
diff_of_trees(git_repository* repository, const git_oid* before, const git_oid* after);

} // namespace evenfold::git

/// What differs between two trees, as libgit2 tells it.
/// Shapes: one delta for each path, also where a file becomes a link.
/// Errors: Failure.
#pragma once

#include <expected>

#include "evenfold/reactors/git/failure.hpp"
#include "evenfold/reactors/git/store/handle.hpp"

namespace evenfold::git {

/// From `before` (nullptr: nothing) to `after`, both trees. Trees that are the same are not entered.
[[nodiscard]] std::expected<DiffHandle, Failure>
diff_of_trees(git_repository* repository, const git_oid* before, const git_oid* after);

} // namespace evenfold::git

/// Repositories of other users that the user trusts: the setting `safe.directory`.
/// Shapes: absolute paths of work trees. Values: a path, a folder with `/*` for all repositories below it, or `*`; an
/// empty value discards those before it. libgit2 1.5 itself knows paths only.
/// Source: git-config(1), safe.directory and FILES; git(1), GIT_CONFIG_GLOBAL, GIT_CONFIG_SYSTEM, GIT_CONFIG_COUNT.
#pragma once

#include <filesystem>
#include <optional>

namespace evenfold::git {

/// Returns the nearest folder at or above `folder` that has a `.git`, if there is one.
[[nodiscard]] std::optional<std::filesystem::path> find_work_tree(const std::filesystem::path& folder);

/// Returns whether the settings name the work tree. As in git, only the settings of the system, of the user, and of the
/// environment count. Those of the repository do not, because its owner wrote them.
[[nodiscard]] bool is_safe_directory(const std::filesystem::path& work_tree);

} // namespace evenfold::git

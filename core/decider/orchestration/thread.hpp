/// Decides commands of threads and their worktrees.
/// Rejections: see each rule's guards, in order. Cost: O(1).
/// Source: the orchestration specification, section 6.3, rows 4 to 8 and 31.
#pragma once

#include "evenfold/core/commands/orchestration/thread.hpp"
#include "evenfold/core/decider/orchestration/checks.hpp"

namespace evenfold::orchestration {

[[nodiscard]] Decision on(const CreateThread& ask, const Index& index);
[[nodiscard]] Decision on(const UpdateThread& ask, const Index& index);
[[nodiscard]] Decision on(const ArchiveThread& ask, const Index& index);
[[nodiscard]] Decision on(const UnarchiveThread& ask, const Index& index);
[[nodiscard]] Decision on(const DeleteThread& ask, const Index& index);
[[nodiscard]] Decision on(const AssignWorktree& ask, const Index& index);
[[nodiscard]] Decision on(const FailWorktree& ask, const Index& index);

} // namespace evenfold::orchestration

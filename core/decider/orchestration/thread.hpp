/// Decides commands of threads and their worktrees.
/// Rejections: see each rule's guards, in order. Cost: O(1).
/// Source: the orchestration specification, section 6.3, rows 4 to 8 and 31.
#pragma once

#include "evenfold/core/commands/orchestration/thread.hpp"
#include "evenfold/core/decider/orchestration/checks.hpp"

namespace evenfold::orchestration {

[[nodiscard]] Decision on(const CreateThread& command, const Index& index);
[[nodiscard]] Decision on(const UpdateThread& command, const Index& index);
[[nodiscard]] Decision on(const ArchiveThread& command, const Index& index);
[[nodiscard]] Decision on(const UnarchiveThread& command, const Index& index);
[[nodiscard]] Decision on(const DeleteThread& command, const Index& index);
[[nodiscard]] Decision on(const AssignWorktree& command, const Index& index);
[[nodiscard]] Decision on(const FailWorktree& command, const Index& index);

} // namespace evenfold::orchestration

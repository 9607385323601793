/// Decides commands of checkpoints and reverts.
/// Repeating an assignment is accepted and changes nothing. Cost: O(1); RevertToCheckpoint O(removed items).
/// Source: the orchestration specification, section 6.3, rows 22 to 28.
#pragma once

#include "evenfold/core/commands/orchestration/checkpoint.hpp"
#include "evenfold/core/decider/orchestration/checks.hpp"

namespace evenfold::orchestration {

[[nodiscard]] Decision on(const CreateCheckpoint& command, const Index& index);
[[nodiscard]] Decision on(const AssignCheckpointRef& command, const Index& index);
[[nodiscard]] Decision on(const FailCheckpoint& command, const Index& index);
[[nodiscard]] Decision on(const RevertToCheckpoint& command, const Index& index);
[[nodiscard]] Decision on(const AdvanceRevert& command, const Index& index);
[[nodiscard]] Decision on(const CompleteRevert& command, const Index& index);
[[nodiscard]] Decision on(const FailRevert& command, const Index& index);
[[nodiscard]] Decision on(const ReleaseCheckpoint& command, const Index& index);

} // namespace evenfold::orchestration

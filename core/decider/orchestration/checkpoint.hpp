/// Decides commands of checkpoints and reverts.
/// Repeating an assignment is accepted and changes nothing. Cost: O(1); RevertToCheckpoint O(removed items).
/// Source: the orchestration specification, section 6.3, rows 22 to 28.
#pragma once

#include "evenfold/core/commands/orchestration/checkpoint.hpp"
#include "evenfold/core/decider/orchestration/checks.hpp"

namespace evenfold::orchestration {

[[nodiscard]] Decision on(const CreateCheckpoint& ask, const Index& index);
[[nodiscard]] Decision on(const AssignCheckpointRef& ask, const Index& index);
[[nodiscard]] Decision on(const FailCheckpoint& ask, const Index& index);
[[nodiscard]] Decision on(const RevertToCheckpoint& ask, const Index& index);
[[nodiscard]] Decision on(const AdvanceRevert& ask, const Index& index);
[[nodiscard]] Decision on(const CompleteRevert& ask, const Index& index);
[[nodiscard]] Decision on(const FailRevert& ask, const Index& index);

} // namespace evenfold::orchestration

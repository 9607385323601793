/// Decides commands of turns and approvals.
/// Rejections: see each rule's guards, in order. Cost: O(1); ForceStopTurn O(open items).
/// Source: the orchestration specification, section 6.3, rows 9 to 14.
#pragma once

#include "evenfold/core/commands/orchestration/turn.hpp"
#include "evenfold/core/decider/orchestration/checks.hpp"

namespace evenfold::orchestration {

[[nodiscard]] Decision on(const StartTurn& command, const Index& index);
[[nodiscard]] Decision on(const CancelQueuedTurn& command, const Index& index);
[[nodiscard]] Decision on(const ResumeQueue& command, const Index& index);
[[nodiscard]] Decision on(const InterruptTurn& command, const Index& index);
[[nodiscard]] Decision on(const ForceStopTurn& command, const Index& index);
[[nodiscard]] Decision on(const RespondApproval& command, const Index& index);

} // namespace evenfold::orchestration

/// Decides commands of git.
/// Repeating an assignment is accepted and changes nothing. Cost: O(1).
/// Source: the orchestration specification, section 6.3, rows 29, 30 and 32.
#pragma once

#include "evenfold/core/commands/orchestration/git.hpp"
#include "evenfold/core/decider/orchestration/checks.hpp"

namespace evenfold::orchestration {

[[nodiscard]] Decision on(const RequestCommit& command, const Index& index);
[[nodiscard]] Decision on(const AssignCommitRef& command, const Index& index);
[[nodiscard]] Decision on(const FailCommit& command, const Index& index);
[[nodiscard]] Decision on(const ReleaseResource& command, const Index& index);

} // namespace evenfold::orchestration

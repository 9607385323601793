/// Decides commands of projects.
/// Rejections: see each rule's guards, in order. Cost: O(1).
/// Source: the orchestration specification, section 6.3, rows 1 to 3.
#pragma once

#include "evenfold/core/commands/orchestration/project.hpp"
#include "evenfold/core/decider/orchestration/checks.hpp"

namespace evenfold::orchestration {

[[nodiscard]] Decision on(const CreateProject& command, const Index& index);
[[nodiscard]] Decision on(const UpdateProject& command, const Index& index);
[[nodiscard]] Decision on(const DeleteProject& command, const Index& index);

} // namespace evenfold::orchestration

/// Where a thread works, and which of its checkpoints came before another: what reactors read of the model.
/// Shapes: folders as the project and the worktree's reactor have named them; refs as git has them.
#pragma once

#include <expected>
#include <optional>
#include <string>

#include "evenfold/core/projector/orchestration.hpp"

namespace evenfold::orchestration {

/// The folder of `thread`: its worktree, or its project's root. Nothing when there is none, or none yet.
[[nodiscard]] std::optional<std::string> folder_of(const Model& model, const ThreadId& thread);

/// The ref of that checkpoint, if it has one.
[[nodiscard]] std::optional<std::string> ref_of(const Model& model, const CheckpointId& checkpoint);

/// The ref of the last checkpoint of `thread` before `checkpoint` that has one.
[[nodiscard]] std::optional<std::string>
ref_before(const Model& model, const ThreadId& thread, const CheckpointId& checkpoint);

} // namespace evenfold::orchestration

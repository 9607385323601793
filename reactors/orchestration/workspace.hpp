/// The model data that reactors read: the folder of a thread, and the order of its checkpoints.
/// Shapes: folders as named by the project and the worktree's reactor; refs as git has them.
#pragma once

#include <expected>
#include <optional>
#include <string>

#include "evenfold/core/projector/orchestration.hpp"

namespace evenfold::orchestration {

/// Returns the folder of `thread`: its worktree, or its project's root. Returns nothing if it has none yet.
[[nodiscard]] std::optional<std::string> folder_of(const Model& model, const ThreadId& thread);

/// Returns the ref of `checkpoint`, if it has one.
[[nodiscard]] std::optional<std::string> ref_of(const Model& model, const CheckpointId& checkpoint);

/// Returns the ref of the last checkpoint of `thread` before `checkpoint` that has one.
[[nodiscard]] std::optional<std::string>
ref_before(const Model& model, const ThreadId& thread, const CheckpointId& checkpoint);

} // namespace evenfold::orchestration

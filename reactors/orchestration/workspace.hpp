/// The data of the model that reactors read: the folder of a thread, and the order of its checkpoints.
/// Pure functions of a model. Folders are as named by the project and the worktree's reactor; refs are as git has them.
/// Each returns nothing if the thread or checkpoint does not exist or has none.
///
///     const std::optional<std::string> folder = orchestration::folder_of(model, thread);
///     if (!folder) return report("the thread has no folder yet");
///     assert(*folder == "/home/ada/abacus");
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "evenfold/core/projector/orchestration.hpp"

namespace evenfold::orchestration {

/// Returns the folder of `thread`: its worktree, or its project's root. Returns nothing if it has none yet.
[[nodiscard]] std::optional<std::string> folder_of(const Model& model, const ThreadId& thread);

/// Returns the other threads that share files with `thread`: their folder is the same, or contains the other. Cost:
/// O(threads).
[[nodiscard]] std::vector<ThreadId> threads_beside(const Model& model, const ThreadId& thread);

/// Returns the ref of `checkpoint`, if it has one.
[[nodiscard]] std::optional<std::string> ref_of(const Model& model, const CheckpointId& checkpoint);

/// Returns the ref of the last checkpoint of `thread` before `checkpoint` that has one.
[[nodiscard]] std::optional<std::string>
ref_before(const Model& model, const ThreadId& thread, const CheckpointId& checkpoint);

} // namespace evenfold::orchestration

/// Ids of checkpoints that are derived, so that no event needs to store them.
/// Shape: one checkpoint of each kind per thread or turn.
/// Source: the orchestration specification, section 6.2 (docs/orchestration.md).
#pragma once

#include "evenfold/core/values/orchestration/values.hpp"

namespace evenfold::orchestration {

/// Returns the id of the checkpoint of the files before the first turn of `thread`.
[[nodiscard]] inline CheckpointId baseline_checkpoint_of(const ThreadId& thread) {
    return derive<CheckpointTag>(thread, "baseline");
}

/// Returns the id of the checkpoint of the files at the end of `turn`.
[[nodiscard]] inline CheckpointId end_checkpoint_of(const TurnId& turn) {
    return derive<CheckpointTag>(turn, "end");
}

} // namespace evenfold::orchestration

/// Checkpoints and reverts in the read model, and the fold of their events.
/// A checkpoint's ref is pending until CheckpointGitRefAssigned. Cost: O(1); a revert O(removed entities).
/// Source: the orchestration specification, sections 6.2 and 6.6.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "evenfold/core/containers/compact_string.hpp"
#include "evenfold/core/containers/optional_indirect.hpp"
#include "evenfold/core/events/orchestration/checkpoint.hpp"
#include "evenfold/core/reflection/shape.hpp"
#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/core/slot.hpp"

namespace evenfold::orchestration {

struct State;

/// `after_turn` is the last turn before the checkpoint; absent if there is none.
struct Checkpoint {
    EVENFOLD_STRUCT(Checkpoint,
        (CheckpointId, id), (ThreadId, thread), (std::uint64_t, ordinal), (CheckpointKind, kind),
        (std::optional<TurnId>, after_turn), (OptionalIndirect<CompactString>, label), (Slot<CheckpointRef>, ref));
    friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

/// Returns whether the checkpoint has the files at the end of a turn that exists. A revert keeps the turn-end
/// checkpoints of the turns that it removes, and attaches them to the last turn before.
[[nodiscard]] bool is_end_of_turn(const Checkpoint& checkpoint);

/// A revert in progress. Finished reverts are removed, and their ids retired.
struct Revert {
    EVENFOLD_STRUCT(Revert,
        (RevertId, id), (ThreadId, thread), (CheckpointId, target), (RevertStage, stage),
        (std::vector<TurnId>, removed_turns), (std::vector<CheckpointId>, removed_checkpoints));
    friend bool operator==(const Revert&, const Revert&) = default;
};

void on(State& state, const CheckpointCreated& event);
void on(State& state, const CheckpointGitRefAssigned& event);
void on(State& state, const CheckpointFailed& event);
void on(State& state, const RevertRequested& event);
void on(State& state, const RevertAdvanced& event);
void on(State& state, const ThreadReverted& event);
void on(State& state, const RevertFailed& event);
void on(State& state, const CheckpointReleased& event);

} // namespace evenfold::orchestration

namespace evenfold {
extern template const Shape& shape_of<orchestration::Checkpoint>();
extern template const Shape& shape_of<orchestration::Revert>();
} // namespace evenfold

/// Commits and garbage in the read model, and the fold of their events.
/// Cost: O(1) per event.
/// Source: the orchestration specification, sections 6.0 (decision 7) and 6.2.
#pragma once

#include <optional>
#include <string>

#include "evenfold/core/events/orchestration/git.hpp"
#include "evenfold/core/reflection/shape.hpp"
#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/core/slot.hpp"

namespace evenfold::orchestration {

struct State;

struct Commit {
    EVENFOLD_STRUCT(Commit,
        (CommitId, id), (ThreadId, thread), (std::string, message), (std::optional<CheckpointId>, checkpoint),
        (Slot<CommitRef>, ref));
    friend bool operator==(const Commit&, const Commit&) = default;
};

/// A resource that an outside party still holds for a removed entity.
struct GarbageEntry {
    EVENFOLD_STRUCT(GarbageEntry, (ResourceId, id), (Resource, resource));
    friend bool operator==(const GarbageEntry&, const GarbageEntry&) = default;
};

void on(State& state, const CommitRequested& event);
void on(State& state, const CommitRefAssigned& event);
void on(State& state, const CommitFailed& event);
void on(State& state, const ResourceReleased& event);

} // namespace evenfold::orchestration

namespace evenfold {
extern template const Shape& shape_of<orchestration::Commit>();
extern template const Shape& shape_of<orchestration::GarbageEntry>();
} // namespace evenfold

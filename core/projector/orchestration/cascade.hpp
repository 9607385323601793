/// Removes an entity and all that belongs to it from the model. Ids of removed entities are retired, and resources that
/// outside parties hold for them become garbage.
/// Cost: O(removed entities).
/// Source: the orchestration specification, section 6.0 (decision 7) and 6.12 (c).
#pragma once

#include "evenfold/core/projector/orchestration.hpp"

namespace evenfold::orchestration {

/// Removes the turn, its messages, its requests and its transcript.
void remove_turn(State& state, const TurnId& id);

/// Removes the checkpoint. An assigned git ref becomes garbage.
void remove_checkpoint(State& state, const CheckpointId& id);

/// Removes the thread and everything in it. Its worktree and its session become garbage.
void remove_thread(State& state, const ThreadId& id);

/// Removes the project and all its threads.
void remove_project(State& state, const ProjectId& id);

/// Increments the version of the thread, because an event of its stream is being folded. Returns the thread, or null if
/// it was removed.
[[gnu::always_inline]] inline Thread* advance_version(State& state, const ThreadId& id) {
    Thread* thread = state.index.threads.find(id);
    if (thread) ++thread->version;
    return thread;
}

} // namespace evenfold::orchestration

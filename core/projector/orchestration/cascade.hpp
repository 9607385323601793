/// Removal of a subtree from the model: entities go, their ids are retired, what outside parties hold becomes garbage.
/// Cost: O(what is removed).
/// Source: the orchestration specification, section 6.0 (decision 7) and 6.12 (c).
#pragma once

#include "evenfold/core/projector/orchestration.hpp"

namespace evenfold::orchestration {

/// The turn, its messages, requests and transcript.
void remove_turn(State& state, const TurnId& id);

/// The checkpoint; an assigned git ref goes to the garbage.
void remove_checkpoint(State& state, const CheckpointId& id);

/// The thread and everything in it; its worktree and its session go to the garbage.
void remove_thread(State& state, const ThreadId& id);

/// The project and all its threads.
void remove_project(State& state, const ProjectId& id);

/// The thread, its version advanced by the event that is being folded; null when it is gone.
[[gnu::always_inline]] inline Thread* advance(State& state, const ThreadId& id) {
    Thread* thread = state.index.threads.find(id);
    if (thread) ++thread->version;
    return thread;
}

} // namespace evenfold::orchestration

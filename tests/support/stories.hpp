/// The common beginnings of tests: real histories, made by deciding commands one after the other.
/// Shape: a Story is the events so far and the model after them. A test fails if a command is refused on the way.
#pragma once

#include <functional>
#include <source_location>
#include <vector>

#include "evenfold/core/decider/orchestration.hpp"
#include "evenfold/tests/support/asks.hpp"

namespace evenfold::orchestration::tests {

using Events = std::vector<Event>;

/// The history so far. Adding a command returns a new Story, so that one story may branch.
struct Story {
    Model model;
    Events events;
    Events last; // of the last command

    /// Returns the story after `asked`, which must be accepted.
    [[nodiscard]] Story
    and_then(const Command& asked, const std::source_location& where = std::source_location::current()) const;

    [[nodiscard]] const Index& index() const { return model->index; }

    /// Returns the entity with that id, which must exist.
    template <class SomeId>
    [[nodiscard]] const auto& at(const SomeId& id) const {
        const auto* found = index().find(id);
        if (!found) throw std::out_of_range("the story has no " + to_text(id));
        return *found;
    }
    [[nodiscard]] const Exchange& exchange(const TurnId& turn = first_turn) const {
        const Exchange* found = model->transcript.exchanges.find(turn);
        if (!found) throw std::out_of_range("the story has no exchange of " + to_text(turn));
        return *found;
    }
};

[[nodiscard]] Story nothing();
[[nodiscard]] Story a_project();
[[nodiscard]] Story a_thread();

/// A thread whose worktree has been requested, and is pending.
[[nodiscard]] Story a_thread_with_a_pending_worktree();

/// The thread of a_thread(), and another one of the same project.
[[nodiscard]] Story two_threads();

/// The first turn is Starting; the baseline is assigned, no session is bound.
[[nodiscard]] Story a_thread_with_a_starting_turn();

/// The first turn is Running in session 1 and has no output yet.
[[nodiscard]] Story a_thread_with_a_running_turn();

/// The running turn has been asked to stop, and has not ended yet.
[[nodiscard]] Story a_thread_with_an_interrupting_turn();

/// The running turn waits for request "r1", which belongs to tool call "c1"; its last seq is 2.
[[nodiscard]] Story a_thread_with_a_pending_request();

/// The same, with request "r1" answered by Allow but not delivered.
[[nodiscard]] Story a_thread_with_an_answered_request();

/// The first turn runs, the second waits in the queue.
[[nodiscard]] Story a_thread_with_a_queued_turn();

/// The first turn was stopped, the second waits in the held queue; the first turn's checkpoint is assigned.
[[nodiscard]] Story a_held_thread();

/// Idle after one completed turn; its checkpoints are assigned.
[[nodiscard]] Story a_thread_with_a_completed_turn();

/// Idle after two completed turns; all checkpoints are assigned.
[[nodiscard]] Story a_thread_with_two_completed_turns();

/// Two completed turns, and a revert to the end of the first under way, at `stage`.
[[nodiscard]] Story a_reverting_thread(RevertStage stage = RevertStage::requested);

/// Idle and archived.
[[nodiscard]] Story an_archived_thread();

/// A deleted thread, with its completed turn, checkpoints and session; three resources are garbage.
[[nodiscard]] Story a_deleted_thread();

/// One completed turn, and a pending commit.
[[nodiscard]] Story a_thread_with_a_pending_commit();

} // namespace evenfold::orchestration::tests

/// The common beginnings of tests: real histories, made by deciding commands one after the other.
/// Shape: a Story is the events so far and the model after them; a command that is refused on the way fails the test.
#pragma once

#include <functional>
#include <source_location>

#include "evenfold/core/decider/orchestration.hpp"
#include "evenfold/tests/support/asks.hpp"

namespace evenfold::orchestration::tests {

/// What has happened so far. Grows by commands, and answers a new Story, so that one may branch.
struct Story {
    Model model;
    Events events;
    Events last; // those of the last command

    /// The story after `asked`, which must be accepted.
    [[nodiscard]] Story
    and_then(const Command& asked, const std::source_location& where = std::source_location::current()) const;

    [[nodiscard]] const Index& index() const { return model->index; }

    /// The entity with that id, which must be there.
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

/// A thread whose worktree has been asked for, and is pending.
[[nodiscard]] Story a_thread_with_a_pending_worktree();

/// A thread of the same project beside the one of a_thread().
[[nodiscard]] Story two_threads();

/// The first turn stands at Starting; the baseline is assigned, no session is bound.
[[nodiscard]] Story a_thread_with_a_starting_turn();

/// The first turn is Running in session 1; nothing was told.
[[nodiscard]] Story a_thread_with_a_running_turn();

/// The running turn was asked to stop.
[[nodiscard]] Story a_thread_with_an_interrupting_turn();

/// The running turn waits for request "r1", which belongs to tool call "c1"; its last seq is 2.
[[nodiscard]] Story a_thread_with_a_pending_request();

/// The same with request "r1" answered by Allow, and not delivered.
[[nodiscard]] Story a_thread_with_an_answered_request();

/// The first turn runs, the second waits in the queue.
[[nodiscard]] Story a_thread_with_a_queued_turn();

/// The first turn was stopped, the second waits in the held queue; the checkpoint of the first is assigned.
[[nodiscard]] Story a_held_thread();

/// Idle after one completed turn; its checkpoints are assigned.
[[nodiscard]] Story a_thread_with_a_completed_turn();

/// Idle after two completed turns; all checkpoints are assigned.
[[nodiscard]] Story a_thread_with_two_completed_turns();

/// Two completed turns, and a revert to the end of the first under way, at `stage`.
[[nodiscard]] Story a_reverting_thread(RevertStage stage = RevertStage::requested);

/// Idle and put away.
[[nodiscard]] Story an_archived_thread();

/// A deleted thread: its completed turn, checkpoints and session with it; three resources in the garbage.
[[nodiscard]] Story a_deleted_thread();

/// One completed turn, and a commit that is pending.
[[nodiscard]] Story a_thread_with_a_pending_commit();

} // namespace evenfold::orchestration::tests

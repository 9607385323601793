/// Threads in the read model, and the fold of their events.
/// `version` counts the events of the thread's stream. Cost: O(1) per event, except deletion: O(deleted entities).
/// Source: the orchestration specification, section 6.2.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "evenfold/core/containers/compact_string.hpp"
#include "evenfold/core/containers/set.hpp"
#include "evenfold/core/events/orchestration/thread.hpp"
#include "evenfold/core/reflection/shape.hpp"
#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/core/slot.hpp"

namespace evenfold::orchestration {

struct Index;
struct State;

/// The status of a thread: the first of these that applies. Derived, never stored.
enum class ThreadStatus : std::uint8_t {
    deleted,
    archived,
    reverting,
    awaiting_approval,
    busy, // its turn is starting, running or being interrupted
    held, // no active turn, but queued turns
    idle
};

struct Worktree {
    EVENFOLD_STRUCT(Worktree,
        (CompactString, base_ref), (CompactString, name), (Slot<WorktreeLocation>, location));
    friend bool operator==(const Worktree&, const Worktree&) = default;
};

using Workspace = std::variant<Root, Worktree>;

/// The provider's session for the thread.
struct Session {
    EVENFOLD_STRUCT(Session, (std::uint64_t, epoch), (CompactString, session_ref));
    friend bool operator==(const Session&, const Session&) = default;
};

struct Thread {
    EVENFOLD_STRUCT(Thread,
        (ThreadId, id), (ProjectId, project), (CompactString, title), (TurnSettings, settings),
        (Workspace, workspace), (bool, archived), (std::uint64_t, version),
        (OrderedSet<TurnId>, turns), (std::uint64_t, turns_started), (std::optional<TurnId>, active),
        (OrderedSet<TurnId>, queue), (std::optional<HoldReason>, hold),
        (std::optional<Session>, session), (std::uint64_t, last_epoch),
        (OrderedSet<CheckpointId>, checkpoints), (OrderedSet<CheckpointId>, pending_checkpoints),
        (std::uint64_t, next_checkpoint_ordinal), (std::optional<RevertId>, revert),
        (OrderedSet<CommitId>, commits));
    friend bool operator==(const Thread&, const Thread&) = default;
};

/// Returns nullopt if the thread never existed.
[[nodiscard]] std::optional<ThreadStatus> status_of(const Index& index, const ThreadId& id);

void on(State& state, const ThreadCreated& event);
void on(State& state, const ThreadUpdated& event);
void on(State& state, const ThreadArchived& event);
void on(State& state, const ThreadUnarchived& event);
void on(State& state, const ThreadDeleted& event);
void on(State& state, const WorktreeRequested& event);
void on(State& state, const WorktreeAssigned& event);
void on(State& state, const WorktreeFailed& event);

} // namespace evenfold::orchestration

namespace evenfold {
extern template const Shape& shape_of<orchestration::Thread>();
} // namespace evenfold

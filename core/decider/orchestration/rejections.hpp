/// The reasons for which the domain says no, one struct each, with what the asker needs to go on.
/// Shapes: ids, numbers and names; class by class in the order of the specification.
/// Source: the orchestration specification, section 6.7.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "evenfold/core/events/events.hpp"
#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/core/values/orchestration.hpp"

namespace evenfold::orchestration {

enum class EntityKind : std::uint8_t { project, thread, turn, message, request, checkpoint, revert, commit };

/// Apart, for an event and a rejection may share a name.
namespace rejection {

// Not found. `retired`: it was there, and was deleted or reverted.

struct ProjectNotFound {
    EVENFOLD_STRUCT(ProjectNotFound, (ProjectId, project), (bool, retired));
    friend bool operator==(const ProjectNotFound&, const ProjectNotFound&) = default;
};

struct ThreadNotFound {
    EVENFOLD_STRUCT(ThreadNotFound, (ThreadId, thread), (bool, retired));
    friend bool operator==(const ThreadNotFound&, const ThreadNotFound&) = default;
};

struct TurnNotFound {
    EVENFOLD_STRUCT(TurnNotFound, (TurnId, turn), (bool, retired));
    friend bool operator==(const TurnNotFound&, const TurnNotFound&) = default;
};

struct ApprovalNotFound {
    EVENFOLD_STRUCT(ApprovalNotFound, (RequestId, request), (bool, retired));
    friend bool operator==(const ApprovalNotFound&, const ApprovalNotFound&) = default;
};

struct CheckpointNotFound {
    EVENFOLD_STRUCT(CheckpointNotFound, (CheckpointId, checkpoint), (bool, retired));
    friend bool operator==(const CheckpointNotFound&, const CheckpointNotFound&) = default;
};

struct CommitNotFound {
    EVENFOLD_STRUCT(CommitNotFound, (CommitId, commit), (bool, retired));
    friend bool operator==(const CommitNotFound&, const CommitNotFound&) = default;
};

struct RevertNotFound {
    EVENFOLD_STRUCT(RevertNotFound, (RevertId, revert), (bool, retired));
    friend bool operator==(const RevertNotFound&, const RevertNotFound&) = default;
};

// Conflicts: not as things stand.

/// Each id names one thing, for ever; `kind` is what this one names, or was meant to when the namer is gone.
struct IdInUse {
    EVENFOLD_STRUCT(IdInUse, (EntityKind, kind), (Uuid, id));
    friend bool operator==(const IdInUse&, const IdInUse&) = default;
};

struct ProjectPathInUse {
    EVENFOLD_STRUCT(ProjectPathInUse, (ProjectId, holder));
    friend bool operator==(const ProjectPathInUse&, const ProjectPathInUse&) = default;
};

/// `count` threads are still in it.
struct ProjectNotEmpty {
    EVENFOLD_STRUCT(ProjectNotEmpty, (std::uint64_t, count));
    friend bool operator==(const ProjectNotEmpty&, const ProjectNotEmpty&) = default;
};

/// `turn` is at work, or first in the queue of a held thread.
struct ThreadBusy {
    EVENFOLD_STRUCT(ThreadBusy, (TurnId, turn));
    friend bool operator==(const ThreadBusy&, const ThreadBusy&) = default;
};

struct ThreadArchived {
    EVENFOLD_STRUCT(ThreadArchived, (ThreadId, thread));
    friend bool operator==(const ThreadArchived&, const ThreadArchived&) = default;
};

struct ThreadNotArchived {
    EVENFOLD_STRUCT(ThreadNotArchived, (ThreadId, thread));
    friend bool operator==(const ThreadNotArchived&, const ThreadNotArchived&) = default;
};

struct RevertInProgress {
    EVENFOLD_STRUCT(RevertInProgress, (RevertId, revert), (RevertStage, stage));
    friend bool operator==(const RevertInProgress&, const RevertInProgress&) = default;
};

struct TurnNotInState {
    EVENFOLD_STRUCT(TurnNotInState, (TurnState, have), (std::vector<TurnState>, need));
    friend bool operator==(const TurnNotInState&, const TurnNotInState&) = default;
};

struct ApprovalNotPending {
    EVENFOLD_STRUCT(ApprovalNotPending, (RequestState, state));
    friend bool operator==(const ApprovalNotPending&, const ApprovalNotPending&) = default;
};

/// `state` is pending, or why it failed.
struct CheckpointNotReady {
    EVENFOLD_STRUCT(CheckpointNotReady, (CheckpointId, checkpoint), (std::string, state));
    friend bool operator==(const CheckpointNotReady&, const CheckpointNotReady&) = default;
};

/// `thread` is the one that the checkpoint belongs to.
struct CheckpointOfOtherThread {
    EVENFOLD_STRUCT(CheckpointOfOtherThread, (ThreadId, thread));
    friend bool operator==(const CheckpointOfOtherThread&, const CheckpointOfOtherThread&) = default;
};

/// `value` is what the slot holds, or why it failed.
struct SlotAlreadyResolved {
    EVENFOLD_STRUCT(SlotAlreadyResolved, (std::string, value));
    friend bool operator==(const SlotAlreadyResolved&, const SlotAlreadyResolved&) = default;
};

struct QueueNotHeld {
    EVENFOLD_STRUCT(QueueNotHeld, (ThreadId, thread));
    friend bool operator==(const QueueNotHeld&, const QueueNotHeld&) = default;
};

struct VersionMismatch {
    EVENFOLD_STRUCT(VersionMismatch, (std::uint64_t, have));
    friend bool operator==(const VersionMismatch&, const VersionMismatch&) = default;
};

// Stale: the world has moved on; drop it and count.

/// `have` is the epoch of the thread's latest session.
struct StaleEpoch {
    EVENFOLD_STRUCT(StaleEpoch, (std::uint64_t, have));
    friend bool operator==(const StaleEpoch&, const StaleEpoch&) = default;
};

struct TurnTerminal {
    EVENFOLD_STRUCT(TurnTerminal, (TurnState, state));
    friend bool operator==(const TurnTerminal&, const TurnTerminal&) = default;
};

// A gap in a provider's stream.

/// Replay from `expected`.
struct ProviderGap {
    EVENFOLD_STRUCT(ProviderGap, (std::uint64_t, expected), (std::uint64_t, got));
    friend bool operator==(const ProviderGap&, const ProviderGap&) = default;
};

// Invalid: never, whatever the model.

struct EmptyField {
    EVENFOLD_STRUCT(EmptyField, (std::string, name));
    friend bool operator==(const EmptyField&, const EmptyField&) = default;
};

struct TooLarge {
    EVENFOLD_STRUCT(TooLarge, (std::string, field), (std::uint64_t, limit));
    friend bool operator==(const TooLarge&, const TooLarge&) = default;
};

/// `need` says what fits the request.
struct WrongDecisionKind {
    EVENFOLD_STRUCT(WrongDecisionKind, (std::string, need));
    friend bool operator==(const WrongDecisionKind&, const WrongDecisionKind&) = default;
};

struct NotPermitted {
    EVENFOLD_STRUCT(NotPermitted, (Actor, actor));
    friend bool operator==(const NotPermitted&, const NotPermitted&) = default;
};

} // namespace rejection

} // namespace evenfold::orchestration

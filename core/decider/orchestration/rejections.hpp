/// The reasons for which the domain rejects a command: one struct each, with the data that the caller needs to
/// continue.
/// Shapes: ids, numbers and names; class by class in the order of the specification.
/// Source: the orchestration specification, section 6.7.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "evenfold/core/events/events.hpp"
#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/core/values/orchestration/values.hpp"

namespace evenfold::orchestration {

enum class EntityKind : std::uint8_t { project, thread, turn, message, request, checkpoint, revert, commit };

/// A namespace of their own, because an event and a rejection may share a name.
namespace rejection {

// Not found. `retired`: the entity existed, and was deleted or reverted.

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

// Conflicts with the current model.

/// Each id names one thing forever. `kind` is the kind of that thing, or the intended kind if the thing is gone.
struct IdInUse {
    EVENFOLD_STRUCT(IdInUse, (EntityKind, kind), (Uuid, id));
    friend bool operator==(const IdInUse&, const IdInUse&) = default;
};

struct ProjectPathInUse {
    EVENFOLD_STRUCT(ProjectPathInUse, (ProjectId, holder));
    friend bool operator==(const ProjectPathInUse&, const ProjectPathInUse&) = default;
};

/// The project still has `count` threads.
struct ProjectNotEmpty {
    EVENFOLD_STRUCT(ProjectNotEmpty, (std::uint64_t, count));
    friend bool operator==(const ProjectNotEmpty&, const ProjectNotEmpty&) = default;
};

/// `turn` is active, or first in the queue of a held thread.
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

/// `state` is pending, or the reason of the failure.
struct CheckpointNotReady {
    EVENFOLD_STRUCT(CheckpointNotReady, (CheckpointId, checkpoint), (std::string, state));
    friend bool operator==(const CheckpointNotReady&, const CheckpointNotReady&) = default;
};

/// The checkpoint has the files at the end of `turn`, to which the thread may be reverted.
struct CheckpointInUse {
    EVENFOLD_STRUCT(CheckpointInUse, (TurnId, turn));
    friend bool operator==(const CheckpointInUse&, const CheckpointInUse&) = default;
};

/// `thread` is the thread to which the checkpoint belongs.
struct CheckpointOfOtherThread {
    EVENFOLD_STRUCT(CheckpointOfOtherThread, (ThreadId, thread));
    friend bool operator==(const CheckpointOfOtherThread&, const CheckpointOfOtherThread&) = default;
};

/// `value` is the value of the slot, or the reason of its failure.
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

// Stale: the model has advanced. The caller should drop the command and count it.

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

/// The provider's stream must be replayed from `expected`.
struct ProviderGap {
    EVENFOLD_STRUCT(ProviderGap, (std::uint64_t, expected), (std::uint64_t, got));
    friend bool operator==(const ProviderGap&, const ProviderGap&) = default;
};

// Invalid with any model.

struct EmptyField {
    EVENFOLD_STRUCT(EmptyField, (std::string, name));
    friend bool operator==(const EmptyField&, const EmptyField&) = default;
};

struct TooLarge {
    EVENFOLD_STRUCT(TooLarge, (std::string, field), (std::uint64_t, limit));
    friend bool operator==(const TooLarge&, const TooLarge&) = default;
};

/// `need` names the paths that the field accepts.
struct InvalidPath {
    EVENFOLD_STRUCT(InvalidPath, (std::string, field), (std::string, need));
    friend bool operator==(const InvalidPath&, const InvalidPath&) = default;
};

/// `need` names the decisions that fit the request.
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

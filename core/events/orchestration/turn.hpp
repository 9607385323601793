/// Events of turns: from the user's message to the one event that ends the turn.
/// Ordinals count the started turns of a thread from 1. `seq` is the provider event that caused the end, if there is
/// one.
/// Source: the orchestration specification, section 6.3b.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/core/values/orchestration/block.hpp"
#include "evenfold/core/values/orchestration/values.hpp"

namespace evenfold::orchestration {

struct MessageAdded {
    EVENFOLD_STRUCT(MessageAdded,
        (MessageId, message), (ThreadId, thread), (TurnId, turn), (Role, role),
        (std::vector<Block>, blocks));
    friend bool operator==(const MessageAdded&, const MessageAdded&) = default;
};

struct TurnQueued {
    EVENFOLD_STRUCT(TurnQueued, (TurnId, turn), (ThreadId, thread), (MessageId, message));
    friend bool operator==(const TurnQueued&, const TurnQueued&) = default;
};

/// The turn can be sent to the provider, with the settings that it keeps.
struct TurnStarted {
    EVENFOLD_STRUCT(TurnStarted,
        (TurnId, turn), (ThreadId, thread), (std::uint64_t, ordinal), (MessageId, message),
        (TurnSettings, frozen));
    friend bool operator==(const TurnStarted&, const TurnStarted&) = default;
};

struct TurnInterruptRequested {
    EVENFOLD_STRUCT(TurnInterruptRequested, (TurnId, turn));
    friend bool operator==(const TurnInterruptRequested&, const TurnInterruptRequested&) = default;
};

struct TurnCompleted {
    EVENFOLD_STRUCT(TurnCompleted,
        (TurnId, turn), (std::uint64_t, seq), (OptionalIndirect<CompactString>, stop_reason),
        (OptionalIndirect<Usage>, usage));
    friend bool operator==(const TurnCompleted&, const TurnCompleted&) = default;
};

struct TurnFailed {
    EVENFOLD_STRUCT(TurnFailed,
        (TurnId, turn), (std::optional<std::uint64_t>, seq), (std::string, reason));
    friend bool operator==(const TurnFailed&, const TurnFailed&) = default;
};

struct TurnInterrupted {
    EVENFOLD_STRUCT(TurnInterrupted,
        (TurnId, turn), (std::optional<std::uint64_t>, seq), (std::string, reason));
    friend bool operator==(const TurnInterrupted&, const TurnInterrupted&) = default;
};

/// A turn that had ended is running again, because the rest of its output follows. Its end checkpoint stays.
struct TurnContinued {
    EVENFOLD_STRUCT(TurnContinued, (TurnId, turn));
    friend bool operator==(const TurnContinued&, const TurnContinued&) = default;
};

struct TurnCancelled {
    EVENFOLD_STRUCT(TurnCancelled, (TurnId, turn));
    friend bool operator==(const TurnCancelled&, const TurnCancelled&) = default;
};

/// The thread has queued turns and does not start them automatically.
struct QueueHeld {
    EVENFOLD_STRUCT(QueueHeld, (ThreadId, thread), (HoldReason, reason));
    friend bool operator==(const QueueHeld&, const QueueHeld&) = default;
};

struct QueueResumed {
    EVENFOLD_STRUCT(QueueResumed, (ThreadId, thread));
    friend bool operator==(const QueueResumed&, const QueueResumed&) = default;
};

struct ApprovalAnswered {
    EVENFOLD_STRUCT(ApprovalAnswered, (RequestId, request), (ApprovalDecision, decision));
    friend bool operator==(const ApprovalAnswered&, const ApprovalAnswered&) = default;
};

} // namespace evenfold::orchestration

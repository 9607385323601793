/// Turns, their tool calls and their requests in the read model, and how their events move it.
/// A turn's `seq` numbers count the provider's events. Cost: every event O(1); ends cost O(what is still open).
/// Source: the orchestration specification, sections 6.2 and 6.6.
#pragma once

#include <cstdint>
#include <optional>

#include "evenfold/core/events/orchestration/turn.hpp"
#include "evenfold/core/reflection/shape.hpp"
#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/core/values/compact_string.hpp"
#include "evenfold/core/values/optional_indirect.hpp"
#include "evenfold/core/values/set.hpp"
#include "evenfold/core/values/slot.hpp"
#include "evenfold/core/values/table.hpp"

namespace evenfold::orchestration {

struct State;

enum class BlockKind : std::uint8_t { text, thinking };

/// The block of the reply that takes more deltas.
struct OpenBlock {
    EVENFOLD_STRUCT(OpenBlock,
        (std::uint64_t, index), (BlockKind, kind), (OptionalIndirect<CompactString>, parent));
    friend bool operator==(const OpenBlock&, const OpenBlock&) = default;
};

/// A call of a tool; `id` is the provider's, unique within its turn; `block` is where the reply shows it.
struct ToolCall {
    EVENFOLD_STRUCT(ToolCall,
        (CompactString, id), (CompactString, name), (OptionalIndirect<CompactString>, parent),
        (ToolCallStatus, status), (std::uint64_t, block), (bool, run_by_provider),
        (bool, denied)); // by its user, who was asked
    static constexpr bool kept_in_place = true;
    friend bool operator==(const ToolCall&, const ToolCall&) = default;
};

struct Turn {
    EVENFOLD_STRUCT(Turn,
        (TurnId, id), (ThreadId, thread), (std::optional<std::uint64_t>, ordinal), (TurnState, state),
        (MessageId, message), (std::optional<MessageId>, reply), (std::optional<TurnSettings>, frozen),
        (bool, dispatched), (Slot<CompactString>, provider_ref), (std::uint64_t, last_seq),
        (std::uint64_t, blocks), (std::optional<OpenBlock>, open_block),
        (OptionalIndirect<Usage>, usage), (OptionalIndirect<CompactString>, stop_reason),
        (OptionalIndirect<CompactString>, reason), // why it failed or was interrupted
        (Table<ToolCall>, tool_calls), (OrderedSet<CompactString>, running_calls),
        (OrderedSet<RequestId>, requests), (OrderedSet<RequestId>, open_requests),
        (std::uint64_t, pending_requests));
    friend bool operator==(const Turn&, const Turn&) = default;
};

/// Something the agent asked; `provider_id` is the provider's own id of it.
struct Request {
    EVENFOLD_STRUCT(Request,
        (RequestId, id), (TurnId, turn), (CompactString, provider_id), (OptionalIndirect<CompactString>, tool_call),
        (RequestKind, kind), (RequestState, state), (std::optional<ApprovalDecision>, decision),
        (std::optional<ExpiryCause>, expiry));
    friend bool operator==(const Request&, const Request&) = default;
};

/// Which turn a message belongs to; messages themselves stand in the transcript.
struct MessageOwner {
    EVENFOLD_STRUCT(MessageOwner, (MessageId, id), (TurnId, turn));
    static constexpr bool kept_in_place = true;
    friend bool operator==(const MessageOwner&, const MessageOwner&) = default;
};

/// Completed, failed, interrupted or cancelled: nothing follows.
[[nodiscard]] constexpr bool is_terminal(TurnState state) {
    return state == TurnState::completed || state == TurnState::failed || state == TurnState::interrupted ||
           state == TurnState::cancelled;
}

/// Started and not ended: the turn is its thread's active one.
[[nodiscard]] constexpr bool is_active(TurnState state) {
    return !is_terminal(state) && state != TurnState::queued;
}

void on(State& state, const MessageAdded& event);
void on(State& state, const TurnQueued& event);
void on(State& state, const TurnStarted& event);
void on(State& state, const TurnInterruptRequested& event);
void on(State& state, const TurnCompleted& event);
void on(State& state, const TurnFailed& event);
void on(State& state, const TurnInterrupted& event);
void on(State& state, const TurnCancelled& event);
void on(State& state, const QueueHeld& event);
void on(State& state, const QueueResumed& event);
void on(State& state, const ApprovalAnswered& event);

} // namespace evenfold::orchestration

namespace evenfold {
extern template const Shape& shape_of<orchestration::Turn>();
extern template const Shape& shape_of<orchestration::Request>();
} // namespace evenfold

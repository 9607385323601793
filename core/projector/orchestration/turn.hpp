/// Turns, their tool calls and their requests in the read model, and the fold of their events.
/// `seq` counts the provider's events of a turn. Cost: O(1) per event; the end of a turn is O(its open items).
/// Source: the orchestration specification, sections 6.2 and 6.6.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "evenfold/core/containers/compact_string.hpp"
#include "evenfold/core/containers/optional_indirect.hpp"
#include "evenfold/core/containers/set.hpp"
#include "evenfold/core/containers/table.hpp"
#include "evenfold/core/events/orchestration/turn.hpp"
#include "evenfold/core/reflection/shape.hpp"
#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/core/slot.hpp"

namespace evenfold::orchestration {

struct State;

enum class BlockKind : std::uint8_t { text, thinking };

/// The block of the reply to which deltas are appended.
struct OpenBlock {
    EVENFOLD_STRUCT(OpenBlock,
        (std::uint64_t, index), (BlockKind, kind), (OptionalIndirect<CompactString>, parent));
    friend bool operator==(const OpenBlock&, const OpenBlock&) = default;
};

/// A tool call. `id` is the provider's, unique in its turn; `block` is the index of its block in the reply.
struct ToolCall {
    EVENFOLD_STRUCT(ToolCall,
        (CompactString, id), (CompactString, name), (OptionalIndirect<CompactString>, parent),
        (ToolCallStatus, status), (std::uint64_t, block), (bool, run_by_provider),
        (bool, denied)); // by the user
    static constexpr bool kept_in_place = true;
    friend bool operator==(const ToolCall&, const ToolCall&) = default;
};

/// A message of the assistant in the turn's reply. `id` is the provider's; `block` is the index of its first block.
struct AssistantMessage {
    EVENFOLD_STRUCT(AssistantMessage,
        (CompactString, id), (CompactString, agent), (CompactString, session),
        (OptionalIndirect<CompactString>, model), (OptionalIndirect<CompactString>, sent_at),
        (OptionalIndirect<CompactString>, parent), (std::uint64_t, block), (bool, discarded));
    static constexpr bool kept_in_place = true;
    friend bool operator==(const AssistantMessage&, const AssistantMessage&) = default;
};

/// Returns the message to which a block of the reply belongs: the last one of the same parent that began before it;
/// null if there is none.
[[nodiscard]] const AssistantMessage* message_of(std::span<const AssistantMessage* const> messages, std::uint64_t block,
                                                 const OptionalIndirect<CompactString>& parent);

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
        (std::uint64_t, pending_requests), (Table<AssistantMessage>, messages));
    friend bool operator==(const Turn&, const Turn&) = default;
};

/// A request of the agent to its user. `provider_id` is the provider's id of the request.
struct Request {
    EVENFOLD_STRUCT(Request,
        (RequestId, id), (TurnId, turn), (CompactString, provider_id), (OptionalIndirect<CompactString>, tool_call),
        (RequestKind, kind), (RequestState, state), (std::optional<ApprovalDecision>, decision),
        (std::optional<ExpiryCause>, expiry));
    friend bool operator==(const Request&, const Request&) = default;
};

/// The turn to which a message belongs. The message itself is in the transcript.
struct MessageOwner {
    EVENFOLD_STRUCT(MessageOwner, (MessageId, id), (TurnId, turn));
    static constexpr bool kept_in_place = true;
    friend bool operator==(const MessageOwner&, const MessageOwner&) = default;
};

/// Returns whether the turn has ended: completed, failed, interrupted or cancelled.
[[nodiscard]] constexpr bool is_terminal(TurnState state) {
    return state == TurnState::completed || state == TurnState::failed || state == TurnState::interrupted ||
           state == TurnState::cancelled;
}

/// Returns whether the turn has started and not ended, so that it is the active turn of its thread.
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
void on(State& state, const TurnContinued& event);
void on(State& state, const TurnCancelled& event);
void on(State& state, const QueueHeld& event);
void on(State& state, const QueueResumed& event);
void on(State& state, const ApprovalAnswered& event);

} // namespace evenfold::orchestration

namespace evenfold {
extern template const Shape& shape_of<orchestration::Turn>();
extern template const Shape& shape_of<orchestration::Request>();
} // namespace evenfold

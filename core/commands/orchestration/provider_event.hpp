/// Events that a provider's stream reports about a turn, in one vocabulary for all wire formats.
/// Shapes: text is any bytes, unchanged; call ids and request ids are the provider's own strings; tool input is JSON
/// text.
/// Source: the orchestration specification, section 6.4. Made by providers/, carried by IngestProviderEvent.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/core/values/orchestration/values.hpp"

/// The alternatives are in `orchestration::provider`, because the model has tool calls and results of its own.
namespace evenfold::orchestration::provider {

/// Appends to the assistant's text. `parent` is the call id of the subagent's Task if a subagent speaks.
struct TextDelta {
    EVENFOLD_STRUCT(TextDelta, (InlineText, text), (OptionalIndirect<CompactString>, parent));
    friend bool operator==(const TextDelta&, const TextDelta&) = default;
};

/// Appends to the assistant's thinking. `signature` is opaque and closes a thought.
struct ThinkingDelta {
    EVENFOLD_STRUCT(ThinkingDelta,
        (InlineText, text), (OptionalIndirect<CompactString>, signature), (OptionalIndirect<CompactString>, parent));
    friend bool operator==(const ThinkingDelta&, const ThinkingDelta&) = default;
};

/// Starts a message of the assistant, to which the next text and calls of `parent` belong. `agent`, `session` and
/// `message_id`, which is the provider's own, identify the message in every recording. `sent_at` is the agent's own
/// time, in its own spelling.
struct MessageStarted {
    EVENFOLD_STRUCT(MessageStarted,
        (CompactString, message_id), (CompactString, agent), (CompactString, session),
        (OptionalIndirect<CompactString>, model), (OptionalIndirect<CompactString>, sent_at),
        (OptionalIndirect<CompactString>, parent));
    friend bool operator==(const MessageStarted&, const MessageStarted&) = default;
};

/// The agent takes back a message, because it generates it again. It must be the last one of its `parent`.
struct MessageDiscarded {
    EVENFOLD_STRUCT(MessageDiscarded, (CompactString, message_id));
    friend bool operator==(const MessageDiscarded&, const MessageDiscarded&) = default;
};

/// Starts a tool call. `input` is JSON text, or the received part of it if the stream ended inside it.
/// `run_by_provider`: this system does not send the result.
struct ToolCall {
    EVENFOLD_STRUCT(ToolCall,
        (CompactString, call_id), (CompactString, name), (CompactString, input),
        (OptionalIndirect<CompactString>, parent), (bool, run_by_provider));
    friend bool operator==(const ToolCall&, const ToolCall&) = default;
};

/// The result of a tool call.
struct ToolResult {
    EVENFOLD_STRUCT(ToolResult, (CompactString, call_id), (CompactString, output), (bool, is_error));
    friend bool operator==(const ToolResult&, const ToolResult&) = default;
};

/// The agent waits for its user.
struct AwaitingApproval {
    EVENFOLD_STRUCT(AwaitingApproval,
        (CompactString, request_id), (OptionalIndirect<CompactString>, call_id), (RequestKind, kind));
    friend bool operator==(const AwaitingApproval&, const AwaitingApproval&) = default;
};

/// A request was resolved on the provider's side. `decision` is present if the stream contains it.
struct ApprovalResolved {
    EVENFOLD_STRUCT(ApprovalResolved, (CompactString, request_id), (std::optional<ApprovalDecision>, decision));
    friend bool operator==(const ApprovalResolved&, const ApprovalResolved&) = default;
};

/// Tokens so far in this turn. Cumulative: the latest report replaces earlier ones.
struct UsageReport {
    EVENFOLD_STRUCT(UsageReport, (Usage, usage));
    friend bool operator==(const UsageReport&, const UsageReport&) = default;
};

/// Information for a person that is neither text nor thinking: a plan, a retry, a refused permission.
struct Notice {
    EVENFOLD_STRUCT(Notice, (NoticeLevel, level), (CompactString, text));
    friend bool operator==(const Notice&, const Notice&) = default;
};

/// `paused`: the provider waits for the results of tools, or for its next request. The turn goes on.
enum class TurnOutcome : std::uint8_t { completed, interrupted, paused };

/// The provider has finished the turn, unless the outcome is `paused`. `stop_reason` is the provider's own word.
struct TurnComplete {
    EVENFOLD_STRUCT(TurnComplete,
        (TurnOutcome, outcome), (OptionalIndirect<CompactString>, stop_reason), (OptionalIndirect<Usage>, usage));
    friend bool operator==(const TurnComplete&, const TurnComplete&) = default;
};

/// An error; a fatal one ends the turn. `code` is the provider's own word.
struct ProviderError {
    EVENFOLD_STRUCT(ProviderError, (CompactString, code), (CompactString, message), (bool, fatal));
    friend bool operator==(const ProviderError&, const ProviderError&) = default;
};

} // namespace evenfold::orchestration::provider

namespace evenfold::orchestration {

using ProviderEvent =
    std::variant<provider::TextDelta, provider::ThinkingDelta, provider::MessageStarted, provider::MessageDiscarded,
                 provider::ToolCall, provider::ToolResult, provider::AwaitingApproval, provider::ApprovalResolved,
                 provider::UsageReport, provider::Notice, provider::TurnComplete, provider::ProviderError>;

} // namespace evenfold::orchestration

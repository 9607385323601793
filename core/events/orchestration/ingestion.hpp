/// Events of ingestion: sessions, and the reports of a provider about a turn.
/// `seq` is the number of the provider event that reported it; several events may share one. `block` counts the blocks
/// of the reply from 0.
/// Source: the orchestration specification, sections 6.3b and 6.4.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/core/values/orchestration/values.hpp"

namespace evenfold::orchestration {

struct SessionBound {
    EVENFOLD_STRUCT(SessionBound,
        (ThreadId, thread), (std::uint64_t, epoch), (std::string, session_ref),
        (OptionalIndirect<CompactString>, folder));
    friend bool operator==(const SessionBound&, const SessionBound&) = default;
};

struct SessionLost {
    EVENFOLD_STRUCT(SessionLost, (ThreadId, thread), (std::uint64_t, epoch), (std::string, reason));
    friend bool operator==(const SessionLost&, const SessionLost&) = default;
};

struct TurnDispatched {
    EVENFOLD_STRUCT(TurnDispatched,
        (TurnId, turn), (std::uint64_t, epoch), (std::optional<std::string>, provider_turn_ref));
    friend bool operator==(const TurnDispatched&, const TurnDispatched&) = default;
};

/// A message of the assistant begins. Blocks of the reply with its `parent`, from `block` to the next message of that
/// parent, belong to it. `agent`, `session` and `message_id` identify it in every recording.
struct AssistantMessageStarted {
    EVENFOLD_STRUCT(AssistantMessageStarted,
        (TurnId, turn), (std::uint64_t, seq), (std::uint64_t, block), (CompactString, message_id),
        (CompactString, agent), (CompactString, session), (OptionalIndirect<CompactString>, model),
        (OptionalIndirect<CompactString>, sent_at), (OptionalIndirect<CompactString>, parent));
    friend bool operator==(const AssistantMessageStarted&, const AssistantMessageStarted&) = default;
};

/// The agent has taken back a message. Its blocks, from `block` on with its `parent`, are no part of the conversation,
/// except tool calls that have a result.
struct AssistantMessageDiscarded {
    EVENFOLD_STRUCT(AssistantMessageDiscarded,
        (TurnId, turn), (std::uint64_t, seq), (std::uint64_t, block), (CompactString, message_id),
        (OptionalIndirect<CompactString>, parent));
    friend bool operator==(const AssistantMessageDiscarded&, const AssistantMessageDiscarded&) = default;
};

struct TextAppended {
    EVENFOLD_STRUCT(TextAppended,
        (TurnId, turn), (std::uint64_t, seq), (std::uint64_t, block), (InlineText, text),
        (OptionalIndirect<CompactString>, parent));
    friend bool operator==(const TextAppended&, const TextAppended&) = default;
};

struct ThinkingAppended {
    EVENFOLD_STRUCT(ThinkingAppended,
        (TurnId, turn), (std::uint64_t, seq), (std::uint64_t, block), (InlineText, text),
        (OptionalIndirect<CompactString>, signature), (OptionalIndirect<CompactString>, parent));
    friend bool operator==(const ThinkingAppended&, const ThinkingAppended&) = default;
};

struct ToolCallStarted {
    EVENFOLD_STRUCT(ToolCallStarted,
        (TurnId, turn), (std::uint64_t, seq), (std::uint64_t, block), (CompactString, call_id),
        (CompactString, name), (CompactString, input), (OptionalIndirect<CompactString>, parent),
        (bool, run_by_provider));
    friend bool operator==(const ToolCallStarted&, const ToolCallStarted&) = default;
};

struct ToolCallFinished {
    EVENFOLD_STRUCT(ToolCallFinished,
        (TurnId, turn), (std::optional<std::uint64_t>, seq), (CompactString, call_id),
        (ToolCallStatus, status), (CompactString, output), (bool, is_error));
    friend bool operator==(const ToolCallFinished&, const ToolCallFinished&) = default;
};

struct NoticeAdded {
    EVENFOLD_STRUCT(NoticeAdded,
        (TurnId, turn), (std::uint64_t, seq), (NoticeLevel, level), (std::string, text));
    friend bool operator==(const NoticeAdded&, const NoticeAdded&) = default;
};

struct UsageRecorded {
    EVENFOLD_STRUCT(UsageRecorded, (TurnId, turn), (std::uint64_t, seq), (Usage, usage));
    friend bool operator==(const UsageRecorded&, const UsageRecorded&) = default;
};

/// A provider event without content.
struct SeqAdvanced {
    EVENFOLD_STRUCT(SeqAdvanced, (TurnId, turn), (std::uint64_t, seq));
    friend bool operator==(const SeqAdvanced&, const SeqAdvanced&) = default;
};

/// `provider_request` is the provider's own id of the request.
struct ApprovalRequested {
    EVENFOLD_STRUCT(ApprovalRequested,
        (RequestId, request), (TurnId, turn), (std::uint64_t, seq),
        (CompactString, provider_request), (OptionalIndirect<CompactString>, call_id),
        (RequestKind, kind));
    friend bool operator==(const ApprovalRequested&, const ApprovalRequested&) = default;
};

struct ApprovalDelivered {
    EVENFOLD_STRUCT(ApprovalDelivered,
        (RequestId, request), (std::optional<std::uint64_t>, seq));
    friend bool operator==(const ApprovalDelivered&, const ApprovalDelivered&) = default;
};

struct ApprovalExpired {
    EVENFOLD_STRUCT(ApprovalExpired,
        (RequestId, request), (ExpiryCause, cause), (std::optional<std::uint64_t>, seq));
    friend bool operator==(const ApprovalExpired&, const ApprovalExpired&) = default;
};

} // namespace evenfold::orchestration

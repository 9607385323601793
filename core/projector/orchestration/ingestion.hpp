/// The transcript of the turns, and the fold of the provider's events into it and into the index.
/// Cost: a delta is one hash probe and an append, independent of the length of the text. Sealing shrinks text to its
/// size.
/// Source: the orchestration specification, sections 6.2 and 6.4.
#pragma once

#include <optional>
#include <string>

#include "evenfold/core/containers/compact_string.hpp"
#include "evenfold/core/containers/compact_vector.hpp"
#include "evenfold/core/containers/table.hpp"
#include "evenfold/core/events/orchestration/ingestion.hpp"
#include "evenfold/core/reflection/shape.hpp"
#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/core/values/orchestration/block.hpp"

namespace evenfold::orchestration {

struct State;

struct Message {
    EVENFOLD_STRUCT(Message, (MessageId, id), (TurnId, turn), (Role, role), (CompactVector<Block>, blocks));
    friend bool operator==(const Message&, const Message&) = default;
};

/// The output of a tool call. `id` is its call id.
struct ToolOutput {
    EVENFOLD_STRUCT(ToolOutput, (CompactString, id), (CompactString, output), (bool, is_error));
    static constexpr bool kept_in_place = true;
    friend bool operator==(const ToolOutput&, const ToolOutput&) = default;
};

struct NoticeEntry {
    EVENFOLD_STRUCT(NoticeEntry, (NoticeLevel, level), (std::string, text));
    friend bool operator==(const NoticeEntry&, const NoticeEntry&) = default;
};

/// The transcript of one turn. `reply` exists once the assistant has produced content.
struct Exchange {
    EVENFOLD_STRUCT(Exchange,
        (TurnId, id), (std::optional<Message>, input), (std::optional<Message>, reply),
        (Table<ToolOutput>, outputs), (CompactVector<NoticeEntry>, notices));
    friend bool operator==(const Exchange&, const Exchange&) = default;
};

/// The conversation, which people read and decisions never do.
struct Transcript {
    EVENFOLD_STRUCT(Transcript, (Table<Exchange>, exchanges));
    friend bool operator==(const Transcript&, const Transcript&) = default;
};

void on(State& state, const SessionBound& event);
void on(State& state, const SessionLost& event);
void on(State& state, const TurnDispatched& event);
void on(State& state, const AssistantMessageStarted& event);
void on(State& state, const AssistantMessageDiscarded& event);
void on(State& state, const TextAppended& event);
void on(State& state, const ThinkingAppended& event);
void on(State& state, const ToolCallStarted& event);
void on(State& state, const ToolCallFinished& event);
void on(State& state, const NoticeAdded& event);
void on(State& state, const UsageRecorded& event);
void on(State& state, const SeqAdvanced& event);
void on(State& state, const ApprovalRequested& event);
void on(State& state, const ApprovalDelivered& event);
void on(State& state, const ApprovalExpired& event);

} // namespace evenfold::orchestration

namespace evenfold {
extern template const Shape& shape_of<orchestration::Exchange>();
} // namespace evenfold

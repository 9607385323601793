/// Facts about the messages of a turn: their order, and the calls in them.
/// Shape: pure functions of the turn. Cost: O(messages of the turn).
/// Source: the orchestration specification, section 6.4.
#pragma once

#include "evenfold/core/projector/orchestration/turn.hpp"

namespace evenfold::orchestration {

/// Returns whether no message of the same parent began after `message`.
[[nodiscard]] bool is_last(const Turn& turn, const AssistantMessage& message);

/// Returns whether the message of the call was taken back.
[[nodiscard]] bool is_discarded(const Turn& turn, const ToolCall& call);

} // namespace evenfold::orchestration

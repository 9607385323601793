/// The closing batch: the only way in which a turn ends, so that no code path can omit a step.
/// Order: open requests expire, running calls are abandoned, the turn ends, a checkpoint is requested, the queue
/// continues or is held. Cost: O(open items).
/// Source: the orchestration specification, section 6.5.
#pragma once

#include <variant>

#include "evenfold/core/decider/orchestration/checks.hpp"

namespace evenfold::orchestration {

/// The end of a turn: one of its three terminal events. The whole batch carries its seq.
using TurnEnd = std::variant<TurnCompleted, TurnFailed, TurnInterrupted>;

/// Appends the closing batch of `turn` to `events`. Requests expire for `cause`. `dispatched`: the provider had
/// received the turn.
void end_turn(DecidedEvents& events, const Index& index, const Turn& turn, const TurnEnd& turn_end, ExpiryCause cause,
              bool dispatched);

/// Returns the event of a running call that will not report a result any more.
[[nodiscard]] ToolCallFinished
make_call_abandoned(const Turn& turn, std::optional<std::uint64_t> seq, const CompactString& call);

/// Appends the closing batch of a turn that is interrupted for `reason`.
void interrupt_turn(DecidedEvents& events, const Index& index, const Turn& turn, const std::string& reason,
                    ExpiryCause cause);

/// Returns whether a result of the call may be recorded: it is running, or the earlier end of a continued turn has
/// abandoned it. A call of a message that was taken back has no result.
[[nodiscard]] bool may_have_result(const Turn& turn, const ToolCall& call);

} // namespace evenfold::orchestration

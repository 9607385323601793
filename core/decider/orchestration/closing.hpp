/// The closing batch: the one way in which a turn ends, so that no path can forget a step.
/// Order: open requests expire, running calls are abandoned, the turn ends, a checkpoint is asked for, the queue goes
/// on or is held. Cost: O(what is still open).
/// Source: the orchestration specification, section 6.5.
#pragma once

#include <variant>

#include "evenfold/core/decider/orchestration/answer.hpp"

namespace evenfold::orchestration {

/// How the turn ends: one of its three terminal events, whose seq the whole batch carries.
using Ending = std::variant<TurnCompleted, TurnFailed, TurnInterrupted>;

/// Appends the closing batch of `turn` to `events`. Requests expire for `cause`; `dispatched`: the provider had
/// the turn.
void close(Events& events, const Index& index, const Turn& turn, const Ending& ending, ExpiryCause cause,
           bool dispatched);

/// The closing batch of a turn cut off for `reason`.
void cut_off(Events& events, const Index& index, const Turn& turn, const std::string& reason, ExpiryCause cause);

} // namespace evenfold::orchestration

/// The reply that a turn is growing: where content lands, when it is sealed, when its requests settle.
/// Cost: O(1) each, but for the move of a long text when it is sealed and shrunk.
/// Source: the orchestration specification, sections 6.4 and 6.6.
#pragma once

#include "evenfold/core/projector/orchestration.hpp"

namespace evenfold::orchestration {

/// The transcript's share of that turn, made when it is not there.
Exchange& exchange_of(Model& model, const TurnId& id);

/// The turn that a provider event concerns, with its seq taken and its thread's version advanced; null when it is gone.
Turn* take(Model& model, const TurnId& id, std::optional<std::uint64_t> seq);

/// Close the open block, if there is one: nothing more is appended to it.
void seal(Model& model, Turn& turn);

/// The turn's reply in the transcript, made on its first use.
Message& reply_of(Model& model, Turn& turn);

/// `request` is no longer pending; a turn whose last pending request settles runs again.
void leave_pending(Turn& turn, const Request& request);

} // namespace evenfold::orchestration

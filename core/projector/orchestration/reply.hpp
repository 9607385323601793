/// The reply that a turn is growing: where content lands, when it is sealed, when its requests settle.
/// Cost: O(1) each, but for the move of a long text when it is sealed and shrunk.
/// Source: the orchestration specification, sections 6.4 and 6.6.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

#include "evenfold/core/projector/orchestration.hpp"
#include "evenfold/core/projector/orchestration/cascade.hpp"

namespace evenfold::orchestration {

// What nearly every event of a log asks for is inline, so that nine in ten of them cost three lookups and an append.

/// The transcript's share of that turn, which has none.
[[gnu::noinline]] Exchange& add_exchange(Transcript& transcript, const TurnId& id);

/// The transcript's share of that turn, made when it is not there.
[[gnu::always_inline]] inline Exchange& exchange_of(State& state, const TurnId& id) {
    Exchange* exchange = state.transcript.exchanges.find(id);
    return exchange ? *exchange : add_exchange(state.transcript, id);
}

/// The turn that an event concerns, with its thread's version advanced; null when it is gone.
[[gnu::always_inline]] inline Turn* take(State& state, const TurnId& id) {
    Turn* turn = state.index.turns.find(id);
    if (turn) advance(state, turn->thread);
    return turn;
}

/// The same, and the provider's event taken that told it.
[[gnu::always_inline]] inline Turn* take(State& state, const TurnId& id, std::uint64_t seq) {
    Turn* turn = take(state, id);
    if (turn) turn->last_seq = std::max(turn->last_seq, seq);
    return turn;
}
inline Turn* take(State& state, const TurnId& id, const std::optional<std::uint64_t>& seq) {
    return seq ? take(state, id, *seq) : take(state, id);
}

/// Close the open block, if there is one: nothing more is appended to it.
void seal(State& state, Turn& turn);

/// The turn's reply in the transcript, which has none.
[[gnu::noinline]] Message& begin_reply(State& state, Turn& turn, Exchange& exchange);

/// The turn's reply in the transcript, made on its first use. `id` is the turn's, which need not wait for the turn.
[[gnu::always_inline]] inline Message& reply_of(State& state, Turn& turn, const TurnId& id) {
    Exchange& exchange = exchange_of(state, id);
    return turn.reply && exchange.reply ? *exchange.reply : begin_reply(state, turn, exchange);
}

/// Nothing more is said: the reply takes no more memory than it needs.
void close_reply(State& state, const Turn& turn);

/// `request` is no longer pending; a turn whose last pending request settles runs again.
void leave_pending(Turn& turn, const Request& request);

} // namespace evenfold::orchestration

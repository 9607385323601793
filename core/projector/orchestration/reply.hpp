/// Changes of a turn that its events share: appending to its reply, sealing blocks, resolving requests.
/// Cost: O(1) each, except that sealing a long text copies it to shrink it.
/// Source: the orchestration specification, sections 6.4 and 6.6.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

#include "evenfold/core/projector/orchestration.hpp"
#include "evenfold/core/projector/orchestration/cascade.hpp"

namespace evenfold::orchestration {

// Functions that nearly every event calls are inline, so that nine in ten events cost one look-up and an append.

/// Adds the turn, which must be new, to the transcript.
[[gnu::noinline]] Exchange& add_exchange(Transcript& transcript, const TurnId& id);

/// Returns the turn's transcript, and adds it if there is none.
[[gnu::always_inline]] inline Exchange& exchange_of(State& state, const TurnId& id) {
    Exchange* exchange = state.transcript.exchanges.find(id);
    return exchange ? *exchange : add_exchange(state.transcript, id);
}

/// Increments the version of the turn's thread, because an event of the turn is being folded. Returns the turn, or null
/// if it was removed.
[[gnu::always_inline]] inline Turn* advance_turn(State& state, const TurnId& id) {
    Turn* turn = state.index.turns.find(id);
    if (turn) advance_version(state, turn->thread);
    return turn;
}

/// Does the same, and records that the provider event number `seq` has been folded.
[[gnu::always_inline]] inline Turn* advance_turn(State& state, const TurnId& id, std::uint64_t seq) {
    Turn* turn = advance_turn(state, id);
    if (turn) turn->last_seq = std::max(turn->last_seq, seq);
    return turn;
}
inline Turn* advance_turn(State& state, const TurnId& id, const std::optional<std::uint64_t>& seq) {
    return seq ? advance_turn(state, id, *seq) : advance_turn(state, id);
}

/// Appends to the open text of the turn, if it is known. Returns whether it was.
template <class Delta>
[[gnu::always_inline]] inline bool append_to_open(State& state, BlockKind kind, const Delta& delta) {
    const OpenText* open = state.index.open_texts.find(delta.turn, delta.block, kind);
    if (!open) return false;
    ++open->thread->version;
    open->turn->last_seq = std::max(open->turn->last_seq, delta.seq);
    *open->text += delta.text;
    return true;
}

/// Caches the open text of the turn, to which `delta` has just been appended.
template <class Delta>
void remember_open(State& state, BlockKind kind, const Delta& delta, Turn& turn, CompactString& text) {
    Thread* thread = state.index.threads.find(turn.thread);
    if (!thread) return;
    state.index.open_texts.add(
        {.id = turn.id, .turn = &turn, .thread = thread, .text = &text, .block = delta.block, .kind = kind});
}

/// Seals the open block, if there is one: no more is appended to it.
void seal(State& state, Turn& turn);

/// Adds a reply to the turn and to its transcript, where they have none.
[[gnu::noinline]] Message& begin_reply(State& state, Turn& turn, Exchange& exchange);

/// Returns the turn's reply in the transcript, and adds it if there is none. `id` is the turn's id, a separate argument
/// so that the look-up need not wait for the turn to be loaded.
[[gnu::always_inline]] inline Message& reply_of(State& state, Turn& turn, const TurnId& id) {
    Exchange& exchange = exchange_of(state, id);
    return turn.reply && exchange.reply ? *exchange.reply : begin_reply(state, turn, exchange);
}

/// Releases spare capacity of the reply, because the turn has ended.
void close_reply(State& state, const Turn& turn);

/// Counts one pending request less, if `request` is pending. A turn without pending requests runs again.
void leave_pending(Turn& turn, const Request& request);

} // namespace evenfold::orchestration

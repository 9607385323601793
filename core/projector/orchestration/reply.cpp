#include "evenfold/core/projector/orchestration/reply.hpp"

#include <algorithm>

#include "evenfold/core/projector/orchestration/cascade.hpp"

namespace evenfold::orchestration {
namespace {

constexpr std::size_t initial_blocks_capacity = 6; // close_reply releases the rest

void seal_block(Block& block) {
    const auto seal_content = [](auto& open) {
        open.sealed = true;
        open.text.shrink_to_fit();
    };
    if (auto* text = std::get_if<Text>(&block)) seal_content(*text);
    if (auto* thinking = std::get_if<Thinking>(&block)) seal_content(*thinking);
}

} // namespace

Exchange& add_exchange(Transcript& transcript, const TurnId& id) {
    return transcript.exchanges.insert({.id = id, .input = {}, .reply = {}, .outputs = {}, .notices = {}});
}

void seal(State& state, Turn& turn) {
    if (!turn.open_block) return;
    state.index.open_texts.remove(turn.id);
    Exchange& exchange = exchange_of(state, turn.id);
    if (exchange.reply && turn.open_block->index < exchange.reply->blocks.size()) {
        seal_block(exchange.reply->blocks[turn.open_block->index]);
    }
    turn.open_block.reset();
}

Message& begin_reply(State& state, Turn& turn, Exchange& exchange) {
    if (!turn.reply) {
        turn.reply = derive<MessageTag>(turn.id, "assistant");
        state.index.messages.insert({.id = *turn.reply, .turn = turn.id});
    }
    if (!exchange.reply) {
        exchange.reply = Message{.id = *turn.reply, .turn = turn.id, .role = Role::assistant, .blocks = {}};
        exchange.reply->blocks.reserve(initial_blocks_capacity);
    }
    return *exchange.reply;
}

void close_reply(State& state, const Turn& turn) {
    Exchange* exchange = state.transcript.exchanges.find(turn.id);
    if (!exchange) return;
    if (exchange->reply) exchange->reply->blocks.shrink_to_fit();
    exchange->outputs.shrink_to_fit();
}

void leave_pending(Turn& turn, const Request& request) {
    if (request.state != RequestState::pending) return;
    if (turn.pending_requests > 0) --turn.pending_requests;
    if (turn.pending_requests == 0 && turn.state == TurnState::awaiting) turn.state = TurnState::running;
}

} // namespace evenfold::orchestration

#include "evenfold/core/projector/orchestration/reply.hpp"

#include <algorithm>

#include "evenfold/core/projector/orchestration/cascade.hpp"

namespace evenfold::orchestration {
namespace {

void close(Block& block) {
    const auto shut = [](auto& open) {
        open.sealed = true;
        open.text.shrink_to_fit();
    };
    if (auto* text = std::get_if<Text>(&block)) shut(*text);
    if (auto* thinking = std::get_if<Thinking>(&block)) shut(*thinking);
}

} // namespace

Exchange& exchange_of(Model& model, const TurnId& id) {
    Table<Exchange>& exchanges = model.transcript->exchanges;
    if (Exchange* exchange = exchanges.find(id)) return *exchange;
    return exchanges.insert({.id = id, .input = {}, .reply = {}, .outputs = {}, .notices = {}});
}

Turn* take(Model& model, const TurnId& id, std::optional<std::uint64_t> seq) {
    Turn* turn = model.index->turns.find(id);
    if (!turn) return nullptr;
    if (seq) turn->last_seq = std::max(turn->last_seq, *seq);
    advance(model, turn->thread);
    return turn;
}

void seal(Model& model, Turn& turn) {
    if (!turn.open_block) return;
    Exchange& exchange = exchange_of(model, turn.id);
    if (exchange.reply && turn.open_block->index < exchange.reply->blocks.size()) {
        close(exchange.reply->blocks[turn.open_block->index]);
    }
    turn.open_block.reset();
}

Message& reply_of(Model& model, Turn& turn) {
    Exchange& exchange = exchange_of(model, turn.id);
    if (!turn.reply) {
        turn.reply = derive<MessageTag>(turn.id, "assistant");
        model.index->messages.insert({.id = *turn.reply, .turn = turn.id});
    }
    if (!exchange.reply) {
        exchange.reply = Message{.id = *turn.reply, .turn = turn.id, .role = Role::assistant, .blocks = {}};
    }
    return *exchange.reply;
}

void leave_pending(Turn& turn, const Request& request) {
    if (request.state != RequestState::pending) return;
    if (turn.pending_requests > 0) --turn.pending_requests;
    if (turn.pending_requests == 0 && turn.state == TurnState::awaiting) turn.state = TurnState::running;
}

} // namespace evenfold::orchestration

#include "evenfold/core/projector/orchestration/ingestion.hpp"

#include "evenfold/core/projector/orchestration/cascade.hpp"
#include "evenfold/core/projector/orchestration/reply.hpp"
#include "evenfold/core/reflection/shape_of.hpp"

namespace evenfold::orchestration {
namespace {

/// The initial capacity of an open text, so that few deltas allocate. Sealing releases the rest.
constexpr std::size_t open_text_capacity = 960;

/// Opens a block at `index` of the turn's reply, and returns it.
template <class BlockType>
[[gnu::noinline]] BlockType&
open_block_at(State& state, Turn& turn, std::uint64_t index, BlockKind kind, const std::optional<std::string>& parent) {
    seal(state, turn);
    auto& opened = std::get<BlockType>(reply_of(state, turn, turn.id).blocks.emplace_back(BlockType{}));
    opened.parent = parent;
    opened.text.reserve(open_text_capacity);
    turn.open_block = OpenBlock{.index = index, .kind = kind, .parent = parent};
    turn.blocks = std::max(turn.blocks, index + 1);
    return opened;
}

/// Appends the delta to the open block, or to a new one. Does nothing if the open block has another type. Returns the
/// block to which it was appended, or null.
template <class BlockType, class Delta>
BlockType* append(State& state, Turn& turn, BlockKind kind, const Delta& delta) {
    if (!turn.open_block || turn.open_block->index != delta.block) {
        auto& opened = open_block_at<BlockType>(state, turn, delta.block, kind, delta.parent);
        opened.text += delta.text;
        return &opened;
    }
    CompactVector<Block>& blocks = reply_of(state, turn, delta.turn).blocks;
    auto* const open = delta.block < blocks.size() ? std::get_if<BlockType>(&blocks[delta.block]) : nullptr;
    if (!open) return nullptr;
    open->text += delta.text;
    remember_open(state, kind, delta, turn, open->text); // not a new one, which may be at another index
    return open;
}

/// Empties the block if that parent wrote it, so that the blocks after it keep their index. Keeps a call with a result,
/// because the tool has run.
void discard(Block& block, const std::optional<std::string>& parent, const Exchange& exchange) {
    const auto is_of_parent = [&](const auto& content) { return content.parent == parent; };
    const auto* text = std::get_if<Text>(&block);
    const auto* thinking = std::get_if<Thinking>(&block);
    const auto* use = std::get_if<ToolUse>(&block);
    const bool is_call_without_result = use && is_of_parent(*use) && !exchange.outputs.contains(use->call_id);
    if ((text && is_of_parent(*text)) || is_call_without_result)
        block = Text{.text = {}, .sealed = true, .parent = parent};
    if (thinking && is_of_parent(*thinking))
        block = Thinking{.text = {}, .signature = {}, .sealed = true, .parent = parent};
}

void resolve_request(State& state, const RequestId& id, RequestState reached, std::optional<ExpiryCause> cause,
                     std::optional<std::uint64_t> seq) {
    Request* request = state.index.requests.find(id);
    Turn* turn = request ? advance_turn(state, request->turn, seq) : nullptr;
    if (!turn) return;
    leave_pending(*turn, *request);
    request->state = reached;
    request->expiry = cause;
    turn->open_requests.erase(id);
    state.index.answered_requests.erase(id);
}

} // namespace

void on(State& state, const SessionBound& event) {
    Thread* thread = advance_version(state, event.thread);
    if (!thread) return;
    thread->session = Session{.epoch = event.epoch, .session_ref = event.session_ref};
    thread->last_epoch = std::max(thread->last_epoch, event.epoch);
}

void on(State& state, const SessionLost& event) {
    Thread* thread = advance_version(state, event.thread);
    if (thread && thread->session && thread->session->epoch == event.epoch) thread->session.reset();
}

void on(State& state, const TurnDispatched& event) {
    Turn* turn = advance_turn(state, event.turn);
    if (!turn) return;
    turn->dispatched = true;
    if (turn->state == TurnState::starting) turn->state = TurnState::running;
    if (event.provider_turn_ref && is_pending(turn->provider_ref)) {
        turn->provider_ref = Assigned<CompactString>{*event.provider_turn_ref};
    }
}

void on(State& state, const AssistantMessageStarted& event) {
    Turn* turn = advance_turn(state, event.turn, event.seq);
    if (!turn) return;
    seal(state, *turn);
    turn->messages.insert({.id = event.message_id,
                           .agent = event.agent,
                           .session = event.session,
                           .model = event.model,
                           .sent_at = event.sent_at,
                           .parent = event.parent,
                           .block = event.block,
                           .discarded = false});
}

void on(State& state, const AssistantMessageDiscarded& event) {
    Turn* turn = advance_turn(state, event.turn, event.seq);
    AssistantMessage* message = turn ? turn->messages.find(event.message_id) : nullptr;
    if (!message) return;
    message->discarded = true;
    seal(state, *turn);
    Exchange& exchange = exchange_of(state, event.turn);
    if (!exchange.reply) return;
    CompactVector<Block>& blocks = exchange.reply->blocks;
    for (std::size_t at = event.block; at < blocks.size(); ++at) discard(blocks[at], event.parent, exchange);
}

void on(State& state, const TextAppended& event) {
    if (Turn* turn = advance_turn(state, event.turn, event.seq)) append<Text>(state, *turn, BlockKind::text, event);
}

void on(State& state, const ThinkingAppended& event) {
    if (!event.signature && append_to_open(state, BlockKind::thinking, event)) return;
    Turn* turn = advance_turn(state, event.turn, event.seq);
    auto* thinking = turn ? append<Thinking>(state, *turn, BlockKind::thinking, event) : nullptr;
    if (!thinking || !event.signature) return;
    thinking->signature = event.signature;
    seal(state, *turn); // a signature ends the thinking block
}

void on(State& state, const ToolCallStarted& event) {
    Turn* turn = advance_turn(state, event.turn, event.seq);
    if (!turn) return;
    seal(state, *turn);
    reply_of(state, *turn, event.turn)
        .blocks.emplace_back(
            ToolUse{.call_id = event.call_id, .name = event.name, .input = event.input, .parent = event.parent});
    turn->blocks = std::max(turn->blocks, event.block + 1);
    turn->tool_calls.insert({.id = event.call_id,
                             .name = event.name,
                             .parent = event.parent,
                             .status = ToolCallStatus::running,
                             .block = event.block,
                             .run_by_provider = event.run_by_provider,
                             .denied = false});
    turn->running_calls.insert(event.call_id);
}

void on(State& state, const ToolCallFinished& event) {
    Turn* turn = advance_turn(state, event.turn, event.seq);
    ToolCall* call = turn ? turn->tool_calls.find(event.call_id) : nullptr;
    if (!call) return;
    call->status = event.status;
    turn->running_calls.erase(event.call_id);
    if (event.status == ToolCallStatus::abandoned) return; // it has no output
    exchange_of(state, event.turn)
        .outputs.insert({.id = event.call_id, .output = event.output, .is_error = event.is_error});
}

void on(State& state, const NoticeAdded& event) {
    if (!advance_turn(state, event.turn, event.seq)) return;
    exchange_of(state, event.turn).notices.push_back({.level = event.level, .text = event.text});
}

void on(State& state, const UsageRecorded& event) {
    if (Turn* turn = advance_turn(state, event.turn, event.seq)) turn->usage = event.usage;
}

void on(State& state, const SeqAdvanced& event) {
    advance_turn(state, event.turn, event.seq);
}

void on(State& state, const ApprovalRequested& event) {
    Turn* turn = advance_turn(state, event.turn, event.seq);
    if (!turn) return;
    seal(state, *turn);
    state.index.requests.insert({.id = event.request,
                                 .turn = event.turn,
                                 .provider_id = event.provider_request,
                                 .tool_call = event.call_id,
                                 .kind = event.kind,
                                 .state = RequestState::pending,
                                 .decision = {},
                                 .expiry = {}});
    turn->requests.insert(event.request);
    turn->open_requests.insert(event.request);
    ++turn->pending_requests;
    if (turn->state == TurnState::running) turn->state = TurnState::awaiting;
}

void on(State& state, const ApprovalDelivered& event) {
    resolve_request(state, event.request, RequestState::delivered, {}, event.seq);
}

void on(State& state, const ApprovalExpired& event) {
    resolve_request(state, event.request, RequestState::expired, event.cause, event.seq);
}

} // namespace evenfold::orchestration

namespace evenfold {
template const Shape& shape_of<orchestration::Exchange>();
} // namespace evenfold

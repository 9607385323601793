#include "evenfold/core/projector/orchestration/ingestion.hpp"

#include "evenfold/core/projector/orchestration/cascade.hpp"
#include "evenfold/core/projector/orchestration/reply.hpp"
#include "evenfold/core/reflection/shape_of.hpp"

namespace evenfold::orchestration {
namespace {

/// A text that is open has room for most of what comes, so that few deltas ask for memory; sealing gives the rest back.
constexpr std::size_t open_text_bytes = 960;

/// The block at `place` of the turn's reply, opened there for deltas of a `Kind`.
template <class Kind>
[[gnu::noinline]] Kind&
open_at(State& state, Turn& turn, std::uint64_t place, BlockKind kind, const std::optional<std::string>& parent) {
    seal(state, turn);
    auto& opened = std::get<Kind>(reply_of(state, turn, turn.id).blocks.emplace_back(Kind{}));
    opened.parent = parent;
    opened.text.reserve(open_text_bytes);
    turn.open_block = OpenBlock{.index = place, .kind = kind, .parent = parent};
    turn.blocks = std::max(turn.blocks, place + 1);
    return opened;
}

/// Where a delta of a `Kind` is appended: the open block, or a new one. Null when the open block is of another kind.
template <class Kind, class Delta>
Kind* growing(State& state, Turn& turn, BlockKind kind, const Delta& delta) {
    if (!turn.open_block || turn.open_block->index != delta.block)
        return &open_at<Kind>(state, turn, delta.block, kind, delta.parent);
    CompactVector<Block>& blocks = reply_of(state, turn, delta.turn).blocks;
    return delta.block < blocks.size() ? std::get_if<Kind>(&blocks[delta.block]) : nullptr;
}

void settle(State& state, const RequestId& id, RequestState reached, std::optional<ExpiryCause> cause,
            std::optional<std::uint64_t> seq) {
    Request* request = state.index.requests.find(id);
    Turn* turn = request ? take(state, request->turn, seq) : nullptr;
    if (!turn) return;
    leave_pending(*turn, *request);
    request->state = reached;
    request->expiry = cause;
    turn->open_requests.erase(id);
    state.index.answered_requests.erase(id);
}

} // namespace

void on(State& state, const SessionBound& event) {
    Thread* thread = advance(state, event.thread);
    if (!thread) return;
    thread->session = Session{.epoch = event.epoch, .session_ref = event.session_ref};
    thread->last_epoch = std::max(thread->last_epoch, event.epoch);
}

void on(State& state, const SessionLost& event) {
    Thread* thread = advance(state, event.thread);
    if (thread && thread->session && thread->session->epoch == event.epoch) thread->session.reset();
}

void on(State& state, const TurnDispatched& event) {
    Turn* turn = take(state, event.turn);
    if (!turn) return;
    turn->dispatched = true;
    if (turn->state == TurnState::starting) turn->state = TurnState::running;
    if (event.provider_turn_ref && is_pending(turn->provider_ref)) {
        turn->provider_ref = Assigned<CompactString>{*event.provider_turn_ref};
    }
}

void on(State& state, const TextAppended& event) {
    Turn* turn = take(state, event.turn, event.seq);
    if (!turn) return;
    if (Text* text = growing<Text>(state, *turn, BlockKind::text, event)) text->text += event.text;
}

void on(State& state, const ThinkingAppended& event) {
    Turn* turn = take(state, event.turn, event.seq);
    if (!turn) return;
    auto* thinking = growing<Thinking>(state, *turn, BlockKind::thinking, event);
    if (!thinking) return;
    thinking->text += event.text;
    if (!event.signature) return;
    thinking->signature = event.signature;
    seal(state, *turn); // a signature closes its thought
}

void on(State& state, const ToolCallStarted& event) {
    Turn* turn = take(state, event.turn, event.seq);
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
    Turn* turn = take(state, event.turn, event.seq);
    ToolCall* call = turn ? turn->tool_calls.find(event.call_id) : nullptr;
    if (!call) return;
    call->status = event.status;
    turn->running_calls.erase(event.call_id);
    if (event.status == ToolCallStatus::abandoned) return; // it never answered
    exchange_of(state, event.turn)
        .outputs.insert({.id = event.call_id, .output = event.output, .is_error = event.is_error});
}

void on(State& state, const NoticeAdded& event) {
    if (!take(state, event.turn, event.seq)) return;
    exchange_of(state, event.turn).notices.push_back({.level = event.level, .text = event.text});
}

void on(State& state, const UsageRecorded& event) {
    if (Turn* turn = take(state, event.turn, event.seq)) turn->usage = event.usage;
}

void on(State& state, const SeqAdvanced& event) {
    take(state, event.turn, event.seq);
}

void on(State& state, const ApprovalRequested& event) {
    Turn* turn = take(state, event.turn, event.seq);
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
    settle(state, event.request, RequestState::delivered, {}, event.seq);
}

void on(State& state, const ApprovalExpired& event) {
    settle(state, event.request, RequestState::expired, event.cause, event.seq);
}

} // namespace evenfold::orchestration

namespace evenfold {
template const Shape& shape_of<orchestration::Exchange>();
} // namespace evenfold

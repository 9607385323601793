#include "evenfold/core/projector/orchestration/turn.hpp"

#include "evenfold/core/projector/orchestration/cascade.hpp"
#include "evenfold/core/projector/orchestration/reply.hpp"
#include "evenfold/core/reflection/shape_of.hpp"

namespace evenfold::orchestration {
namespace {

Turn new_turn(const TurnId& id, const ThreadId& thread, const MessageId& message, TurnState state) {
    return {.id = id,
            .thread = thread,
            .ordinal = {},
            .state = state,
            .message = message,
            .reply = {},
            .frozen = {},
            .dispatched = false,
            .provider_ref = Pending{},
            .last_seq = 0,
            .blocks = 0,
            .open_block = {},
            .usage = {},
            .stop_reason = {},
            .reason = {},
            .tool_calls = {},
            .running_calls = {},
            .requests = {},
            .open_requests = {},
            .pending_requests = 0,
            .messages = {}};
}

/// Makes the turn the active one of its thread.
void make_active(State& state, Thread& thread, const TurnId& turn) {
    thread.active = turn;
    state.index.active_turns.insert(turn);
    if (Project* project = state.index.projects.find(thread.project)) project->active.insert(turn);
}

/// Ends the turn, seals its open block, and frees its thread.
void end_turn(State& state, const TurnId& id, TurnState reached, std::optional<std::uint64_t> seq,
              std::optional<std::string> reason) {
    Turn* turn = state.index.turns.find(id);
    if (!turn) return;
    if (seq) turn->last_seq = std::max(turn->last_seq, *seq);
    seal(state, *turn);
    close_reply(state, *turn);
    turn->tool_calls.shrink_to_fit();
    turn->running_calls.shrink_to_fit();
    turn->messages.shrink_to_fit();
    turn->requests.shrink_to_fit();
    turn->open_requests.shrink_to_fit();
    turn->state = reached;
    turn->reason = std::move(reason);
    Thread* thread = advance_version(state, turn->thread);
    if (thread && thread->active == id) thread->active.reset();
    if (Project* project = thread ? state.index.projects.find(thread->project) : nullptr) project->active.erase(id);
    state.index.active_turns.erase(id);
}

} // namespace

const AssistantMessage* message_of(std::span<const AssistantMessage* const> messages, std::uint64_t block,
                                   const OptionalIndirect<CompactString>& parent) {
    const AssistantMessage* last = nullptr;
    for (const AssistantMessage* message : messages) {
        const bool is_before = message->parent == parent && message->block <= block;
        if (is_before && (!last || last->block <= message->block)) last = message;
    }
    return last;
}

void on(State& state, const MessageAdded& event) {
    if (!advance_version(state, event.thread)) return;
    state.index.messages.insert({.id = event.message, .turn = event.turn});
    Message message{.id = event.message, .turn = event.turn, .role = event.role, .blocks = event.blocks};
    Exchange& exchange = exchange_of(state, event.turn);
    state.index.open_texts.remove(event.turn);
    (event.role == Role::user ? exchange.input : exchange.reply) = std::move(message);
}

void on(State& state, const TurnQueued& event) {
    Thread* thread = advance_version(state, event.thread);
    if (!thread) return;
    thread->turns.insert(event.turn);
    thread->queue.insert(event.turn);
    state.index.open_texts.remove(event.turn);
    state.index.turns.insert(new_turn(event.turn, event.thread, event.message, TurnState::queued));
}

void on(State& state, const TurnStarted& event) {
    Thread* thread = advance_version(state, event.thread);
    if (!thread) return;
    thread->turns.insert(event.turn);
    thread->queue.erase(event.turn);
    thread->turns_started = std::max(thread->turns_started, event.ordinal);
    Turn* turn = state.index.turns.find(event.turn);
    if (!turn) turn = &state.index.turns.insert(new_turn(event.turn, event.thread, event.message, TurnState::starting));
    turn->state = TurnState::starting;
    turn->ordinal = event.ordinal;
    turn->frozen = event.frozen;
    make_active(state, *thread, event.turn);
}

void on(State& state, const TurnInterruptRequested& event) {
    Turn* turn = state.index.turns.find(event.turn);
    if (!turn) return;
    advance_version(state, turn->thread);
    turn->state = TurnState::interrupting;
}

void on(State& state, const TurnCompleted& event) {
    if (Turn* turn = state.index.turns.find(event.turn)) {
        turn->stop_reason = event.stop_reason;
        if (event.usage) turn->usage = event.usage;
    }
    end_turn(state, event.turn, TurnState::completed, event.seq, {});
}

void on(State& state, const TurnFailed& event) {
    end_turn(state, event.turn, TurnState::failed, event.seq, event.reason);
}

void on(State& state, const TurnInterrupted& event) {
    end_turn(state, event.turn, TurnState::interrupted, event.seq, event.reason);
}

void on(State& state, const TurnContinued& event) {
    Turn* turn = state.index.turns.find(event.turn);
    Thread* thread = turn ? advance_version(state, turn->thread) : nullptr;
    if (!thread) return;
    turn->state = TurnState::running;
    turn->stop_reason.reset();
    turn->reason.reset();
    make_active(state, *thread, event.turn);
}

void on(State& state, const TurnCancelled& event) {
    Turn* turn = state.index.turns.find(event.turn);
    if (!turn) return;
    turn->state = TurnState::cancelled;
    Thread* thread = advance_version(state, turn->thread);
    if (!thread) return;
    thread->queue.erase(event.turn);
    if (thread->queue.empty()) thread->hold.reset();
}

void on(State& state, const QueueHeld& event) {
    if (Thread* thread = advance_version(state, event.thread)) thread->hold = event.reason;
}

void on(State& state, const QueueResumed& event) {
    if (Thread* thread = advance_version(state, event.thread)) thread->hold.reset();
}

void on(State& state, const ApprovalAnswered& event) {
    Request* request = state.index.requests.find(event.request);
    Turn* turn = request ? state.index.turns.find(request->turn) : nullptr;
    if (!turn) return;
    advance_version(state, turn->thread);
    leave_pending(*turn, *request);
    request->state = RequestState::answered;
    request->decision = event.decision;
    ToolCall* call = request->tool_call ? turn->tool_calls.find(*request->tool_call) : nullptr;
    if (call && std::holds_alternative<Deny>(event.decision)) call->denied = true;
    state.index.answered_requests.insert(event.request);
}

} // namespace evenfold::orchestration

namespace evenfold {
template const Shape& shape_of<orchestration::Turn>();
template const Shape& shape_of<orchestration::Request>();
} // namespace evenfold

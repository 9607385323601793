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
            .pending_requests = 0};
}

/// The turn leaves the thread's active place; what it left open is sealed.
void end(Model& model, const TurnId& id, TurnState state, std::optional<std::uint64_t> seq,
         std::optional<std::string> reason) {
    Turn* turn = model.index->turns.find(id);
    if (!turn) return;
    if (seq) turn->last_seq = std::max(turn->last_seq, *seq);
    seal(model, *turn);
    close_reply(model, *turn);
    turn->tool_calls.shrink_to_fit();
    turn->running_calls.shrink_to_fit();
    turn->requests.shrink_to_fit();
    turn->open_requests.shrink_to_fit();
    turn->state = state;
    turn->reason = std::move(reason);
    Thread* thread = advance(model, turn->thread);
    if (thread && thread->active == id) thread->active.reset();
    if (Project* project = thread ? model.index->projects.find(thread->project) : nullptr) project->active.erase(id);
    model.index->active_turns.erase(id);
}

} // namespace

bool is_terminal(TurnState state) {
    return state == TurnState::completed || state == TurnState::failed || state == TurnState::interrupted ||
           state == TurnState::cancelled;
}

bool is_active(TurnState state) {
    return !is_terminal(state) && state != TurnState::queued;
}

void on(Model& model, const MessageAdded& event) {
    if (!advance(model, event.thread)) return;
    model.index->messages.insert({.id = event.message, .turn = event.turn});
    Message message{.id = event.message, .turn = event.turn, .role = event.role, .blocks = event.blocks};
    Exchange& exchange = exchange_of(model, event.turn);
    (event.role == Role::user ? exchange.input : exchange.reply) = std::move(message);
}

void on(Model& model, const TurnQueued& event) {
    Thread* thread = advance(model, event.thread);
    if (!thread) return;
    thread->turns.insert(event.turn);
    thread->queue.insert(event.turn);
    model.index->turns.insert(new_turn(event.turn, event.thread, event.message, TurnState::queued));
}

void on(Model& model, const TurnStarted& event) {
    Thread* thread = advance(model, event.thread);
    if (!thread) return;
    thread->turns.insert(event.turn);
    thread->queue.erase(event.turn);
    thread->turns_started = std::max(thread->turns_started, event.ordinal);
    thread->active = event.turn;
    Turn* turn = model.index->turns.find(event.turn);
    if (!turn)
        turn = &model.index->turns.insert(new_turn(event.turn, event.thread, event.message, TurnState::starting));
    turn->state = TurnState::starting;
    turn->ordinal = event.ordinal;
    turn->frozen = event.frozen;
    model.index->active_turns.insert(event.turn);
    if (Project* project = model.index->projects.find(thread->project)) project->active.insert(event.turn);
}

void on(Model& model, const TurnInterruptRequested& event) {
    Turn* turn = model.index->turns.find(event.turn);
    if (!turn) return;
    advance(model, turn->thread);
    turn->state = TurnState::interrupting;
}

void on(Model& model, const TurnCompleted& event) {
    if (Turn* turn = model.index->turns.find(event.turn)) {
        turn->stop_reason = event.stop_reason;
        if (event.usage) turn->usage = event.usage;
    }
    end(model, event.turn, TurnState::completed, event.seq, {});
}

void on(Model& model, const TurnFailed& event) {
    end(model, event.turn, TurnState::failed, event.seq, event.reason);
}

void on(Model& model, const TurnInterrupted& event) {
    end(model, event.turn, TurnState::interrupted, event.seq, event.reason);
}

void on(Model& model, const TurnCancelled& event) {
    Turn* turn = model.index->turns.find(event.turn);
    if (!turn) return;
    turn->state = TurnState::cancelled;
    Thread* thread = advance(model, turn->thread);
    if (!thread) return;
    thread->queue.erase(event.turn);
    if (thread->queue.empty()) thread->hold.reset();
}

void on(Model& model, const QueueHeld& event) {
    if (Thread* thread = advance(model, event.thread)) thread->hold = event.reason;
}

void on(Model& model, const QueueResumed& event) {
    if (Thread* thread = advance(model, event.thread)) thread->hold.reset();
}

void on(Model& model, const ApprovalAnswered& event) {
    Request* request = model.index->requests.find(event.request);
    Turn* turn = request ? model.index->turns.find(request->turn) : nullptr;
    if (!turn) return;
    advance(model, turn->thread);
    leave_pending(*turn, *request);
    request->state = RequestState::answered;
    request->decision = event.decision;
    ToolCall* call = request->tool_call ? turn->tool_calls.find(*request->tool_call) : nullptr;
    if (call && std::holds_alternative<Deny>(event.decision)) call->denied = true;
    model.index->answered_requests.insert(event.request);
}

} // namespace evenfold::orchestration

namespace evenfold {
template const Shape& shape_of<orchestration::Turn>();
template const Shape& shape_of<orchestration::Request>();
} // namespace evenfold

#include "evenfold/core/decider/orchestration/closing.hpp"

#include <utility>

#include "evenfold/core/values/orchestration/checkpoint_ids.hpp"

namespace evenfold::orchestration {
namespace {

std::optional<std::uint64_t> seq_of(const TurnEnd& turn_end) {
    return std::visit([](const auto& end) { return std::optional<std::uint64_t>(end.seq); }, turn_end);
}

CheckpointCreated make_end_checkpoint(const Thread& thread, const Turn& turn) {
    return {.checkpoint = end_checkpoint_of(turn.id),
            .thread = thread.id,
            .ordinal = thread.next_checkpoint_ordinal,
            .kind = CheckpointKind::turn_end,
            .after_turn = turn.id,
            .label = {}};
}

void continue_queue(DecidedEvents& events, const Index& index, const Thread& thread, const TurnEnd& turn_end) {
    if (thread.queue.empty()) return;
    if (!std::holds_alternative<TurnCompleted>(turn_end)) {
        const bool failed = std::holds_alternative<TurnFailed>(turn_end);
        events.emplace_back(
            QueueHeld{.thread = thread.id, .reason = failed ? HoldReason::turn_failed : HoldReason::turn_interrupted});
        return;
    }
    if (const Turn* next = index.find(thread.queue.front())) {
        events.emplace_back(make_turn_started(thread, next->id, next->message));
    }
}

/// Returns whether the message of the call was taken back.
bool is_discarded(const Turn& turn, const ToolCall& call) {
    const AssistantMessage* message = message_of(turn.messages.sorted(), call.block, call.parent);
    return message && message->discarded;
}

} // namespace

ToolCallFinished make_call_abandoned(const Turn& turn, std::optional<std::uint64_t> seq, const CompactString& call) {
    return {.turn = turn.id,
            .seq = seq,
            .call_id = call,
            .status = ToolCallStatus::abandoned,
            .output = {},
            .is_error = true};
}

bool may_have_result(const Turn& turn, const ToolCall& call) {
    if (call.status == ToolCallStatus::running) return true;
    return call.status == ToolCallStatus::abandoned && !is_discarded(turn, call);
}

void end_turn(DecidedEvents& events, const Index& index, const Turn& turn, const TurnEnd& turn_end, ExpiryCause cause,
              bool dispatched) {
    const auto seq = seq_of(turn_end);
    for (const RequestId& request : turn.open_requests.in_order()) {
        events.emplace_back(ApprovalExpired{.request = request, .cause = cause, .seq = seq});
    }
    for (const CompactString& call : turn.running_calls.in_order()) {
        events.emplace_back(make_call_abandoned(turn, seq, call));
    }
    std::visit([&](const auto& end) { events.emplace_back(end); }, turn_end);
    const Thread* thread = index.find(turn.thread);
    if (!thread) return;
    if (dispatched) {
        CheckpointCreated created = make_end_checkpoint(*thread, turn);
        const bool is_known = index.checkpoints.contains(created.checkpoint); // of a turn that was continued
        if (!is_known) events.emplace_back(std::move(created));
    }
    continue_queue(events, index, *thread, turn_end);
}

void interrupt_turn(DecidedEvents& events, const Index& index, const Turn& turn, const std::string& reason,
                    ExpiryCause cause) {
    end_turn(events, index, turn, TurnInterrupted{.turn = turn.id, .seq = {}, .reason = reason}, cause,
             turn.dispatched);
}

} // namespace evenfold::orchestration

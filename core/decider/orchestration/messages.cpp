#include "evenfold/core/decider/orchestration/messages.hpp"

#include <algorithm>

namespace evenfold::orchestration {

bool is_last(const Turn& turn, const AssistantMessage& message) {
    return std::ranges::all_of(turn.messages.sorted(), [&](const AssistantMessage* other) {
        return other->parent != message.parent || other->block <= message.block;
    });
}

bool is_discarded(const Turn& turn, const ToolCall& call) {
    const AssistantMessage* last = nullptr;
    for (const AssistantMessage* message : turn.messages.sorted()) {
        const bool is_before = message->parent == call.parent && message->block <= call.block;
        if (is_before && (!last || last->block <= message->block)) last = message;
    }
    return last && last->discarded;
}

} // namespace evenfold::orchestration

#include <algorithm>

#include "evenfold/tests/laws/naive/world.hpp"

namespace evenfold::orchestration::tests::naive {
namespace {

template <class Map>
std::optional<ThreadId> find_thread_in(const Map& map, const typename Map::key_type& id) {
    const auto* entity = find(map, id);
    return entity ? std::optional(entity->made.thread) : std::nullopt;
}

} // namespace

MessageId reply_of(const TurnId& turn) {
    return derive<MessageTag>(turn, "assistant");
}

std::vector<TurnId> turns_of(const World& world, const ThreadId& thread) {
    std::vector<TurnId> turns;
    for (const auto& [id, turn] : world.turns) {
        if (turn.input.thread == thread) turns.push_back(id);
    }
    std::ranges::sort(turns, {}, [&](const TurnId& id) { return world.turns.at(id).begun; });
    return turns;
}

std::optional<TurnId> turn_of(const World& world, const Event& event) {
    return std::visit(
        [&]<class Happened>(const Happened& happened) -> std::optional<TurnId> {
            if constexpr (requires { happened.turn; }) {
                return happened.turn;
            } else if constexpr (requires { happened.request; }) {
                const Request* request = find(world.requests, happened.request);
                if (request) return request->made.turn;
            }
            return std::nullopt;
        },
        event);
}

std::optional<ThreadId> thread_of(const World& world, const Event& event) {
    if (const auto turn = turn_of(world, event)) {
        if (const Turn* found = find(world.turns, *turn)) return found->input.thread;
    }
    return std::visit(
        [&]<class Happened>(const Happened& happened) -> std::optional<ThreadId> {
            if constexpr (requires { happened.thread; })
                return happened.thread;
            else if constexpr (requires { happened.checkpoint; })
                return find_thread_in(world.checkpoints, happened.checkpoint);
            else if constexpr (requires { happened.revert; })
                return find_thread_in(world.reverts, happened.revert);
            else if constexpr (requires { happened.commit; })
                return find_thread_in(world.commits, happened.commit);
            else if constexpr (requires { happened.resource; })
                return orchestration::thread_of(happened.resource);
            else
                return std::nullopt;
        },
        event);
}

} // namespace evenfold::orchestration::tests::naive

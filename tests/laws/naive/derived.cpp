#include "evenfold/tests/laws/naive/derived.hpp"

#include <algorithm>
#include <utility>

namespace evenfold::orchestration::tests::naive {
namespace {

/// Returns all entries of `map` in the order in which they began.
template <class Map>
auto in_order(const Map& map) {
    std::vector<const typename Map::value_type*> all;
    for (const auto& entry : map) all.push_back(&entry);
    std::ranges::sort(all, {}, [](const auto* entry) { return entry->second.begun; });
    return all;
}

bool is_at_work(TurnState state) {
    return state == TurnState::starting || state == TurnState::running || state == TurnState::awaiting ||
           state == TurnState::interrupting;
}

TurnState state_of(const Turn& turn, std::uint64_t pending_requests) {
    if (turn.end) return *turn.end;
    if (!turn.started) return TurnState::queued;
    if (turn.interrupt_asked) return TurnState::interrupting;
    if (!turn.dispatched) return TurnState::starting;
    return pending_requests > 0 ? TurnState::awaiting : TurnState::running;
}

std::optional<OpenBlock> open_block_of(const Turn& turn) {
    if (turn.reply.empty() || turn.reply.back().sealed) return std::nullopt;
    const Said& last = turn.reply.back();
    return OpenBlock{.index = turn.reply.size() - 1,
                     .kind = last.thinking ? BlockKind::thinking : BlockKind::text,
                     .parent = last.parent};
}

void add_requests(Derived& all, const World& world) {
    for (const auto* entry : in_order(world.requests)) {
        const auto& [id, request] = *entry;
        OfTurn& turn = all.turns[request.made.turn];
        turn.requests.push_back(id);
        const RequestState state = naive::state_of(request);
        if (state == RequestState::pending) ++turn.pending_requests;
        if (state == RequestState::pending || state == RequestState::answered) turn.open_requests.push_back(id);
    }
    for (const auto& [id, request] : world.requests) {
        if (naive::state_of(request) == RequestState::answered) all.answered_requests.push_back(id);
    }
}

void add_turns(Derived& all, const World& world) {
    for (const auto* entry : in_order(world.turns)) {
        const auto& [id, turn] = *entry;
        OfTurn& of = all.turns[id];
        of.state = state_of(turn, of.pending_requests);
        of.open_block = open_block_of(turn);
        for (const Call& call : turn.calls) {
            if (!call.end) of.running_calls.push_back(call.made.call_id);
        }
        OfThread& thread = all.threads[turn.input.thread];
        thread.turns.push_back(id);
        if (of.state == TurnState::queued) thread.queue.push_back(id);
        if (is_at_work(of.state)) {
            thread.active = id;
            all.active_turns.push_back(id);
        }
    }
    std::ranges::sort(all.active_turns);
    for (const TurnId& id : all.active_turns) {
        all.projects[world.threads.at(world.turns.at(id).input.thread).made.project].active.push_back(id);
    }
}

void add_rest(Derived& all, const World& world) {
    for (const auto* entry : in_order(world.checkpoints)) {
        const auto& [id, checkpoint] = *entry;
        OfThread& thread = all.threads[checkpoint.made.thread];
        thread.checkpoints.push_back(id);
        if (is_pending(checkpoint.ref)) thread.pending_checkpoints.push_back(id);
    }
    for (const auto& [id, checkpoint] : world.checkpoints) {
        if (is_pending(checkpoint.ref)) all.pending_checkpoints.push_back(id);
    }
    for (const auto* entry : in_order(world.commits)) {
        all.threads[entry->second.made.thread].commits.push_back(entry->first);
    }
    for (const auto& [id, commit] : world.commits) {
        if (is_pending(commit.ref)) all.pending_commits.push_back(id);
    }
    for (const auto& [id, revert] : world.reverts) all.threads[revert.made.thread].revert = id;
}

ThreadStatus status_of(const Thread& thread, const OfThread& of, const Derived& all) {
    if (thread.archived) return ThreadStatus::archived;
    if (of.revert) return ThreadStatus::reverting;
    if (of.active) {
        const bool awaits = all.turns.at(*of.active).state == TurnState::awaiting;
        return awaits ? ThreadStatus::awaiting_approval : ThreadStatus::busy;
    }
    return of.queue.empty() ? ThreadStatus::idle : ThreadStatus::held;
}

void add_threads(Derived& all, const World& world) {
    for (const auto* entry : in_order(world.threads)) {
        const auto& [id, thread] = *entry;
        all.projects[thread.made.project].threads.push_back(id);
        OfThread& of = all.threads[id];
        of.status = status_of(thread, of, all);
    }
    for (const auto& [id, thread] : world.threads) {
        const bool has_one = std::holds_alternative<NewWorktree>(thread.made.workspace);
        if (has_one && is_pending(thread.worktree)) all.pending_worktrees.push_back(id);
    }
}

} // namespace

RequestState state_of(const Request& request) {
    if (request.expiry) return RequestState::expired;
    if (request.delivered) return RequestState::delivered;
    return request.decision ? RequestState::answered : RequestState::pending;
}

Derived derived(const World& world) {
    Derived all;
    for (const auto& [id, project] : world.projects) all.projects[id];
    add_requests(all, world);
    add_turns(all, world);
    add_rest(all, world);
    add_threads(all, world);
    return all;
}

} // namespace evenfold::orchestration::tests::naive

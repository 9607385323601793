#include "evenfold/tests/support/invariants.hpp"

#include <algorithm>
#include <array>

namespace evenfold::orchestration::tests {
namespace {

/// Collects the conditions that do not hold.
class ViolationCollector {
public:
    void expect(bool holds, std::string_view claim) {
        if (!holds) found_.emplace_back(claim);
    }
    [[nodiscard]] Violations take() { return std::move(found_); }

private:
    Violations found_;
};

/// Checks that lists of children name only the children of their parent, each once, and that all lists together have
/// every child.
template <class Child>
class Listing {
public:
    template <class Belongs>
    void add(const OrderedSet<Child>& listed, Belongs belongs) {
        std::vector<Child> order = listed.in_order();
        for (const Child& child : order) wrong_ = wrong_ || !belongs(child);
        std::ranges::sort(order);
        wrong_ = wrong_ || std::ranges::adjacent_find(order) != order.end();
        count_ += order.size();
    }
    [[nodiscard]] bool is_exactly(std::size_t count) const { return !wrong_ && count_ == count; }

private:
    bool wrong_ = false;
    std::size_t count_ = 0;
};

/// Returns whether that entity exists and satisfies `condition`.
template <class SomeId, class Condition>
bool exists_with(const Index& index, const SomeId& id, Condition condition) {
    const auto* found = index.find(id);
    return found && condition(*found);
}

Violations children(const Model& model) {
    const Index& index = model->index;
    ViolationCollector collector;
    Listing<ThreadId> threads;
    for (const Project* project : index.projects.sorted())
        threads.add(project->threads, [&](const ThreadId& id) {
            return exists_with(index, id, [&](const Thread& thread) { return thread.project == project->id; });
        });
    Listing<TurnId> turns;
    Listing<CheckpointId> checkpoints;
    Listing<CommitId> commits;
    for (const Thread* thread : index.threads.sorted()) {
        const auto of_it = [&](const auto& child) { return child.thread == thread->id; };
        turns.add(thread->turns, [&](const TurnId& id) { return exists_with(index, id, of_it); });
        checkpoints.add(thread->checkpoints, [&](const CheckpointId& id) { return exists_with(index, id, of_it); });
        commits.add(thread->commits, [&](const CommitId& id) { return exists_with(index, id, of_it); });
        collector.expect(!thread->revert || exists_with(index, *thread->revert, of_it),
                         "L10: a thread's revert is not there");
    }
    Listing<RequestId> requests;
    for (const Turn* turn : index.turns.sorted()) {
        requests.add(turn->requests, [&](const RequestId& id) {
            return exists_with(index, id, [&](const Request& request) { return request.turn == turn->id; });
        });
        collector.expect(index.messages.contains(turn->message), "L10: a turn's message is not there");
    }
    collector.expect(threads.is_exactly(index.threads.size()), "L10: projects list other threads than they have");
    collector.expect(turns.is_exactly(index.turns.size()), "L10: threads list other turns than they have");
    collector.expect(checkpoints.is_exactly(index.checkpoints.size()),
                     "L10: threads list other checkpoints than they have");
    collector.expect(commits.is_exactly(index.commits.size()), "L10: threads list other commits than they have");
    collector.expect(requests.is_exactly(index.requests.size()), "L10: turns list other requests than they have");
    for (const MessageOwner* message : index.messages.sorted())
        collector.expect(index.find(message->turn) != nullptr, "L10: a message's turn is not there");
    for (const Checkpoint* checkpoint : index.checkpoints.sorted())
        collector.expect(!checkpoint->after_turn || index.find(*checkpoint->after_turn),
                         "L10: a checkpoint's turn does not exist");
    for (const Revert* revert : index.reverts.sorted())
        collector.expect(
            exists_with(index, revert->thread, [&](const Thread& thread) { return thread.revert == revert->id; }),
            "L10: a revert is not listed by its thread");
    for (const Exchange* exchange : model->transcript.exchanges.sorted()) {
        const Turn* turn = index.find(exchange->id);
        collector.expect(turn != nullptr, "L10: an exchange of a turn that is gone");
        collector.expect(!turn || !exchange->reply || exchange->reply->blocks.size() == turn->blocks,
                         "L10: the index has a wrong count of blocks");
    }
    collector.expect(model->transcript.exchanges.size() == index.turns.size(), "L10: a turn without its exchange");
    return collector.take();
}

Violations ids(const Model& model) {
    const Index& index = model->index;
    ViolationCollector collector;
    std::vector<Uuid> used;
    const auto add = [&](const auto& table) {
        for (const auto* entity : table.sorted()) used.push_back(entity->id.uuid);
    };
    add(index.projects), add(index.threads), add(index.turns), add(index.messages);
    add(index.requests), add(index.checkpoints), add(index.reverts), add(index.commits);
    for (const Uuid& id : used) collector.expect(!index.retired.contains(id), "L11: a retired id is in use");
    std::ranges::sort(used);
    collector.expect(std::ranges::adjacent_find(used) == used.end(), "L11: an id names two entities");
    for (const Project* project : index.projects.sorted()) {
        const RootHolder* holder = index.roots.find(project->root_key);
        collector.expect(holder && holder->project == project->id, "L11: a project does not hold its root key");
    }
    collector.expect(index.roots.size() == index.projects.size(), "L11: a root key without a project");
    return collector.take();
}

Violations active_turns(const Model& model) {
    const Index& index = model->index;
    ViolationCollector collector;
    std::size_t active = 0;
    for (const Turn* turn : index.turns.sorted()) active += is_active(turn->state) ? 1U : 0U;
    for (const Thread* thread : index.threads.sorted()) {
        if (!thread->active) continue;
        --active;
        collector.expect(
            exists_with(index, *thread->active,
                        [&](const Turn& turn) { return turn.thread == thread->id && is_active(turn.state); }),
            "L12: thread.active is not an active turn of the thread");
    }
    collector.expect(active == 0, "L12: an active turn is not its thread's active one");
    return collector.take();
}

Violations queues(const Model& model) {
    const Index& index = model->index;
    ViolationCollector collector;
    for (const Thread* thread : index.threads.sorted()) {
        std::vector<TurnId> waiting;
        for (const TurnId& id : thread->turns.in_order()) {
            if (exists_with(index, id, [](const Turn& turn) { return turn.state == TurnState::queued; }))
                waiting.push_back(id);
        }
        collector.expect(waiting == thread->queue.in_order(), "L13: the queue is not the queued turns in their order");
        collector.expect(thread->active || waiting.empty() || thread->hold,
                         "L13: an idle thread's queue waits without hold");
        collector.expect(!thread->hold || (!thread->active && !waiting.empty()), "L13: a hold without a waiting queue");
    }
    return collector.take();
}

bool is_open(const Request& request) {
    return request.state == RequestState::pending || request.state == RequestState::answered;
}

Violations requests(const Model& model) {
    const Index& index = model->index;
    ViolationCollector collector;
    std::vector<TurnId> asked;
    for (const Request* request : index.requests.sorted()) {
        if (request->state == RequestState::pending) asked.push_back(request->turn);
        collector.expect(!is_open(*request) ||
                             exists_with(index, request->turn, [](const Turn& turn) { return is_active(turn.state); }),
                         "L14: a turn that is not active has an open request");
        collector.expect((request->state == RequestState::expired) == request->expiry.has_value(),
                         "L14: a request expired without cause, or did not expire");
    }
    for (const Turn* turn : index.turns.sorted()) {
        if (!turn->dispatched || !is_active(turn->state) || turn->state == TurnState::interrupting) continue;
        collector.expect((turn->state == TurnState::awaiting) == (std::ranges::find(asked, turn->id) != asked.end()),
                         "L14: a turn is awaiting without a pending request, or is not awaiting with one");
    }
    return collector.take();
}

Violations ended_turns(const Model& model) {
    const Index& index = model->index;
    ViolationCollector collector;
    for (const Turn* turn : index.turns.sorted()) {
        if (!is_terminal(turn->state)) continue;
        collector.expect(!turn->open_block, "L15: a terminal turn has an open block");
        for (const ToolCall* call : turn->tool_calls.sorted())
            collector.expect(call->status != ToolCallStatus::running, "L15: a terminal turn has a running call");
        for (const RequestId& id : turn->requests.in_order())
            collector.expect(!exists_with(index, id, is_open), "L15: a terminal turn has an open request");
    }
    return collector.take();
}

/// Returns whether `kept` holds exactly the ids of those entities in `all` that wait.
template <class SomeId, class T, class Waits>
bool same(const Set<SomeId>& kept, const Table<T>& all, Waits waits) {
    std::size_t count = 0;
    for (const T* entity : all.sorted()) {
        if (!waits(*entity)) continue;
        if (!kept.contains(entity->id)) return false;
        ++count;
    }
    return kept.size() == count;
}

void derived_of_turns(const Index& index, ViolationCollector& collector) {
    for (const Turn* turn : index.turns.sorted()) {
        std::vector<RequestId> open;
        std::uint64_t pending = 0;
        for (const RequestId& id : turn->requests.in_order()) {
            if (exists_with(index, id, is_open)) open.push_back(id);
            if (exists_with(index, id, [](const Request& one) { return one.state == RequestState::pending; }))
                ++pending;
        }
        collector.expect(turn->open_requests.in_order() == open, "L16: a turn's open requests differ");
        collector.expect(turn->pending_requests == pending, "L16: the count of pending requests differs");
        std::size_t running = 0;
        for (const ToolCall* call : turn->tool_calls.sorted()) {
            if (call->status != ToolCallStatus::running) continue;
            ++running;
            collector.expect(turn->running_calls.contains(call->id), "L16: a running call is not listed");
        }
        collector.expect(turn->running_calls.size() == running, "L16: a call that does not run is listed as running");
    }
}

Violations derived(const Model& model) {
    const Index& index = model->index;
    ViolationCollector collector;
    collector.expect(same(index.active_turns, index.turns, [](const Turn& turn) { return is_active(turn.state); }),
                     "L16: active_turns differs");
    collector.expect(same(index.pending_worktrees, index.threads,
                          [](const Thread& thread) {
                              const auto* worktree = std::get_if<Worktree>(&thread.workspace);
                              return worktree && is_pending(worktree->location);
                          }),
                     "L16: pending_worktrees differs");
    const auto waits = [](const auto& entity) { return is_pending(entity.ref); };
    collector.expect(same(index.pending_checkpoints, index.checkpoints, waits), "L16: pending_checkpoints differs");
    collector.expect(same(index.pending_commits, index.commits, waits), "L16: pending_commits differs");
    collector.expect(same(index.answered_requests, index.requests,
                          [](const Request& request) { return request.state == RequestState::answered; }),
                     "L16: answered_requests differs");
    for (const Project* project : index.projects.sorted()) {
        std::vector<TurnId> active;
        for (const ThreadId& id : project->threads.in_order()) {
            const Thread* thread = index.find(id);
            if (thread && thread->active) active.push_back(*thread->active);
        }
        std::ranges::sort(active);
        collector.expect(active == project->active.sorted(), "L16: a project's active turns differ");
    }
    for (const Thread* thread : index.threads.sorted()) {
        std::vector<CheckpointId> pending;
        for (const CheckpointId& id : thread->checkpoints.in_order()) {
            if (exists_with(index, id, waits)) pending.push_back(id);
        }
        collector.expect(thread->pending_checkpoints.in_order() == pending,
                         "L16: a thread's pending checkpoints differ");
        collector.expect(!thread->session || thread->session->epoch == thread->last_epoch,
                         "L16: the bound session is not the last");
    }
    derived_of_turns(index, collector);
    return collector.take();
}

Violations ordinals(const Model& model) {
    const Index& index = model->index;
    ViolationCollector collector;
    for (const Thread* thread : index.threads.sorted()) {
        std::uint64_t last = 0;
        for (const CheckpointId& id : thread->checkpoints.in_order()) {
            const Checkpoint* checkpoint = index.find(id);
            if (!checkpoint) continue;
            collector.expect(checkpoint->ordinal > last, "L17: checkpoint ordinals do not increase");
            last = checkpoint->ordinal;
        }
        collector.expect(thread->next_checkpoint_ordinal > last, "L17: the next checkpoint ordinal is taken");
        last = 0;
        for (const TurnId& id : thread->turns.in_order()) {
            const Turn* turn = index.find(id);
            if (!turn || !turn->ordinal) continue;
            collector.expect(*turn->ordinal > last, "L17: turn ordinals do not increase");
            last = *turn->ordinal;
        }
        collector.expect(thread->turns_started >= last, "L17: a turn ordinal exceeds the count");
    }
    return collector.take();
}

Violations ends(const Model& model) {
    const Index& index = model->index;
    ViolationCollector collector;
    std::vector<TurnId> ended;
    for (const Checkpoint* checkpoint : index.checkpoints.sorted()) {
        if (is_end_of_turn(*checkpoint)) ended.push_back(*checkpoint->after_turn);
    }
    for (const Turn* turn : index.turns.sorted()) {
        collector.expect(turn->state != TurnState::starting || !turn->dispatched, "L21: a starting turn is dispatched");
        if (turn->dispatched && is_terminal(turn->state))
            collector.expect(std::ranges::count(ended, turn->id) == 1,
                             "L21: an ended turn that was dispatched must have exactly one end checkpoint");
    }
    return collector.take();
}

Violations reverting(const Model& model) {
    ViolationCollector collector;
    for (const Thread* thread : model->index.threads.sorted())
        collector.expect(!thread->revert || (!thread->active && thread->queue.empty()),
                         "L32: work in a reverting thread");
    return collector.take();
}

constexpr std::array<Invariant, 10> all_invariants{{{"L10", children},
                                                    {"L11", ids},
                                                    {"L12", active_turns},
                                                    {"L13", queues},
                                                    {"L14", requests},
                                                    {"L15", ended_turns},
                                                    {"L16", derived},
                                                    {"L17", ordinals},
                                                    {"L21", ends},
                                                    {"L32", reverting}}};

} // namespace

std::span<const Invariant> invariants() {
    return all_invariants;
}

Violations violations(const Model& model) {
    Violations all;
    for (const Invariant& invariant : all_invariants) {
        Violations found = invariant.look(model);
        all.insert(all.end(), std::move_iterator(found.begin()), std::move_iterator(found.end()));
    }
    return all;
}

} // namespace evenfold::orchestration::tests

#include "evenfold/tests/support/invariants.hpp"

#include <algorithm>
#include <array>

namespace evenfold::orchestration::tests {
namespace {

/// Collects the claims that do not hold.
class Noted {
public:
    void that(bool holds, std::string_view claim) {
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

/// Returns whether that entity exists and `says` is true of it.
template <class SomeId, class Says>
bool there(const Index& index, const SomeId& id, Says says) {
    const auto* found = index.find(id);
    return found && says(*found);
}

Violations children(const Model& model) {
    const Index& index = model->index;
    Noted noted;
    Listing<ThreadId> threads;
    for (const Project* project : index.projects.sorted())
        threads.add(project->threads, [&](const ThreadId& id) {
            return there(index, id, [&](const Thread& thread) { return thread.project == project->id; });
        });
    Listing<TurnId> turns;
    Listing<CheckpointId> checkpoints;
    Listing<CommitId> commits;
    for (const Thread* thread : index.threads.sorted()) {
        const auto of_it = [&](const auto& child) { return child.thread == thread->id; };
        turns.add(thread->turns, [&](const TurnId& id) { return there(index, id, of_it); });
        checkpoints.add(thread->checkpoints, [&](const CheckpointId& id) { return there(index, id, of_it); });
        commits.add(thread->commits, [&](const CommitId& id) { return there(index, id, of_it); });
        noted.that(!thread->revert || there(index, *thread->revert, of_it), "L10: a thread's revert is not there");
    }
    Listing<RequestId> requests;
    for (const Turn* turn : index.turns.sorted()) {
        requests.add(turn->requests, [&](const RequestId& id) {
            return there(index, id, [&](const Request& request) { return request.turn == turn->id; });
        });
        noted.that(index.messages.contains(turn->message), "L10: a turn's message is not there");
    }
    noted.that(threads.is_exactly(index.threads.size()), "L10: projects list other threads than they have");
    noted.that(turns.is_exactly(index.turns.size()), "L10: threads list other turns than they have");
    noted.that(checkpoints.is_exactly(index.checkpoints.size()), "L10: threads list other checkpoints than they have");
    noted.that(commits.is_exactly(index.commits.size()), "L10: threads list other commits than they have");
    noted.that(requests.is_exactly(index.requests.size()), "L10: turns list other requests than they have");
    for (const MessageOwner* message : index.messages.sorted())
        noted.that(index.find(message->turn) != nullptr, "L10: a message's turn is not there");
    for (const Checkpoint* checkpoint : index.checkpoints.sorted())
        noted.that(!checkpoint->after_turn || index.find(*checkpoint->after_turn),
                   "L10: a checkpoint's turn is not there");
    for (const Revert* revert : index.reverts.sorted())
        noted.that(there(index, revert->thread, [&](const Thread& thread) { return thread.revert == revert->id; }),
                   "L10: a revert's thread does not know it");
    for (const Exchange* exchange : model->transcript.exchanges.sorted()) {
        const Turn* turn = index.find(exchange->id);
        noted.that(turn != nullptr, "L10: an exchange of a turn that is gone");
        noted.that(!turn || !exchange->reply || exchange->reply->blocks.size() == turn->blocks,
                   "L10: the index counts other blocks than there are");
    }
    noted.that(model->transcript.exchanges.size() == index.turns.size(), "L10: a turn without its exchange");
    return noted.take();
}

Violations ids(const Model& model) {
    const Index& index = model->index;
    Noted noted;
    std::vector<Uuid> used;
    const auto add = [&](const auto& table) {
        for (const auto* entity : table.sorted()) used.push_back(entity->id.uuid);
    };
    add(index.projects), add(index.threads), add(index.turns), add(index.messages);
    add(index.requests), add(index.checkpoints), add(index.reverts), add(index.commits);
    for (const Uuid& id : used) noted.that(!index.retired.contains(id), "L11: a retired id is in use");
    std::ranges::sort(used);
    noted.that(std::ranges::adjacent_find(used) == used.end(), "L11: an id names two things");
    for (const Project* project : index.projects.sorted()) {
        const RootHolder* holder = index.roots.find(project->root_key);
        noted.that(holder && holder->project == project->id, "L11: a project does not hold its root key");
    }
    noted.that(index.roots.size() == index.projects.size(), "L11: a root key without a project");
    return noted.take();
}

Violations active_turns(const Model& model) {
    const Index& index = model->index;
    Noted noted;
    std::size_t active = 0;
    for (const Turn* turn : index.turns.sorted()) active += is_active(turn->state) ? 1U : 0U;
    for (const Thread* thread : index.threads.sorted()) {
        if (!thread->active) continue;
        --active;
        noted.that(there(index, *thread->active,
                         [&](const Turn& turn) { return turn.thread == thread->id && is_active(turn.state); }),
                   "L12: thread.active is not at work in it");
    }
    noted.that(active == 0, "L12: a turn is at work that is not its thread's active one");
    return noted.take();
}

Violations queues(const Model& model) {
    const Index& index = model->index;
    Noted noted;
    for (const Thread* thread : index.threads.sorted()) {
        std::vector<TurnId> waiting;
        for (const TurnId& id : thread->turns.in_order()) {
            if (there(index, id, [](const Turn& turn) { return turn.state == TurnState::queued; }))
                waiting.push_back(id);
        }
        noted.that(waiting == thread->queue.in_order(), "L13: the queue is not the queued turns in their order");
        noted.that(thread->active || waiting.empty() || thread->hold, "L13: an idle thread's queue waits without hold");
        noted.that(!thread->hold || (!thread->active && !waiting.empty()), "L13: a hold without a waiting queue");
    }
    return noted.take();
}

bool is_open(const Request& request) {
    return request.state == RequestState::pending || request.state == RequestState::answered;
}

Violations requests(const Model& model) {
    const Index& index = model->index;
    Noted noted;
    std::vector<TurnId> asked;
    for (const Request* request : index.requests.sorted()) {
        if (request->state == RequestState::pending) asked.push_back(request->turn);
        noted.that(!is_open(*request) ||
                       there(index, request->turn, [](const Turn& turn) { return is_active(turn.state); }),
                   "L14: an open request of a turn that is not at work");
        noted.that((request->state == RequestState::expired) == request->expiry.has_value(),
                   "L14: expired without cause, or not");
    }
    for (const Turn* turn : index.turns.sorted()) {
        if (!turn->dispatched || !is_active(turn->state) || turn->state == TurnState::interrupting) continue;
        noted.that((turn->state == TurnState::awaiting) == (std::ranges::find(asked, turn->id) != asked.end()),
                   "L14: awaiting without a pending request, or not");
    }
    return noted.take();
}

Violations ended_turns(const Model& model) {
    const Index& index = model->index;
    Noted noted;
    for (const Turn* turn : index.turns.sorted()) {
        if (!is_terminal(turn->state)) continue;
        noted.that(!turn->open_block, "L15: a terminal turn has an open block");
        for (const ToolCall* call : turn->tool_calls.sorted())
            noted.that(call->status != ToolCallStatus::running, "L15: a terminal turn has a running call");
        for (const RequestId& id : turn->requests.in_order())
            noted.that(!there(index, id, is_open), "L15: a terminal turn has an open request");
    }
    return noted.take();
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

void derived_of_turns(const Index& index, Noted& noted) {
    for (const Turn* turn : index.turns.sorted()) {
        std::vector<RequestId> open;
        std::uint64_t pending = 0;
        for (const RequestId& id : turn->requests.in_order()) {
            if (there(index, id, is_open)) open.push_back(id);
            if (there(index, id, [](const Request& one) { return one.state == RequestState::pending; })) ++pending;
        }
        noted.that(turn->open_requests.in_order() == open, "L16: a turn's open requests differ");
        noted.that(turn->pending_requests == pending, "L16: the count of pending requests is off");
        std::size_t running = 0;
        for (const ToolCall* call : turn->tool_calls.sorted()) {
            if (call->status != ToolCallStatus::running) continue;
            ++running;
            noted.that(turn->running_calls.contains(call->id), "L16: a running call is not listed as one");
        }
        noted.that(turn->running_calls.size() == running, "L16: a call that does not run is listed as running");
    }
}

Violations derived(const Model& model) {
    const Index& index = model->index;
    Noted noted;
    noted.that(same(index.active_turns, index.turns, [](const Turn& turn) { return is_active(turn.state); }),
               "L16: active_turns differs");
    noted.that(same(index.pending_worktrees, index.threads,
                    [](const Thread& thread) {
                        const auto* worktree = std::get_if<Worktree>(&thread.workspace);
                        return worktree && is_pending(worktree->location);
                    }),
               "L16: pending_worktrees differs");
    const auto waits = [](const auto& entity) { return is_pending(entity.ref); };
    noted.that(same(index.pending_checkpoints, index.checkpoints, waits), "L16: pending_checkpoints differs");
    noted.that(same(index.pending_commits, index.commits, waits), "L16: pending_commits differs");
    noted.that(same(index.answered_requests, index.requests,
                    [](const Request& request) { return request.state == RequestState::answered; }),
               "L16: answered_requests differs");
    for (const Project* project : index.projects.sorted()) {
        std::vector<TurnId> active;
        for (const ThreadId& id : project->threads.in_order()) {
            const Thread* thread = index.find(id);
            if (thread && thread->active) active.push_back(*thread->active);
        }
        std::ranges::sort(active);
        noted.that(active == project->active.sorted(), "L16: a project's active turns differ");
    }
    for (const Thread* thread : index.threads.sorted()) {
        std::vector<CheckpointId> pending;
        for (const CheckpointId& id : thread->checkpoints.in_order()) {
            if (there(index, id, waits)) pending.push_back(id);
        }
        noted.that(thread->pending_checkpoints.in_order() == pending, "L16: a thread's pending checkpoints differ");
        noted.that(!thread->session || thread->session->epoch == thread->last_epoch,
                   "L16: the bound session is not the last");
    }
    derived_of_turns(index, noted);
    return noted.take();
}

Violations ordinals(const Model& model) {
    const Index& index = model->index;
    Noted noted;
    for (const Thread* thread : index.threads.sorted()) {
        std::uint64_t last = 0;
        for (const CheckpointId& id : thread->checkpoints.in_order()) {
            const Checkpoint* checkpoint = index.find(id);
            if (!checkpoint) continue;
            noted.that(checkpoint->ordinal > last, "L17: checkpoint ordinals do not increase");
            last = checkpoint->ordinal;
        }
        noted.that(thread->next_checkpoint_ordinal > last, "L17: the next checkpoint ordinal is taken");
        last = 0;
        for (const TurnId& id : thread->turns.in_order()) {
            const Turn* turn = index.find(id);
            if (!turn || !turn->ordinal) continue;
            noted.that(*turn->ordinal > last, "L17: turn ordinals do not increase");
            last = *turn->ordinal;
        }
        noted.that(thread->turns_started >= last, "L17: a turn ordinal is beyond the count");
    }
    return noted.take();
}

Violations ends(const Model& model) {
    const Index& index = model->index;
    Noted noted;
    std::vector<TurnId> ended;
    for (const Checkpoint* checkpoint : index.checkpoints.sorted()) {
        if (checkpoint->kind == CheckpointKind::turn_end && checkpoint->after_turn)
            ended.push_back(*checkpoint->after_turn);
    }
    for (const Turn* turn : index.turns.sorted()) {
        noted.that(turn->state != TurnState::starting || !turn->dispatched, "L21: a starting turn is dispatched");
        if (turn->dispatched && is_terminal(turn->state))
            noted.that(std::ranges::count(ended, turn->id) == 1,
                       "L21: a dispatched turn that ended has not exactly one end checkpoint");
    }
    return noted.take();
}

Violations reverting(const Model& model) {
    Noted noted;
    for (const Thread* thread : model->index.threads.sorted())
        noted.that(!thread->revert || (!thread->active && thread->queue.empty()), "L32: work in a reverting thread");
    return noted.take();
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

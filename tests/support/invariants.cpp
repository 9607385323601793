#include "evenfold/tests/support/invariants.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

namespace evenfold::orchestration::tests {
namespace {

/// Goes over one model and notes what does not hold.
class Inspection {
public:
    explicit Inspection(const Model& model) : model_(model), index_(*model.index) {}

    void all() {
        for (const Project* project : index_.projects.sorted()) inspect(*project);
        for (const Thread* thread : index_.threads.sorted()) inspect(*thread);
        for (const Turn* turn : index_.turns.sorted()) inspect(*turn);
        for (const Request* request : index_.requests.sorted()) inspect(*request);
        for (const Checkpoint* checkpoint : index_.checkpoints.sorted()) inspect(*checkpoint);
        for (const Commit* commit : index_.commits.sorted()) inspect(*commit);
        for (const Revert* revert : index_.reverts.sorted()) inspect(*revert);
        for (const MessageOwner* message : index_.messages.sorted()) inspect(*message);
        ids();
        derived();
        transcript();
    }

    [[nodiscard]] Violations take() { return std::move(found_); }

private:
    void that(bool holds, std::string_view claim, std::string_view of = {}) {
        if (!holds) found_.push_back(std::string(claim).append(of));
    }

    /// A parent lists exactly the children that name it, once.
    template <class Child>
    void lists(const OrderedSet<Child>& listed, const std::set<Child>& children, std::string_view what) {
        const std::vector<Child> order = listed.in_order();
        that(std::set<Child>(order.begin(), order.end()) == children, "L10: other children than it has: ", what);
        that(order.size() == children.size(), "L10: a child twice: ", what);
    }

    void inspect(const Project& project) {
        const RootHolder* holder = index_.roots.find(project.root_key);
        that(holder && holder->project == project.id, "L11: a project does not hold its root key");
        std::set<ThreadId> threads;
        std::set<TurnId> active;
        for (const Thread* thread : index_.threads.sorted()) {
            if (thread->project != project.id) continue;
            threads.insert(thread->id);
            if (thread->active) active.insert(*thread->active);
        }
        lists(project.threads, threads, "a project");
        lists(project.active, active, "a project's active turns");
    }

    void inspect(const Thread& thread) {
        that(index_.find(thread.project) != nullptr, "L10: a thread's project is not there");
        std::set<TurnId> turns;
        std::set<TurnId> queued;
        std::set<TurnId> active;
        for (const Turn* turn : index_.turns.sorted()) {
            if (turn->thread != thread.id) continue;
            turns.insert(turn->id);
            if (turn->state == TurnState::queued) queued.insert(turn->id);
            if (is_active(turn->state)) active.insert(turn->id);
        }
        lists(thread.turns, turns, "a thread");
        lists(thread.queue, queued, "L13: a queue");
        that(active.size() <= 1, "L12: two turns are active in one thread");
        that(active == (thread.active ? std::set{*thread.active} : std::set<TurnId>{}), "L12: thread.active is not it");
        that(thread.active || thread.queue.empty() || thread.hold, "L13: a queue waits in an idle thread without hold");
        that(!thread.hold || (!thread.active && !thread.queue.empty()), "L13: a hold without a waiting queue");
        that(!thread.revert || index_.find(*thread.revert), "L10: a thread's revert is not there");
        that(!thread.session || thread.session->epoch == thread.last_epoch, "the bound session is not the last");
        queue_order(thread);
        checkpoints(thread);
        turn_ordinals(thread);
        std::set<CommitId> commits;
        for (const Commit* commit : index_.commits.sorted()) {
            if (commit->thread == thread.id) commits.insert(commit->id);
        }
        lists(thread.commits, commits, "a thread's commits");
    }

    void queue_order(const Thread& thread) {
        std::vector<TurnId> waiting;
        for (const TurnId& id : thread.turns.in_order()) {
            const Turn* turn = index_.find(id);
            if (turn && turn->state == TurnState::queued) waiting.push_back(id);
        }
        that(waiting == thread.queue.in_order(), "L13: the queue is not in the order of the turns");
    }

    void checkpoints(const Thread& thread) {
        std::set<CheckpointId> all;
        std::set<CheckpointId> pending;
        for (const Checkpoint* checkpoint : index_.checkpoints.sorted()) {
            if (checkpoint->thread != thread.id) continue;
            all.insert(checkpoint->id);
            if (is_pending(checkpoint->ref)) pending.insert(checkpoint->id);
        }
        lists(thread.checkpoints, all, "a thread's checkpoints");
        lists(thread.pending_checkpoints, pending, "L16: a thread's pending checkpoints");
        std::uint64_t last = 0;
        for (const CheckpointId& id : thread.checkpoints.in_order()) {
            const Checkpoint* checkpoint = index_.find(id);
            if (!checkpoint) continue;
            that(checkpoint->ordinal > last, "L17: checkpoint ordinals do not increase");
            last = checkpoint->ordinal;
        }
        that(thread.next_checkpoint_ordinal > last, "L17: the next checkpoint ordinal is taken");
    }

    void turn_ordinals(const Thread& thread) {
        std::uint64_t last = 0;
        for (const TurnId& id : thread.turns.in_order()) {
            const Turn* turn = index_.find(id);
            if (!turn || !turn->ordinal) continue;
            that(*turn->ordinal > last, "L17: turn ordinals do not increase");
            last = *turn->ordinal;
        }
        that(thread.turns_started >= last, "L17: a turn ordinal is beyond the count");
    }

    void inspect(const Turn& turn) {
        that(index_.find(turn.thread) != nullptr, "L10: a turn's thread is not there");
        that(index_.messages.contains(turn.message), "L10: a turn's message is not there");
        std::set<RequestId> all;
        std::set<RequestId> open;
        std::uint64_t pending = 0;
        for (const Request* request : index_.requests.sorted()) {
            if (request->turn != turn.id) continue;
            all.insert(request->id);
            if (request->state == RequestState::pending) ++pending;
            if (request->state == RequestState::pending || request->state == RequestState::answered)
                open.insert(request->id);
        }
        std::set<std::string> running;
        for (const ToolCall* call : turn.tool_calls.sorted()) {
            if (call->status == ToolCallStatus::running) running.insert(call->id);
        }
        lists(turn.requests, all, "a turn's requests");
        lists(turn.open_requests, open, "L16: a turn's open requests");
        lists(turn.running_calls, running, "L16: a turn's running calls");
        that(turn.pending_requests == pending, "L16: the count of pending requests is off");
        that(open.empty() || is_active(turn.state), "L14: an open request of a turn that is not at work");
        if (turn.dispatched && is_active(turn.state) && turn.state != TurnState::interrupting)
            that((turn.state == TurnState::awaiting) == (pending > 0),
                 "L14: awaiting without a pending request, or not");
        if (is_terminal(turn.state))
            that(open.empty() && running.empty() && !turn.open_block, "L15: a terminal turn has something open");
        if (turn.state == TurnState::starting) that(!turn.dispatched, "6.6: a starting turn is dispatched");
        if (turn.dispatched && is_terminal(turn.state)) ends(turn);
    }

    void ends(const Turn& turn) {
        const auto all = index_.checkpoints.sorted();
        const auto count = std::ranges::count_if(all, [&](const Checkpoint* checkpoint) {
            return checkpoint->kind == CheckpointKind::turn_end && checkpoint->after_turn == turn.id;
        });
        that(count == 1, "L21: a dispatched turn that ended has not exactly one end checkpoint");
    }

    void inspect(const Request& request) {
        that(index_.find(request.turn) != nullptr, "L10: a request's turn is not there");
        that((request.state == RequestState::expired) == request.expiry.has_value(),
             "6.6: expired without cause, or not");
    }
    void inspect(const Checkpoint& checkpoint) {
        that(index_.find(checkpoint.thread) != nullptr, "L10: a checkpoint's thread is not there");
        that(!checkpoint.after_turn || index_.find(*checkpoint.after_turn), "L10: a checkpoint's turn is not there");
    }
    void inspect(const Commit& commit) {
        that(index_.find(commit.thread) != nullptr, "L10: a commit's thread is not there");
    }
    void inspect(const Revert& revert) {
        const Thread* thread = index_.find(revert.thread);
        that(thread && thread->revert == revert.id, "L10: a revert's thread does not know it");
        that(thread && !thread->active && thread->queue.empty(), "L32: work in a reverting thread");
    }
    void inspect(const MessageOwner& message) {
        that(index_.find(message.turn) != nullptr, "L10: a message's turn is not there");
    }

    void ids() {
        std::map<Uuid, int> uses;
        const auto count = [&](const auto& table) {
            for (const auto* entity : table.sorted()) ++uses[entity->id.uuid];
        };
        count(index_.projects), count(index_.threads), count(index_.turns), count(index_.messages);
        count(index_.requests), count(index_.checkpoints), count(index_.reverts), count(index_.commits);
        for (const auto& [id, times] : uses) {
            that(times == 1, "L11: an id names two things");
            that(!index_.retired.contains(id), "L11: a retired id is in use");
        }
        that(index_.roots.size() == index_.projects.size(), "L11: a root key without a project");
    }

    template <class SomeId, class T, class Waits>
    void same(const Set<SomeId>& kept, const Table<T>& all, std::string_view name, Waits waits) {
        std::vector<SomeId> expected;
        for (const T* entity : all.sorted()) {
            if (waits(*entity)) expected.push_back(entity->id);
        }
        that(kept.sorted() == expected, "L16: other than recomputed: ", name);
    }

    void derived() {
        same(index_.active_turns, index_.turns, "active_turns", [](const Turn& turn) { return is_active(turn.state); });
        same(index_.pending_worktrees, index_.threads, "pending_worktrees", [](const Thread& thread) {
            const auto* worktree = std::get_if<Worktree>(&thread.workspace);
            return worktree && is_pending(worktree->location);
        });
        same(index_.pending_checkpoints, index_.checkpoints, "pending_checkpoints",
             [](const Checkpoint& checkpoint) { return is_pending(checkpoint.ref); });
        same(index_.pending_commits, index_.commits, "pending_commits",
             [](const Commit& commit) { return is_pending(commit.ref); });
        same(index_.answered_requests, index_.requests, "answered_requests",
             [](const Request& request) { return request.state == RequestState::answered; });
    }

    void transcript() {
        for (const Exchange* exchange : model_.transcript->exchanges.sorted()) {
            const Turn* turn = index_.find(exchange->id);
            that(turn != nullptr, "L29: an exchange of a turn that is gone");
            if (!turn || !exchange->reply) continue;
            that(exchange->reply->blocks.size() == turn->blocks, "the index counts other blocks than there are");
        }
        that(model_.transcript->exchanges.size() == index_.turns.size(), "L10: a turn without its exchange");
    }

    const Model& model_;
    const Index& index_;
    Violations found_;
};

bool may_follow(TurnState from, TurnState to) {
    using enum TurnState;
    if (from == to) return true;
    switch (from) {
    case queued: return to == cancelled || is_active(to) || to == failed || to == interrupted;
    case starting: return to != queued && to != cancelled;
    case running:
    case awaiting: return to != queued && to != cancelled && to != starting;
    case interrupting: return to == completed || to == failed || to == interrupted;
    default: return false;
    }
}

bool may_follow(RequestState from, RequestState to) {
    if (from == to) return true;
    if (from == RequestState::pending) return true;
    return from == RequestState::answered && to != RequestState::pending;
}

template <class T>
bool kept(const Slot<T>& before, const Slot<T>& after) {
    return is_pending(before) || before == after;
}

} // namespace

Violations violations(const Model& model) {
    Inspection inspection(model);
    inspection.all();
    return inspection.take();
}

Violations violations(const Model& before, const Model& after) {
    Violations found;
    const auto that = [&](bool holds, const char* claim) {
        if (!holds) found.emplace_back(claim);
    };
    for (const Uuid& id : before.index->retired.sorted())
        that(after.index->retired.contains(id), "L11: an id is unretired");
    for (const Turn* turn : before.index->turns.sorted()) {
        const Turn* now = after.index->find(turn->id);
        that(now || after.index->retired.contains(turn->id.uuid), "L29: a turn vanished without being retired");
        if (!now) continue;
        that(may_follow(turn->state, now->state), "L19: a turn went where no turn may go");
        that(kept(turn->provider_ref, now->provider_ref), "L18: a provider reference changed");
        that(now->last_seq >= turn->last_seq, "a turn's last seq went back");
        that(!turn->dispatched || now->dispatched, "a dispatch was taken back");
        that(!turn->frozen || turn->frozen == now->frozen, "a turn's frozen settings changed");
        that(!is_terminal(turn->state) || *turn == *now, "L28: a turn changed after its end");
    }
    for (const Request* request : before.index->requests.sorted()) {
        const Request* now = after.index->find(request->id);
        if (now) that(may_follow(request->state, now->state), "L19: a request went where no request may go");
    }
    for (const Checkpoint* checkpoint : before.index->checkpoints.sorted()) {
        const Checkpoint* now = after.index->find(checkpoint->id);
        if (now) that(kept(checkpoint->ref, now->ref), "L18: a checkpoint's ref changed");
    }
    for (const Commit* commit : before.index->commits.sorted()) {
        const Commit* now = after.index->find(commit->id);
        if (now) that(kept(commit->ref, now->ref), "L18: a commit's ref changed");
    }
    for (const Thread* thread : before.index->threads.sorted()) {
        const Thread* now = after.index->find(thread->id);
        if (!now) continue;
        const auto* was = std::get_if<Worktree>(&thread->workspace);
        const auto* is = std::get_if<Worktree>(&now->workspace);
        that(!was == !is && (!was || kept(was->location, is->location)), "L18: a worktree changed");
        that(now->last_epoch >= thread->last_epoch, "6.6: an epoch went back");
        that(now->next_checkpoint_ordinal >= thread->next_checkpoint_ordinal, "L17: checkpoint ordinals went back");
        that(now->turns_started >= thread->turns_started, "L17: turn ordinals went back");
        that(now->version >= thread->version, "a version went back");
    }
    return found;
}

} // namespace evenfold::orchestration::tests

#include <algorithm>
#include <array>

#include "evenfold/core/events/orchestration.hpp"
#include "evenfold/testing/law/kernel_laws.hpp"
#include "evenfold/tests/laws/suite.hpp"
#include "evenfold/tests/laws/suite/law_parts.hpp"
#include "evenfold/tests/laws/suite/machines.hpp"
#include "evenfold/tests/support/asks.hpp"
#include "evenfold/tests/support/process_bound.hpp"

namespace evenfold::orchestration::tests {
namespace {

Verdict follows_the_machines(const CoreHistory& history) {
    Machines machines;
    for (const CoreStep& step : history.steps) {
        if (!step.decision) continue;
        for (const Event& event : *step.decision) {
            if (const auto complaint = machines.follow(event))
                return breaks(*complaint + ": " + testing::code_of(event));
        }
        if (const auto complaint = machines.rest()) return breaks(*complaint + ": " + testing::code_of(step.command));
    }
    return holds();
}

/// Breaks unless a turn keeps the settings that its thread had, and a guarded update matches the version that it names.
Verdict reads_its_thread(const CoreStep& step, const Model& before) {
    if (!step.decision || step.decision->empty()) return holds();
    for (const Event& event : *step.decision) {
        const auto* started = std::get_if<TurnStarted>(&event);
        const Thread* thread = started ? before->index.find(started->thread) : nullptr;
        if (thread && !(started->frozen == thread->settings))
            return breaks("a turn has other settings than its thread");
    }
    const auto* update = std::get_if<UpdateThread>(&step.command);
    if (!update || !update->expected_version) return holds();
    const Thread* thread = before->index.find(update->thread);
    return thread && thread->version == *update->expected_version ? holds()
                                                                  : breaks("a guarded version is not checked");
}

/// Makes all threads idle with commands that users may send. The first refused command breaks the law.
class Rest {
public:
    explicit Rest(Model model) : model_(std::move(model)) {}

    Verdict reached() {
        const Model start = model_;
        for (const Thread* thread : start->index.threads.sorted()) {
            if (Verdict verdict = rest(thread->id); !verdict) return verdict;
        }
        for (const Project* project : start->index.projects.sorted()) {
            if (!ask(DeleteProject{.project = project->id, .force = true}))
                return breaks("a project cannot be deleted by force");
        }
        const Index& index = model_->index;
        return index.threads.empty() && index.turns.empty() && index.checkpoints.empty() && index.requests.empty()
                   ? holds()
                   : breaks("an entity is left after all projects were deleted");
    }

private:
    Verdict rest(const ThreadId& id) {
        if (const auto revert = thread(id).revert; revert && !ask(FailRevert{.revert = *revert, .reason = "stop"}))
            return breaks("a revert cannot be cancelled");
        for (std::size_t left = thread(id).turns.size() + 1; thread(id).active; --left) {
            if (left == 0) return breaks("stopping turns by force never ends");
            if (!ask(force_stop(*thread(id).active))) return breaks("a turn at work cannot be stopped by force");
        }
        const auto queue = thread(id).queue.in_order();
        if (!queue.empty()) {
            const auto resumed = accepted(model_, ResumeQueue{id});
            if (!resumed || (*resumed)->index.find(id)->active != queue.front())
                return breaks("a resumed queue does not start its first turn");
        }
        for (const TurnId& turn : queue) {
            if (!ask(CancelQueuedTurn{turn})) return breaks("a queued turn cannot be cancelled");
        }
        const Thread& resting = thread(id);
        if (resting.active || !resting.queue.empty() || resting.hold || resting.revert)
            return breaks("a thread does not become idle");
        return resting.archived || accepted(model_, start_turn(unused_turn, id))
                   ? holds()
                   : breaks("an idle thread refuses a turn");
    }

    bool ask(const Command& command) {
        auto next = accepted(model_, command);
        if (!next || Core::forbid(Actor::user, command)) return false;
        model_ = std::move(*next);
        return true;
    }
    [[nodiscard]] const Thread& thread(const ThreadId& id) const { return *model_->index.find(id); }

    static inline const TurnId unused_turn = id<TurnId>(65000);
    Model model_;
};

std::vector<LiveSession> all_live(const Index& index) {
    std::vector<LiveSession> live;
    for (const Thread* thread : index.threads.sorted())
        live.push_back(
            {.thread = thread->id, .epoch = thread->session ? thread->session->epoch : thread->last_epoch + 1});
    return live;
}

Verdict reconciles(const Model& model) {
    const Decision none = Core::decide(Reconcile{all_live(model->index)}, model);
    if (!none || !none->empty()) return breaks("a reconciliation has events although all sessions are alive");
    const auto once = accepted(model, Reconcile{{}});
    if (!once) return breaks("a reconciliation is refused");
    for (const Effect& effect : Core::outstanding(*once)) {
        if (is_process_bound(effect)) return breaks("an effect waits for a process that is dead");
    }
    for (const Request* request : (*once)->index.requests.sorted()) {
        if (request->state == RequestState::pending || request->state == RequestState::answered)
            return breaks("a request stays open after its process died");
    }
    const Decision twice = Core::decide(Reconcile{{}}, *once);
    return twice && twice->empty() ? holds() : breaks("a second reconciliation has events");
}

/// Breaks unless the loss of one session ends the work that depended on it, and nothing else.
Verdict reconciles_one(const Model& model) {
    const auto bound_to = [](const Model& in, const ThreadId& thread) {
        std::size_t count = 0;
        for (const Effect& effect : Core::outstanding(in)) {
            if (is_process_bound(effect) && thread_of(effect) == thread) ++count;
        }
        return count;
    };
    for (const Thread* dead : model->index.threads.sorted()) {
        std::vector<LiveSession> live = all_live(model->index);
        std::erase_if(live, [&](const LiveSession& session) { return session.thread == dead->id; });
        const auto after = accepted(model, Reconcile{live});
        if (!after) return breaks("a reconciliation is refused");
        for (const Thread* thread : model->index.threads.sorted()) {
            const std::size_t expected = thread == dead ? 0 : bound_to(model, thread->id);
            if (bound_to(*after, thread->id) != expected)
                return breaks("the loss of one session ends effects that do not depend on it");
        }
    }
    return holds();
}

std::size_t ends_in(std::span<const Event> events, const TurnId& turn) {
    return static_cast<std::size_t>(std::ranges::count_if(events, [&](const Event& event) {
        const auto* completed = std::get_if<TurnCompleted>(&event);
        const auto* failed = std::get_if<TurnFailed>(&event);
        const auto* interrupted = std::get_if<TurnInterrupted>(&event);
        return (completed && completed->turn == turn) || (failed && failed->turn == turn) ||
               (interrupted && interrupted->turn == turn);
    }));
}

/// Breaks unless a turn that is interrupted and also completes by itself, in either order, ends once.
Verdict ends_once(const Model& model) {
    for (const TurnId& id : model->index.active_turns.sorted()) {
        const Turn* turn = model->index.find(id);
        const Thread* thread = turn ? model->index.find(turn->thread) : nullptr;
        if (!thread || !thread->session) continue;
        const Command complete = ingest(turn->last_seq + 1, completes(), id, thread->session->epoch);
        for (const auto& order : {std::array<Command, 3>{InterruptTurn{id}, complete, force_stop(id)},
                                  std::array<Command, 3>{complete, InterruptTurn{id}, force_stop(id)}}) {
            Model now = model;
            Events events;
            for (const Command& command : order) {
                const Decision decision = Core::decide(command, now);
                if (!decision) continue;
                now = folded<Core>(std::move(now), *decision);
                events.insert(events.end(), decision->begin(), decision->end());
            }
            if (ends_in(events, id) != 1) return breaks("a turn that is interrupted and completes does not end once");
        }
    }
    return holds();
}

Verdict at_most_one_end(const CoreHistory& history) {
    Machines machines;
    for (const Event& event : history.events()) static_cast<void>(machines.follow(event));
    for (const auto& [turn, ends] : machines.ends()) {
        if (ends > 1) return breaks("a turn has two terminal events");
    }
    return holds();
}

} // namespace

CoreLaws lifecycle_laws() {
    return section({
        all_of("L19", "rejected commands change nothing; accepted ones respect the state machines",
               {testing::rejection_changes_nothing<Core>(), structural("L19", ""), part(follows_the_machines),
                part([](const CoreHistory& history) { return testing::each_step(history, reads_its_thread); })}),
        {{"L20", "users can make every thread idle and delete every project without any other actor",
          [](const CoreHistory& history) { return Rest(history.model).reached(); }}},
        all_of("L22",
               "a reconciliation ends everything bound to a process, once; with all sessions alive it changes nothing",
               {part([](const CoreHistory& history) { return each_model(history, reconciles); }),
                part([](const CoreHistory& history) { return each_crash(history, reconciles); }, crashed_histories),
                part([](const CoreHistory& history) { return reconciles_one(history.model); })}),
        all_of("L23", "interrupted and completed in any order, a turn has one terminal event",
               {part([](const CoreHistory& history) { return ends_once(history.model); }), part(at_most_one_end)}),
    });
}

} // namespace evenfold::orchestration::tests

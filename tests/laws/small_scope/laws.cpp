#include "evenfold/tests/laws/small_scope/laws.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "evenfold/tests/support/asks.hpp"
#include "evenfold/tests/support/invariants.hpp"
#include "evenfold/tests/support/process_bound.hpp"

namespace evenfold::orchestration::tests::small_scope {
namespace {

const TurnId fresh_turn = id<TurnId>(0x7fff); // beyond every scope

std::string first_of(const Violations& violations) {
    return violations.empty() ? std::string() : violations.front();
}

Model after(const Functions& core, Model model, std::span<const Event> events) {
    for (const Event& event : events) model = core.project(std::move(model), event);
    return model;
}

// L20: no stuck state.

/// Returns the next command with which a user makes the thread idle, or nothing if it is idle.
std::optional<Command> way_out(const Thread& thread) {
    if (thread.archived) return UnarchiveThread{thread.id};
    if (thread.revert) return FailRevert{.revert = *thread.revert, .reason = "enough"};
    if (thread.active) return ForceStopTurn{.turn = *thread.active, .reason = "enough"};
    if (!thread.queue.empty()) return CancelQueuedTurn{thread.queue.front()};
    return std::nullopt;
}

std::string stuck(const Functions& core, const Model& model, const ThreadId& id) {
    const Thread* thread = model->index.find(id);
    if (!way_out(*thread)) return {};
    Model then = model;
    std::size_t left = 3 + thread->turns.size();
    for (thread = then->index.find(id); thread && left > 0; thread = then->index.find(id), --left) {
        const auto way = way_out(*thread);
        if (!way) return {};
        const Decision decision = core.decide(*way, then);
        if (!decision || decision->empty())
            return fmt::format("L20: {} is refused or does nothing", testing::code_of(*way));
        if (thread->hold && !thread->active && !core.decide(ResumeQueue{id}, then))
            return "L20: a held queue cannot be resumed";
        then = after(core, std::move(then), *decision);
    }
    return "L20: users alone cannot make a thread idle";
}

std::string undeletable(const Functions& core, const Model& model) {
    for (const Project* project : model->index.projects.sorted()) {
        const Decision decision = core.decide(DeleteProject{.project = project->id, .force = true}, model);
        if (!decision || decision->empty()) return "L20: a live project cannot be deleted";
    }
    return {};
}

// L22: Reconcile.

bool waits_for_a_process(const Functions& core, const Model& model) {
    const auto effects = core.outstanding(model);
    return std::ranges::any_of(effects, is_process_bound);
}

bool has_open_requests(const Model& model) {
    return std::ranges::any_of(model->index.requests.sorted(), [](const Request* request) {
        return request->state == RequestState::pending || request->state == RequestState::answered;
    });
}

bool has_no_events(const Decision& decision) {
    return decision && decision->empty();
}

std::string broken_reconciliation(const Functions& core, const Model& model) {
    Reconcile all_alive{};
    for (const Thread* thread : model->index.threads.sorted())
        all_alive.live.push_back({.thread = thread->id, .epoch = thread->last_epoch + (thread->session ? 0 : 1)});
    if (!has_no_events(core.decide(all_alive, model))) return "L22: with every session alive, Reconcile has events";

    const Decision decision = core.decide(Reconcile{}, model);
    if (!decision) return "L22: Reconcile is refused";
    if (decision->empty()) {
        return waits_for_a_process(core, model) || has_open_requests(model)
                   ? "L22: Reconcile leaves an item that waits for a process"
                   : std::string();
    }
    const Model settled = after(core, model, *decision);
    if (waits_for_a_process(core, settled) || has_open_requests(settled))
        return "L22: Reconcile leaves an item that waits for a process";
    if (!has_no_events(core.decide(Reconcile{}, settled))) return "L22: a second Reconcile has events";
    return {};
}

// Row 9, and L32.

StartTurn a_turn(const ThreadId& thread, OnBusy on_busy) {
    return start_turn(fresh_turn, thread, on_busy);
}

std::string broken_start(const Functions& core, const Model& model, const Thread& thread) {
    const bool open = !thread.archived && !thread.revert;
    const bool free = open && !thread.active && thread.queue.empty();
    if (core.decide(a_turn(thread.id, OnBusy::enqueue), model).has_value() != open)
        return "6.3, row 9: an open thread refuses enqueue, or a closed one accepts it";
    if (core.decide(a_turn(thread.id, OnBusy::reject), model).has_value() != free)
        return "6.3, row 9: a free thread refuses a turn, or a busy or held one starts it";
    return {};
}

std::string broken_revert(const Functions& core, const Model& model, const Thread& thread) {
    if (!thread.revert) return {};
    const Revert* revert = model->index.find(*thread.revert);
    if (!revert) return {};
    const std::array<Command, 4> begins{
        CreateCheckpoint{.checkpoint = id<CheckpointId>(0x7fff), .thread = thread.id, .label = {}},
        RequestCommit{.commit = id<CommitId>(0x7fff), .thread = thread.id, .message = "m", .checkpoint = {}},
        ArchiveThread{thread.id},
        RevertToCheckpoint{.revert = id<RevertId>(0x7fff), .thread = thread.id, .checkpoint = revert->target}};
    for (const Command& begin : begins) {
        if (core.decide(begin, model))
            return fmt::format("L32: a reverting thread accepts {}", testing::code_of(begin));
    }
    return {};
}

// Guarantees to the provider: L27 and L28.

std::string broken_promise(const IngestProviderEvent& ingested, const Decision& decision, const Index& index) {
    const Turn* turn = index.find(ingested.turn);
    const Thread* thread = turn ? index.find(turn->thread) : nullptr;
    if (!thread) return decision ? "L29: an event of a deleted turn is accepted" : std::string();
    if (ingested.seq <= turn->last_seq)
        return has_no_events(decision) ? std::string() : "L27: a repeated event is accepted";
    const bool current = thread->session && thread->session->epoch == ingested.epoch;
    const bool must_be_accepted = is_active(turn->state) && current && ingested.seq == turn->last_seq + 1;
    if (must_be_accepted && !(decision && !decision->empty())) return "L28: the next provider event is refused";
    if (!must_be_accepted && decision) return "L28: a gap, an old epoch or an ended turn is accepted";
    return {};
}
template <class Other>
std::string broken_promise(const Other&, const Decision&, const Index&) {
    return {};
}

/// Breaks unless a revert moves stage by stage, and a session is lost before another is bound.
std::string broken_transition(const Index& before, const Index& after) {
    for (const Revert* revert : before.reverts.sorted()) {
        const Revert* now = after.find(revert->id);
        if (now && static_cast<int>(now->stage) - static_cast<int>(revert->stage) > 1)
            return "6.6: a revert skips a stage";
    }
    for (const Thread* thread : before.threads.sorted()) {
        const Thread* now = after.find(thread->id);
        if (now && thread->session && now->session && thread->session != now->session)
            return "6.6: a session is bound before the last is lost";
    }
    return {};
}

testing::Verdict check(const Functions& core, const CoreHistory& history) {
    Model model;
    for (const auto& step : history.steps) {
        const Decision decision = core.decide(step.command, model);
        Model then = decision ? after(core, model, *decision) : model;
        for (const std::string& violation : {broken_by(step.command, decision, model, then), broken_in(core, then)}) {
            if (!violation.empty()) return testing::breaks(violation + " after " + testing::code_of(step.command));
        }
        model = std::move(then);
    }
    return testing::holds();
}

} // namespace

std::string broken_structure(const Model& model) {
    return first_of(violations(model));
}

std::string broken_in(const Functions& core, const Model& model) {
    if (std::string violation = broken_structure(model); !violation.empty()) return violation;
    for (const Thread* thread : model->index.threads.sorted()) {
        if (std::string violation = stuck(core, model, thread->id); !violation.empty()) return violation;
        if (std::string violation = broken_start(core, model, *thread); !violation.empty()) return violation;
        if (std::string violation = broken_revert(core, model, *thread); !violation.empty()) return violation;
    }
    if (std::string violation = undeletable(core, model); !violation.empty()) return violation;
    return broken_reconciliation(core, model);
}

std::string broken_by(const Command& asked, const Decision& decision, const Model& before, const Model& after) {
    const Index& index = before->index;
    std::string violation = std::visit([&](const auto& body) { return broken_promise(body, decision, index); }, asked);
    if (!violation.empty() || !decision || decision->empty()) return violation;
    violation = first_of(violations(before, after));
    return violation.empty() ? broken_transition(index, after->index) : violation;
}

CoreLaws laws_of_small_scopes(const Functions& core) {
    return {{.name = "small-scope",
             .statement = "structure, transitions, a way out, reconciliation: in every state",
             .check = [core](const CoreHistory& history) { return check(core, history); }}};
}

} // namespace evenfold::orchestration::tests::small_scope

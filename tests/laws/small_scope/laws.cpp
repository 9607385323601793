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

Model after(const Functions& core, Model model, const Events& events) {
    for (const Event& event : events) model = core.project(std::move(model), event);
    return model;
}

// L20: no stuck state.

/// Returns the next command of a user who brings the thread to rest, or nothing if it is at rest.
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
        const Decision answer = core.decide(*way, then);
        if (!answer || answer->empty())
            return fmt::format("L20: {} is refused or does nothing", testing::code_of(*way));
        if (thread->hold && !thread->active && !core.decide(ResumeQueue{id}, then))
            return "L20: a held queue cannot be resumed";
        then = after(core, std::move(then), *answer);
    }
    return "L20: people alone do not bring a thread to rest";
}

std::string undeletable(const Functions& core, const Model& model) {
    for (const Project* project : model->index.projects.sorted()) {
        const Decision answer = core.decide(DeleteProject{.project = project->id, .force = true}, model);
        if (!answer || answer->empty()) return "L20: a live project cannot be deleted";
    }
    return {};
}

// L22: Reconcile.

bool waits_for_a_process(const Functions& core, const Model& model) {
    const auto effects = core.outstanding(model);
    return std::ranges::any_of(effects, is_process_bound);
}

bool asks_somebody(const Model& model) {
    return std::ranges::any_of(model->index.requests.sorted(), [](const Request* request) {
        return request->state == RequestState::pending || request->state == RequestState::answered;
    });
}

bool says_nothing(const Decision& answer) {
    return answer && answer->empty();
}

std::string unreconciled(const Functions& core, const Model& model) {
    Reconcile all_alive{};
    for (const Thread* thread : model->index.threads.sorted())
        all_alive.live.push_back({.thread = thread->id, .epoch = thread->last_epoch + (thread->session ? 0 : 1)});
    if (!says_nothing(core.decide(all_alive, model))) return "L22: with every session alive, Reconcile says something";

    const Decision answer = core.decide(Reconcile{}, model);
    if (!answer) return "L22: Reconcile is refused";
    if (answer->empty()) {
        return waits_for_a_process(core, model) || asks_somebody(model)
                   ? "L22: Reconcile leaves something that waits for a process"
                   : std::string();
    }
    const Model settled = after(core, model, *answer);
    if (waits_for_a_process(core, settled) || asks_somebody(settled))
        return "L22: Reconcile leaves something that waits for a process";
    if (!says_nothing(core.decide(Reconcile{}, settled))) return "L22: a second Reconcile says something";
    return {};
}

// Row 9, and L32.

StartTurn a_turn(const ThreadId& thread, OnBusy on_busy) {
    return start_turn(fresh_turn, thread, on_busy);
}

std::string ill_received(const Functions& core, const Model& model, const Thread& thread) {
    const bool open = !thread.archived && !thread.revert;
    const bool free = open && !thread.active && thread.queue.empty();
    if (core.decide(a_turn(thread.id, OnBusy::enqueue), model).has_value() != open)
        return "6.3, row 9: enqueue is refused by an open thread, or taken by another";
    if (core.decide(a_turn(thread.id, OnBusy::reject), model).has_value() != free)
        return "6.3, row 9: a free thread refuses a turn, or a busy or held one starts it";
    return {};
}

std::string disturbed(const Functions& core, const Model& model, const Thread& thread) {
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

std::string broken_promise(const IngestProviderEvent& told, const Decision& answer, const Index& index) {
    const Turn* turn = index.find(told.turn);
    const Thread* thread = turn ? index.find(turn->thread) : nullptr;
    if (!thread) return answer ? "L29: a turn that is gone is told of" : std::string();
    if (told.seq <= turn->last_seq) return says_nothing(answer) ? std::string() : "L27: a repeat is heard";
    const bool current = thread->session && thread->session->epoch == told.epoch;
    const bool heard = is_active(turn->state) && current && told.seq == turn->last_seq + 1;
    if (heard && !(answer && !answer->empty())) return "L28: the next thing that a provider tells is not heard";
    if (!heard && answer) return "L28: a gap, an old epoch or an ended turn is heard";
    return {};
}
template <class Ask>
std::string broken_promise(const Ask&, const Decision&, const Index&) {
    return {};
}

/// Breaks unless a revert moves stage by stage, and a session is lost before another is bound.
std::string leap(const Index& before, const Index& after) {
    for (const Revert* revert : before.reverts.sorted()) {
        const Revert* now = after.find(revert->id);
        if (now && static_cast<int>(now->stage) - static_cast<int>(revert->stage) > 1)
            return "6.6: a revert leaves out a stage";
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
        const Decision answer = core.decide(step.command, model);
        Model then = answer ? after(core, model, *answer) : model;
        for (const std::string& told : {broken_by(step.command, answer, model, then), broken_in(core, then)}) {
            if (!told.empty()) return testing::breaks(told + " after " + testing::code_of(step.command));
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
    if (std::string told = broken_structure(model); !told.empty()) return told;
    for (const Thread* thread : model->index.threads.sorted()) {
        if (std::string told = stuck(core, model, thread->id); !told.empty()) return told;
        if (std::string told = ill_received(core, model, *thread); !told.empty()) return told;
        if (std::string told = disturbed(core, model, *thread); !told.empty()) return told;
    }
    if (std::string told = undeletable(core, model); !told.empty()) return told;
    return unreconciled(core, model);
}

std::string broken_by(const Command& asked, const Decision& answer, const Model& before, const Model& after) {
    const Index& index = before->index;
    std::string told = std::visit([&](const auto& ask) { return broken_promise(ask, answer, index); }, asked);
    if (!told.empty() || !answer || answer->empty()) return told;
    told = first_of(violations(before, after));
    return told.empty() ? leap(index, after->index) : told;
}

CoreLaws laws_of_small_scopes(const Functions& core) {
    return {{.name = "small-scope",
             .statement = "structure, transitions, a way out, reconciliation: in every state",
             .check = [core](const CoreHistory& history) { return check(core, history); }}};
}

} // namespace evenfold::orchestration::tests::small_scope

#include <algorithm>
#include <set>

#include "evenfold/core/events/orchestration.hpp"
#include "evenfold/testing/law/hook_laws.hpp"
#include "evenfold/tests/laws/suite.hpp"
#include "evenfold/tests/laws/suite/law_parts.hpp"
#include "evenfold/tests/support/confirmations.hpp"
#include "evenfold/tests/support/process_bound.hpp"

namespace evenfold::orchestration::tests {
namespace {

using Effects = std::vector<Effect>;

bool is_due(const Effects& effects, const EffectId& id) {
    return std::ranges::any_of(effects, [&](const Effect& effect) { return effect.id == id; });
}

/// Breaks unless a confirmed effect is gone, and confirming it again changes nothing.
Verdict confirmation_removes(const Model& model, bool well) {
    for (const Effect& effect : Core::outstanding(model)) {
        const std::vector<Command> commands = confirmations(effect, well);
        Model next = model;
        for (const Command& command : commands) {
            auto then = accepted(next, command);
            if (!then) return breaks("an effect cannot be confirmed by " + testing::code_of(command));
            next = std::move(*then);
        }
        if (is_due(Core::outstanding(next), effect.id)) return breaks("a confirmed effect is still outstanding");
        for (const Command& command : commands) {
            const Decision again = Core::decide(command, next);
            if (again && !again->empty()) return breaks("a second confirmation has events");
        }
    }
    return holds();
}

/// Returns the streams that a step wrote to.
std::set<std::string> streams_of(Model model, const Events& events) {
    std::set<std::string> streams;
    for (const Event& event : events) {
        streams.insert(Core::stream_of(event, model));
        model = Core::project(std::move(model), event);
    }
    return streams;
}

/// Breaks if an effect disappears although nothing happened to its thread or project.
Verdict unconfirmed_stays(const Model& before, const CoreStep& step, const Model& after) {
    const std::set<std::string> streams = streams_of(before, *step.decision);
    const Effects now = Core::outstanding(after);
    for (const Effect& effect : Core::outstanding(before)) {
        const auto thread = thread_of(effect);
        const Thread* of = thread ? before->index.find(*thread) : nullptr;
        if (!of || streams.contains(stream_of(of->id)) || streams.contains(stream_of(of->project))) continue;
        if (!is_due(now, effect.id)) return breaks("an effect disappeared without a confirmation");
    }
    return holds();
}

/// Breaks unless every effect that can run again is still outstanding after a crash. New effects may only be the ends
/// of the turns that the crash ended.
Verdict survives_crash(const Model& model) {
    const Decision reconciled = Core::decide(Reconcile{{}}, model);
    if (!reconciled) return breaks("a reconciliation is refused");
    const Effects before = Core::outstanding(model);
    const Effects after = Core::outstanding(folded<Core>(model, *reconciled));
    for (const Effect& effect : before) {
        if (is_process_bound(effect) == is_due(after, effect.id))
            return breaks("a crash loses an effect that can run again, or keeps one that cannot");
    }
    std::set<CheckpointId> ends;
    for (const Event& event : *reconciled) {
        if (const auto* end = std::get_if<CheckpointCreated>(&event)) ends.insert(end->checkpoint);
    }
    for (const Effect& effect : after) {
        const auto* capture = std::get_if<CaptureCheckpoint>(&effect.body);
        if (!is_due(before, effect.id) && !(capture && ends.contains(capture->checkpoint)))
            return breaks("a crash adds an effect that was not outstanding");
    }
    return holds();
}

/// Breaks unless confirming the effects in one order, and twice in the other, leads to the same model. Interrupted
/// turns are exempt. `well` says whether the first effect succeeds or fails; after it, success and failure alternate.
Verdict order_is_irrelevant(const Model& model, bool well) {
    std::vector<Command> commands;
    for (const Effect& effect : Core::outstanding(model)) {
        if (std::holds_alternative<InterruptProvider>(effect.body)) continue;
        for (Command& command : confirmations(effect, well)) commands.push_back(std::move(command));
        well = !well;
    }
    const auto run = [&](const std::vector<Command>& order) {
        Model now = model;
        for (const Command& command : order) {
            if (auto next = accepted(now, command)) now = std::move(*next);
        }
        return now;
    };
    std::vector<Command> backwards;
    for (const Command& command : commands) { // a session exists before its turn
        const bool follows = std::holds_alternative<ConfirmTurnDispatched>(command) && !backwards.empty();
        backwards.insert(backwards.begin() + (follows ? 1 : 0), command);
    }
    backwards.insert(backwards.end(), backwards.begin(), backwards.end());
    return testing::equal("confirmed in another order, and twice, the model differs", run(commands), run(backwards));
}

} // namespace

CoreLaws effect_laws() {
    return section({
        all_of("L33", "the outstanding effects follow from the model; their ids are stable and unique",
               {testing::effects_follow<Core>()}),
        all_of("L34", "a confirmed effect is removed; an unconfirmed one stays",
               {part([](const CoreHistory& history) { return confirmation_removes(history.model, true); }),
                part([](const CoreHistory& history) { return confirmation_removes(history.model, false); }),
                part([](const CoreHistory& history) { return each_change(history, unconfirmed_stays); })}),
        all_of("L35", "a crash at any point loses the effects of lost sessions, and no others",
               {part([](const CoreHistory& history) { return each_model(history, survives_crash); }),
                part([](const CoreHistory& history) { return each_crash(history, survives_crash); }, crashed_histories),
                structural("L35", "")}),
        on_every_fourth(
            all_of("L36", "effects confirmed in any order, and more than once, give one model",
                   {part([](const CoreHistory& history) {
                        return each_model(history, [](const Model& model) { return order_is_irrelevant(model, true); });
                    }),
                    part([](const CoreHistory& history) { return order_is_irrelevant(history.model, false); })})),
    });
}

} // namespace evenfold::orchestration::tests

#include "evenfold/testing/law/fold_laws.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "evenfold/codec/codec.hpp"
#include "evenfold/testing/engine/crash_reporter.hpp"
#include "evenfold/testing/engine/other_ids.hpp"
#include "evenfold/testing/generators.hpp"

namespace evenfold::testing::kit {
namespace {

std::string encoded(const AnyType& type, const void* value) {
    return codec::encode(type.shape(), value);
}

Verdict check_no_exception(const AnyHistory& history) {
    if (!history.throwing_command()) return holds();
    return breaks(fmt::format("{} throws: {}", code_of_command(history.domain(), history.throwing_command()),
                              history.exception_text()));
}

/// Decides each command again after the same one with other ids. A domain that keeps its last result, or what it last
/// found, has another one then.
Verdict check_deterministic(const AnyHistory& history) {
    const AnyTestable& domain = history.domain();
    const AnyPointer other = domain.new_history();
    const AnySampledSteps sample(history);
    std::size_t index = 0;
    return each_step(history, [&](const AnyHistoryStep& step, const void* model) {
        domain.submit(other.get(), with_other_ids(domain, step.command, 1).get());
        if (!sample.at(index++)) return holds();
        const AnyPointer copy = domain.model_type().copy(model);
        const auto again = domain.decide(step.command, model);
        const auto of_copy = domain.decide(step.command, copy.get());
        if (!equal(domain, decision_view(*again), decision_view(*of_copy)))
            return breaks("decide returns another result for a copy of the model");
        return equal(domain, decision_view(*again), step.decision)
                   ? holds()
                   : breaks("decide returns another result when it is called again");
    });
}

/// Compares `model` with its earlier copy and its earlier JSON, since a copy may share changed data.
Verdict check_inputs_unchanged(const AnyTestable& domain, const AnyHistoryStep& step, const void* model) {
    const AnyType& models = domain.model_type();
    const AnyPointer before = models.copy(model);
    const std::string form = encoded(models, model);
    const AnyPointer command = domain.command_type().copy(step.command);
    static_cast<void>(domain.decide(command.get(), model));
    if (!domain.command_type().equal(command.get(), step.command)) return breaks("decide changed the command");
    if (!models.equal(before.get(), model)) return breaks("decide changed the model");
    for (std::size_t index = 0; index < step.decision.count; ++index) {
        const void* event = step.decision.event(index);
        const AnyPointer given = domain.event_type().copy(event);
        domain.project(models.copy(before.get()).get(), given.get());
        if (!models.equal(before.get(), model)) return breaks("project changed a model through a copy of it");
        if (!domain.event_type().equal(given.get(), event)) return breaks("project changed the event");
    }
    return encoded(models, model) == form ? holds()
                                          : breaks("decide or project changed state that copies of the model share");
}

/// Folds `event` twice into copies of `model`.
Verdict check_fold_repeatable(const AnyTestable& domain, const void* model, const void* event) {
    const ReportedInput now(domain.event_shape(), event);
    try {
        const AnyPointer once = domain.model_type().copy(model);
        domain.project(once.get(), event);
        const AnyPointer again = domain.model_type().copy(model);
        domain.project(again.get(), event);
        return domain.model_type().equal(once.get(), again.get())
                   ? holds()
                   : breaks("folding " + code_of_event(domain, event) + " twice gives different models");
    } catch (...) {
        return breaks("folding " + code_of_event(domain, event) + " throws: " + current_exception_text());
    }
}

/// Folds events that have already happened, arbitrary ones, and an unknown one.
Verdict check_total_at(const AnyTestable& domain, const AnyHistoryStep& step, const void* model, std::size_t draws,
                       Random& random) {
    const AnyType& models = domain.model_type();
    if (!step.decision.error) {
        const AnyPointer twice = models.copy(model);
        fold(domain, twice.get(), step.decision);
        fold(domain, twice.get(), step.decision);
    }
    const Generators generators;
    for (std::size_t draw = 0; draw < draws; ++draw) {
        ChoiceSource source(random);
        const AnyPointer event = domain.event_type().make();
        generators.draw(domain.event_shape(), event.get(), source, {});
        if (Verdict verdict = check_fold_repeatable(domain, model, event.get()); !verdict) return verdict;
    }
    if (const AnyPointer unknown = domain.new_unknown_event()) {
        const AnyPointer after = models.copy(model);
        domain.project(after.get(), unknown.get());
        if (!models.equal(after.get(), model)) return breaks("an unknown event changes the model");
    }
    return holds();
}

Verdict check_total(const AnyHistory& history) {
    constexpr std::size_t short_draws = 128; // so that a reduced history has most kinds of events
    const std::size_t steps = std::max<std::size_t>(history.size(), 1);
    const std::size_t draws = 1 + (steps <= AnySampledSteps::short_max ? short_draws / steps : 0);
    Random random(history.size());
    return each_sampled_step(history, [&](const AnyHistoryStep& step, const void* model) {
        return check_total_at(history.domain(), step, model, draws, random);
    });
}

Verdict check_replay(const AnyHistory& history) {
    const AnyTestable& domain = history.domain();
    const AnyType& models = domain.model_type();
    const std::vector<const void*> events = history.events();
    const AnySampledSteps sample(history);
    const AnyPointer replayed = models.make();
    std::size_t folded = 0;
    std::size_t index = 0;
    const Verdict verdict = each_step(history, [&](const AnyHistoryStep& step, const void* model) {
        if (sample.at(index++) && !models.equal(replayed.get(), model))
            return equal("the replayed model differs", models, model, replayed.get());
        for (const std::size_t end = folded + step.decision.count; folded < end; ++folded)
            domain.project(replayed.get(), events[folded]);
        return holds();
    });
    return verdict ? equal("the replayed model differs at the end", models, history.model(), replayed.get()) : verdict;
}

Verdict check_cuts(const AnyHistory& history) {
    const AnyTestable& domain = history.domain();
    const AnyType& models = domain.model_type();
    const std::vector<const void*> events = history.events();
    const AnyPointer front = models.make();
    const std::size_t stride = 1 + events.size() / 4;
    for (std::size_t cut = 0; cut < events.size(); ++cut) {
        if (cut % stride == 0) {
            const AnyPointer whole = models.copy(front.get());
            for (std::size_t at = cut; at < events.size(); ++at) domain.project(whole.get(), events[at]);
            if (!models.equal(whole.get(), history.model()))
                return equal(fmt::format("cut before event {}, the model differs", cut + 1), models, history.model(),
                             whole.get());
        }
        domain.project(front.get(), events[cut]);
    }
    return holds();
}

Verdict check_move_equals_copy(const AnyHistory& history) {
    const AnyTestable& domain = history.domain();
    const AnyType& models = domain.model_type();
    return each_sampled_step(history, [&](const AnyHistoryStep& step, const void* model) {
        if (step.decision.error) return holds();
        const AnyPointer moved = models.copy(model);
        fold(domain, moved.get(), step.decision);
        AnyPointer copied = models.copy(model);
        for (std::size_t index = 0; index < step.decision.count; ++index) {
            AnyPointer next = models.copy(copied.get());
            domain.project(next.get(), step.decision.event(index));
            copied = std::move(next);
        }
        return equal("the model that was moved differs from the one that was copied", models, copied.get(),
                     moved.get());
    });
}

} // namespace

AnyLaw never_throws() {
    return {"never-throws", "decide and project return values and never throw, whatever they are given",
            &check_no_exception};
}

AnyLaw deterministic_decide() {
    return {"deterministic-decide", "decide returns equal results for equal arguments", &check_deterministic};
}

AnyLaw inputs_left_alone() {
    return {"inputs-left-alone", "decide and project do not change their arguments", [](const AnyHistory& history) {
                return each_sampled_step(history, [&](const AnyHistoryStep& step, const void* model) {
                    return check_inputs_unchanged(history.domain(), step, model);
                });
            }};
}

AnyLaw total_project() {
    return {"total-project", "project accepts any event in any model, and does not change the model for unknown events",
            &check_total};
}

AnyLaw replay_equals_live() {
    return {"replay-equals-live", "folding the log from the beginning gives the live model, after every command",
            &check_replay};
}

AnyLaw cut_anywhere() {
    return {"cut-anywhere", "a history may be folded in two parts, cut anywhere", &check_cuts};
}

AnyLaw batch_equals_parts() {
    return {"batch-equals-parts", "a model that is moved through a batch equals one that is copied at each event",
            &check_move_equals_copy};
}

} // namespace evenfold::testing::kit

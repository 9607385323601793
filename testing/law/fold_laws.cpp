#include "evenfold/testing/law/fold_laws.hpp"

#include <fmt/format.h>

#include "evenfold/codec/codec.hpp"
#include "evenfold/testing/generators.hpp"

namespace evenfold::testing::kit {
namespace {

std::string encoded(const AnyType& type, const void* value) {
    return codec::encode(type.shape(), value);
}

Verdict is_not_thrown(const AnyHistory& history) {
    if (!history.throwing_command()) return holds();
    return breaks(fmt::format("{} throws: {}", code_of_command(history.domain(), history.throwing_command()),
                              history.exception_text()));
}

Verdict is_deterministic(const AnyHistory& history) {
    const AnyTestable& domain = history.domain();
    return each_sampled_step(history, [&](const AnyHistoryStep& step, const void* model) {
        const AnyPointer copy = domain.model_type().copy(model);
        const auto again = domain.decide(step.command, model);
        const auto of_copy = domain.decide(step.command, copy.get());
        if (!equal(domain, decision_view(*again), decision_view(*of_copy)))
            return breaks("asked of a copy of the model, decide answers otherwise");
        return equal(domain, decision_view(*again), step.decision) ? holds()
                                                                   : breaks("asked again, decide answers otherwise");
    });
}

/// Compares `model` with its earlier copy and its earlier JSON, since a copy may share changed data.
Verdict leaves_inputs_alone(const AnyTestable& domain, const AnyHistoryStep& step, const void* model) {
    const AnyType& models = domain.model_type();
    const AnyPointer before = models.copy(model);
    const std::string form = encoded(models, model);
    const AnyPointer asked = domain.command_type().copy(step.command);
    static_cast<void>(domain.decide(asked.get(), model));
    if (!domain.command_type().equal(asked.get(), step.command)) return breaks("decide changed the command");
    if (!models.equal(before.get(), model)) return breaks("decide changed the model");
    for (std::size_t index = 0; index < step.decision.count; ++index) {
        const void* event = step.decision.event(index);
        const AnyPointer happened = domain.event_type().copy(event);
        domain.project(models.copy(before.get()).get(), happened.get());
        if (!models.equal(before.get(), model)) return breaks("project changed the model that it was given a copy of");
        if (!domain.event_type().equal(happened.get(), event)) return breaks("project changed the event");
    }
    return encoded(models, model) == form ? holds() : breaks("decide or project changed what models share");
}

/// Folds `event` twice into copies of `model`.
Verdict folds_alike(const AnyTestable& domain, const void* model, const void* event) {
    try {
        const AnyPointer once = domain.model_type().copy(model);
        domain.project(once.get(), event);
        const AnyPointer again = domain.model_type().copy(model);
        domain.project(again.get(), event);
        return domain.model_type().equal(once.get(), again.get())
                   ? holds()
                   : breaks("folded twice, " + code_of_event(domain, event) + " gives two models");
    } catch (...) {
        return breaks("folding " + code_of_event(domain, event) + " throws: " + current_exception_text());
    }
}

Verdict is_total(const AnyHistory& history) {
    const AnyTestable& domain = history.domain();
    const AnyType& models = domain.model_type();
    Random random(history.size());
    const Generators generators;
    return each_sampled_step(history, [&](const AnyHistoryStep& step, const void* model) {
        if (!step.decision.error) { // events that have already happened must fold, too
            const AnyPointer twice = models.copy(model);
            fold(domain, twice.get(), step.decision);
            fold(domain, twice.get(), step.decision);
        }
        ChoiceSource source(random);
        const AnyPointer event = domain.event_type().make();
        generators.draw(domain.event_shape(), event.get(), source, {});
        if (Verdict verdict = folds_alike(domain, model, event.get()); !verdict) return verdict;
        if (const AnyPointer stranger = domain.new_unknown_event()) {
            const AnyPointer after = models.copy(model);
            domain.project(after.get(), stranger.get());
            if (!models.equal(after.get(), model)) return breaks("an unknown event changes the model");
        }
        return holds();
    });
}

Verdict is_replayed(const AnyHistory& history) {
    const AnyTestable& domain = history.domain();
    const AnyType& models = domain.model_type();
    const std::vector<const void*> events = history.events();
    const AnySampledSteps sample(history);
    const AnyPointer replayed = models.make();
    std::size_t folded = 0;
    std::size_t place = 0;
    const Verdict verdict = each_step(history, [&](const AnyHistoryStep& step, const void* model) {
        if (sample.at(place++) && !models.equal(replayed.get(), model))
            return equal("the replayed model differs", models, model, replayed.get());
        for (const std::size_t end = folded + step.decision.count; folded < end; ++folded)
            domain.project(replayed.get(), events[folded]);
        return holds();
    });
    return verdict ? equal("the replayed model differs at the end", models, history.model(), replayed.get()) : verdict;
}

Verdict is_cut(const AnyHistory& history) {
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

Verdict is_moved_as_copied(const AnyHistory& history) {
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
        return equal("moved and copied, the models differ", models, copied.get(), moved.get());
    });
}

} // namespace

AnyLaw never_throws() {
    return {"never-throws", "decide and project return values and never throw, whatever they are given",
            &is_not_thrown};
}

AnyLaw deterministic_decide() {
    return {"deterministic-decide", "decide answers equal questions equally", &is_deterministic};
}

AnyLaw inputs_left_alone() {
    return {"inputs-left-alone", "decide and project leave what they are given as it is",
            [](const AnyHistory& history) {
                return each_sampled_step(history, [&](const AnyHistoryStep& step, const void* model) {
                    return leaves_inputs_alone(history.domain(), step, model);
                });
            }};
}

AnyLaw total_project() {
    return {"total-project", "project takes any event in any model, and leaves the model alone for unknown ones",
            &is_total};
}

AnyLaw replay_equals_live() {
    return {"replay-equals-live", "folding the log from nothing gives the live model, after every command",
            &is_replayed};
}

AnyLaw cut_anywhere() {
    return {"cut-anywhere", "a history may be folded in two parts, cut anywhere", &is_cut};
}

AnyLaw batch_equals_parts() {
    return {"batch-equals-parts", "a model that is moved through a batch equals one that is copied at each event",
            &is_moved_as_copied};
}

} // namespace evenfold::testing::kit

/// Laws of what a domain may leave out: its effects and its streams.
/// Cost: one pass over the history; effects and streams are asked for at the steps that are looked at.
/// Source: the law L33 of the orchestration specification, section 6.8.
#pragma once

#include <concepts>
#include <set>
#include <string>
#include <utility>

#include "evenfold/core/effects.hpp"
#include "evenfold/testing/law/look.hpp"

namespace evenfold::testing {

template <class D>
concept HasComparableEffects = HasEffectIds<D> && std::equality_comparable<EffectOf<D>>;

/// Whether what `model` owes is what `same` owes, which equals it, and each effect has an id of its own.
template <HasComparableEffects D>
[[nodiscard]] Verdict owe_the_same(const typename D::Model& model, const typename D::Model& same) {
    const auto effects = D::outstanding(model);
    if (!(effects == D::outstanding(model))) return breaks("asked again, it owes other effects");
    if (!(effects == D::outstanding(same))) return breaks("an equal model owes other effects");
    std::set<Uuid> ids;
    for (const auto& effect : effects) ids.insert(effect.id.uuid);
    return ids.size() == effects.size() ? holds() : breaks("two effects have one id");
}

template <HasComparableEffects D>
[[nodiscard]] Verdict effects_of_the_model(const History<D>& history) {
    const Verdict verdict = each_look(history, [](const Step<D>&, const typename D::Model& model) {
        const typename D::Model copy = model;
        return owe_the_same<D>(model, copy);
    });
    if (!verdict) return verdict;
    Verdict at_the_end = owe_the_same<D>(history.model, folded<D>({}, history.events()));
    return at_the_end ? holds() : breaks("at the end: " + at_the_end.told());
}

/// Needs D::outstanding, whose effects can be compared and have an id.
template <Domain D>
[[nodiscard]] Law<D> effects_follow() {
    static_assert(HasEffects<D>, "effects-follow needs static std::vector<Effect> outstanding(const Model&)");
    static_assert(HasComparableEffects<D> || !HasEffects<D>,
                  "effects-follow needs effects with operator== and an id of their own, as Id<struct EffectTag> id");
    if constexpr (HasComparableEffects<D>)
        return {"effects-follow", "what is outstanding follows from the model alone, each effect with an id of its own",
                &effects_of_the_model<D>};
    else
        return {};
}

/// Needs D::stream_of.
template <HasStreams D>
[[nodiscard]] Law<D> streams_follow() {
    return {"streams-follow", "the stream of an event follows from it and the model alone",
            [](const History<D>& history) {
                return each_look(history, [](const Step<D>& step, typename D::Model model) {
                    if (!step.answer) return holds();
                    for (const auto& event : *step.answer) {
                        const typename D::Model copy = model;
                        const std::string stream = D::stream_of(event, model);
                        if (D::stream_of(event, model) != stream)
                            return breaks("asked again, " + code_of(event) + " is of another stream");
                        if (D::stream_of(event, copy) != stream)
                            return breaks("with a copy of the model, " + code_of(event) + " is of another stream");
                        model = D::project(std::move(model), event);
                    }
                    return holds();
                });
            }};
}

} // namespace evenfold::testing

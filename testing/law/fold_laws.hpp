/// Laws of decide, project and what else is a function of the model: no journal.
/// Cost: each is one pass over the history; models are copied and compared at every step of a short one, and at about
/// `Looks` of a long one.
/// Source: the laws L1 to L5, L19 and L33 of the orchestration specification, section 6.8.
#pragma once

#include <fmt/format.h>

#include <span>

#include "evenfold/codec/codec.hpp"
#include "evenfold/core/events/unknown.hpp"
#include "evenfold/testing/drawing.hpp"
#include "evenfold/testing/law/look.hpp"

namespace evenfold::testing {

template <Domain D>
[[nodiscard]] Law<D> never_throws() {
    return {"never-throws", "decide and project answer with values, whatever they are asked",
            [](const History<D>& history) {
                if (!history.thrower) return holds();
                return breaks(fmt::format("{} throws: {}", code_of(*history.thrower), history.thrown));
            }};
}

template <Domain D>
[[nodiscard]] Law<D> deterministic_decide() {
    return {"deterministic-decide", "decide answers equal questions equally", [](const History<D>& history) {
                return each_look(history, [](const Step<D>& step, const typename D::Model& model) {
                    const typename D::Model copy = model;
                    const auto again = D::decide(step.command, model);
                    const auto of_copy = D::decide(step.command, copy);
                    if (again != of_copy) return breaks("asked of a copy of the model, decide answers otherwise");
                    return again == step.answer ? holds() : breaks("asked again, decide answers otherwise");
                });
            }};
}

template <Domain D>
[[nodiscard]] Law<D> inputs_left_alone() {
    return {
        "inputs-left-alone", "decide and project leave what they are given as it is", [](const History<D>& history) {
            return each_look(history, [](const Step<D>& step, const typename D::Model& model) {
                const typename D::Model before = model;
                const std::string form = codec::encode(model); // a copy may share what is changed
                const auto asked = step.command;
                static_cast<void>(D::decide(step.command, model));
                if (!(asked == step.command)) return breaks("decide changed the command");
                if (!(before == model)) return breaks("decide changed the model");
                for (const auto& event : step.answer.value_or(std::vector<typename D::Event>{})) {
                    const auto happened = event;
                    static_cast<void>(D::project(before, event));
                    if (!(before == model)) return breaks("project changed the model that it was given a copy of");
                    if (!(happened == event)) return breaks("project changed the event");
                }
                return codec::encode(model) == form ? holds() : breaks("decide or project changed what models share");
            });
        }};
}

template <Domain D>
[[nodiscard]] Law<D> total_project() {
    return {"total-project", "project takes any event in any model, and leaves the model alone for unknown ones",
            [](const History<D>& history) {
                Random random(history.steps.size());
                const Drawing drawing;
                return each_look(history, [&](const Step<D>& step, const typename D::Model& model) {
                    if (step.answer) { // events that happened, where they have happened already
                        static_cast<void>(folded<D>(folded<D>(model, *step.answer), *step.answer));
                    }
                    Dice dice(random);
                    const auto event = drawing.template draw<typename D::Event>(dice);
                    try {
                        if (!(D::project(model, event) == D::project(model, event)))
                            return breaks("folded twice, " + code_of(event) + " gives two models");
                    } catch (...) {
                        return breaks("folding " + code_of(event) + " throws: " + thrown_text());
                    }
                    if constexpr (std::constructible_from<typename D::Event, Unknown>) {
                        const typename D::Event stranger(Unknown{.kind = "Stranger", .version = 1, .bytes = "{}"});
                        if (!(D::project(model, stranger) == model))
                            return breaks("an unknown event changes the model");
                    }
                    return holds();
                });
            }};
}

template <Domain D>
[[nodiscard]] Law<D> replay_equals_live() {
    return {"replay-equals-live", "folding the log from nothing gives the live model, after every command",
            [](const History<D>& history) {
                const auto events = history.events();
                const Looks<D> looks(history);
                typename D::Model replayed{};
                std::span left(events);
                std::size_t place = 0;
                const Verdict verdict = each_step(history, [&](const Step<D>& step, const typename D::Model& model) {
                    if (looks.at(place++) && !(replayed == model))
                        return equal("the replayed model differs", model, replayed);
                    const std::size_t count = step.answer ? step.answer->size() : 0;
                    replayed = folded<D>(std::move(replayed), left.first(count));
                    left = left.subspan(count);
                    return holds();
                });
                return verdict ? equal("the replayed model differs at the end", history.model, replayed) : verdict;
            }};
}

template <Domain D>
[[nodiscard]] Law<D> cut_anywhere() {
    return {"cut-anywhere", "a history may be folded in two parts, cut anywhere", [](const History<D>& history) {
                const auto events = history.events();
                typename D::Model front{};
                const std::size_t stride = 1 + events.size() / 4;
                for (std::size_t cut = 0; cut < events.size(); ++cut) {
                    if (cut % stride == 0) {
                        const auto whole = folded<D>(front, std::span(events).subspan(cut));
                        if (!(whole == history.model))
                            return equal(fmt::format("cut before event {}, the model differs", cut + 1), history.model,
                                         whole);
                    }
                    front = D::project(std::move(front), events[cut]);
                }
                return holds();
            }};
}

template <Domain D>
[[nodiscard]] Law<D> batch_equals_parts() {
    return {"batch-equals-parts", "a model that is moved through a batch equals one that is copied at each event",
            [](const History<D>& history) {
                return each_look(history, [](const Step<D>& step, const typename D::Model& model) {
                    if (!step.answer) return holds();
                    typename D::Model moved = model;
                    typename D::Model copied = model;
                    for (const auto& event : *step.answer) {
                        moved = D::project(std::move(moved), event);
                        const typename D::Model before = copied;
                        copied = D::project(before, event);
                    }
                    return equal("moved and copied, the models differ", copied, moved);
                });
            }};
}

} // namespace evenfold::testing

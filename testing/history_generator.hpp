/// Random histories: the options of a domain, and the generator.
/// Shape: a history is generated from lists of choices, one per command. Fewer and smaller lists give simpler histories
/// of the same kind, because every reference is looked up among the values that the history has so far.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "evenfold/testing/engine/any_history_generator.hpp"
#include "evenfold/testing/history.hpp"

namespace evenfold::testing {

/// Options for generating histories of D.
template <Domain D>
struct HistoryOptions {
    Generators generators; // for commands, from their shape
    /// If set, returns each next command, and `generators` is not used.
    std::function<typename D::Command(ChoiceSource&, const typename D::Model&)> command;
    std::size_t commands_max = 50;
    /// Percentage of commands that are used as generated. The others are selected so that they have events if possible.
    unsigned unfiltered_percent = 15;
};

/// Returns `how`, which must outlive the result, for a domain without its types.
template <Domain D>
[[nodiscard]] AnyHistoryOptions without_types(const HistoryOptions<D>& how) {
    AnyHistoryOptions any{.generators = how.generators,
                          .command = {},
                          .commands_max = how.commands_max,
                          .unfiltered_percent = how.unfiltered_percent};
    if (how.command) {
        any.command = [&how](ChoiceSource& source, const void* model) {
            const auto& of_domain = *static_cast<const typename D::Model*>(model);
            return evenfold::make_any<typename D::Command>(how.command(source, of_domain));
        };
    }
    return any;
}

/// Returns the history that `choice_lists` generate.
template <Testable D>
[[nodiscard]] History<D> history_of(const std::vector<Choices>& choice_lists, const HistoryOptions<D>& how) {
    const AnyPointer history = history_of(any_testable<D>(), choice_lists, without_types(how));
    return std::move(*static_cast<History<D>*>(history.get()));
}

/// A new random history, and the choices that generate it again.
template <Domain D>
struct GeneratedHistory {
    std::vector<Choices> choice_lists;
    History<D> history;
};

template <Testable D>
[[nodiscard]] GeneratedHistory<D> generate_history(Random& random, const HistoryOptions<D>& how) {
    AnyGeneratedHistory generated = generate_history(any_testable<D>(), random, without_types(how));
    return {.choice_lists = std::move(generated.choice_lists),
            .history = std::move(*static_cast<History<D>*>(generated.history.get()))};
}

} // namespace evenfold::testing

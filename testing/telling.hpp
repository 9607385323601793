/// Random histories: the options of a domain, and the generator.
/// Shape: a history is generated from rows, one per command. Fewer rows and smaller rows give simpler histories of the
/// same kind, because every reference is looked up among the names that the history has so far.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "evenfold/testing/engine/any_telling.hpp"
#include "evenfold/testing/history.hpp"

namespace evenfold::testing {

/// Options for generating histories of D.
template <Domain D>
struct Drawn {
    Drawing drawing;                                                             // for commands, from their shape
    std::function<typename D::Command(Dice&, const typename D::Model&)> command; // if set, draws commands instead
    std::size_t commands_max = 50;
    unsigned nonsense = 15; // percentage of commands taken as drawn; the others are chosen to have events if possible
};

/// Returns `how`, which must outlive the result, for a domain without its types.
template <Domain D>
[[nodiscard]] AnyDrawn without_types(const Drawn<D>& how) {
    AnyDrawn any{.drawing = how.drawing, .command = {}, .commands_max = how.commands_max, .nonsense = how.nonsense};
    if (how.command) {
        any.command = [&how](Dice& dice, const void* model) {
            const auto& of_domain = *static_cast<const typename D::Model*>(model);
            return evenfold::make_any<typename D::Command>(how.command(dice, of_domain));
        };
    }
    return any;
}

/// Returns the history that `rows` generate.
template <Testable D>
[[nodiscard]] History<D> history_of(const std::vector<Row>& rows, const Drawn<D>& how) {
    const AnyPointer history = history_of(any_testable<D>(), rows, without_types(how));
    return std::move(*static_cast<History<D>*>(history.get()));
}

/// A new random history, and the rows that generate it again.
template <Domain D>
struct Told {
    std::vector<Row> rows;
    History<D> history;
};

template <Testable D>
[[nodiscard]] Told<D> draw_history(Random& random, const Drawn<D>& how) {
    AnyTold told = draw_history(any_testable<D>(), random, without_types(how));
    return {.rows = std::move(told.rows), .history = std::move(*static_cast<History<D>*>(told.history.get()))};
}

} // namespace evenfold::testing

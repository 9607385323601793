/// Histories drawn at random: how a domain wants them, and how one is drawn.
/// Shape: a history is drawn from rows, one a command; fewer rows and smaller rows are simpler histories of the same
/// kind, for every reference is looked up in what the history has named so far.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "evenfold/testing/engine/any_telling.hpp"
#include "evenfold/testing/history.hpp"

namespace evenfold::testing {

/// How histories of D are drawn.
template <Domain D>
struct Drawn {
    Drawing drawing;                                                             // of commands, from their shape
    std::function<typename D::Command(Dice&, const typename D::Model&)> command; // as it comes, instead of that
    std::size_t commands_max = 50;
    unsigned nonsense = 15; // so many commands in a hundred are taken as they come; the others make sense if they can
};

/// `how`, which outlives the result, for a domain without its types.
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

/// The history that `rows` stand for.
template <Testable D>
[[nodiscard]] History<D> history_of(const std::vector<Row>& rows, const Drawn<D>& how) {
    const AnyPointer history = history_of(any_testable<D>(), rows, without_types(how));
    return std::move(*static_cast<History<D>*>(history.get()));
}

/// A history drawn afresh, and the rows that it can be told from again.
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

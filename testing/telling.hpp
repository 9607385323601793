/// Histories drawn at random: how a domain wants them, and one under way.
/// Shape: a history is drawn from rows, one a command; fewer rows and smaller rows are simpler histories of the same
/// kind, for every reference is looked up in what the history has named so far.
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "evenfold/testing/drawing.hpp"
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

/// A history under way, and what it has named.
template <Domain D>
class Telling {
public:
    /// For commands drawn afresh, `swarm` says which kinds.
    explicit Telling(const Drawn<D>& how, std::uint64_t swarm = ~std::uint64_t{0}) : how_(how), swarm_(swarm) {
        if (!how_.command) known_.live.add(shape_of<typename D::Model>(), &history_.model);
    }

    /// The command that `row` stands for is asked next.
    void add(const Row& row) {
        Dice dice{std::span<const std::uint32_t>(row)};
        ask(draw(dice));
    }

    /// A command drawn afresh is asked next; answers its row. What the user draws is asked as it comes. Of several
    /// candidates drawn from the shape one is taken that makes something happen, the kind that did so least, so that
    /// histories get everywhere in any domain.
    Row add(Random& random) {
        std::optional<std::pair<typename D::Command, Row>> best;
        const bool as_it_comes = how_.command || Dice(random).chance(how_.nonsense);
        for (std::size_t left = as_it_comes ? 1 : candidates; left > 0; --left) {
            Dice dice(random);
            typename D::Command candidate = draw(dice);
            const bool useful = as_it_comes || (is_wanted(candidate) && makes_something_happen(candidate));
            if (best && !(useful && (!makes_something_happen(best->first) || is_rarer(candidate, best->first))))
                continue;
            best.emplace(std::move(candidate), dice.row());
        }
        ask(best->first);
        return std::move(best->second);
    }

    [[nodiscard]] const History<D>& history() const { return history_; }

private:
    static constexpr std::size_t candidates = 12;
    static constexpr bool has_kinds = requires(const typename D::Command& command) { command.index(); };

    typename D::Command draw(Dice& dice) const {
        if (how_.command) return how_.command(dice, history_.model);
        return how_.drawing.template draw<typename D::Command>(dice, known_);
    }

    /// Each history does mostly without a quarter of the kinds of commands, so that in some of them nothing is deleted
    /// for long: they come as nonsense, and where nothing else makes anything happen.
    /// Source: A. Groce and others, "Swarm Testing" (2012).
    bool is_wanted(const typename D::Command& command) const {
        if constexpr (has_kinds) return Random(swarm_ + command.index()).next() % 4 != 0;
        return true;
    }

    bool is_rarer(const typename D::Command& a, const typename D::Command& b) const {
        if constexpr (has_kinds) return counted(a.index()) < counted(b.index());
        return false;
    }

    /// In most histories what makes the model smaller counts more, or nothing would live until the next is made.
    [[nodiscard]] std::size_t counted(std::size_t kind) const {
        const bool shrinks = kind < shrinks_.size() && shrinks_[kind];
        return times(kind) * (shrinks && swarm_ % 4 != 0 ? 16 : 1);
    }
    [[nodiscard]] std::size_t times(std::size_t kind) const { return kind < times_.size() ? times_[kind] : 0; }

    /// What throws is worth asking, too.
    bool makes_something_happen(const typename D::Command& candidate) const {
        try {
            const auto answer = D::decide(candidate, history_.model);
            return answer && !answer->empty();
        } catch (...) {
            return true;
        }
    }

    void ask(typename D::Command command) {
        history_.ask(std::move(command));
        if (history_.thrower) return;
        const Step<D>& last = history_.steps.back();
        if (!last.answer || how_.command) return;
        const std::size_t size = known_.live.count();
        for (const auto& event : *last.answer) known_.past.add(shape_of<typename D::Event>(), &event);
        known_.live = {};
        known_.live.add(shape_of<typename D::Model>(), &history_.model);
        if constexpr (has_kinds) {
            const std::size_t kind = last.command.index();
            times_.resize(std::max(times_.size(), kind + 1));
            shrinks_.resize(times_.size());
            ++times_[kind];
            shrinks_[kind] = known_.live.count() < size;
        }
    }

    const Drawn<D>& how_;
    std::uint64_t swarm_;
    History<D> history_;
    Known known_;
    std::vector<std::size_t> times_; // that a kind of command made something happen
    std::vector<bool> shrinks_;      // that it left less in the model when it was last asked
};

/// The history that `rows` stand for.
template <Domain D>
[[nodiscard]] History<D> history_of(const std::vector<Row>& rows, const Drawn<D>& how) {
    Telling<D> telling(how);
    for (const Row& row : rows) telling.add(row);
    return telling.history();
}

/// A history drawn afresh, and the rows that it can be told from again.
template <Domain D>
struct Told {
    std::vector<Row> rows;
    History<D> history;
};

template <Domain D>
[[nodiscard]] Told<D> draw_history(Random& random, const Drawn<D>& how) {
    Telling<D> telling(how, random.next()); // of some kinds
    std::vector<Row> rows(how.commands_max == 0 ? 0 : 1 + random.next() % how.commands_max);
    for (Row& row : rows) row = telling.add(random);
    return {.rows = std::move(rows), .history = telling.history()};
}

} // namespace evenfold::testing

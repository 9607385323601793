/// Histories of any domain drawn at random: how they are wanted, and one under way.
/// Shape: as testing/telling.hpp, which is for a domain with its types.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "evenfold/testing/drawing.hpp"
#include "evenfold/testing/engine/any_testable.hpp"

namespace evenfold::testing {

/// How histories are drawn.
struct AnyDrawn {
    const Drawing& drawing;
    std::function<AnyPointer(Dice&, const void* model)> command; // as it comes, instead of from its shape; may be empty
    std::size_t commands_max;
    unsigned nonsense;
};

/// A history under way, and what it has named.
class AnyTelling {
public:
    /// For commands drawn afresh, `swarm` says which kinds. Domain and `how` outlive this.
    AnyTelling(const AnyTestable& domain, const AnyDrawn& how, std::uint64_t swarm = ~std::uint64_t{0});

    /// The command that `row` stands for is asked next.
    void add(const Row& row);

    /// A command drawn afresh is asked next; answers its row. What the user draws is asked as it comes. Of several
    /// candidates drawn from the shape one is taken that makes something happen, the kind that did so least, so that
    /// histories get everywhere in any domain.
    Row add(Random& random);

    /// The history of the domain.
    [[nodiscard]] const void* history() const { return history_.get(); }
    [[nodiscard]] AnyPointer take_history() { return std::move(history_); }

private:
    static constexpr std::size_t candidates = 12;

    [[nodiscard]] AnyPointer draw(Dice& dice) const;
    [[nodiscard]] const void* model() const { return domain_.model(history_.get()); }
    [[nodiscard]] bool is_wanted(const void* command) const;
    [[nodiscard]] bool is_rarer(const void* a, const void* b) const;
    [[nodiscard]] std::size_t counted(std::size_t kind) const;
    [[nodiscard]] bool makes_something_happen(const void* candidate) const;
    void ask(const void* command);

    const AnyTestable& domain_;
    const AnyDrawn& how_;
    const VariantShape* kinds_; // of commands; null when there is one kind only
    std::uint64_t swarm_;
    AnyPointer history_;
    Known known_;
    std::vector<std::size_t> times_; // that a kind of command made something happen
    std::vector<bool> shrinks_;      // that it left less in the model when it was last asked
};

/// A history drawn afresh, and the rows that it can be told from again.
struct AnyTold {
    std::vector<Row> rows;
    AnyPointer history;
};

/// The history that `rows` stand for.
[[nodiscard]] AnyPointer history_of(const AnyTestable& domain, const std::vector<Row>& rows, const AnyDrawn& how);
[[nodiscard]] AnyTold draw_history(const AnyTestable& domain, Random& random, const AnyDrawn& how);

} // namespace evenfold::testing

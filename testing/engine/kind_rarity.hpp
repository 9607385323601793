/// The order in which generators try the kinds of commands: those first that had events least often.
/// Shape: counts per kind. Kinds that make the model smaller count more, because otherwise hardly anything would exist
/// for long.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "evenfold/core/reflection/shape.hpp"
#include "evenfold/testing/generators.hpp"

namespace evenfold::testing {

/// The use of a kind of command so far.
struct KindUse {
    std::size_t times = 0;       // with events
    std::size_t futile = 0;      // consecutive candidates without events
    std::optional<bool> shrinks; // whether the last one with events made the model smaller
};

class KindRarity {
public:
    /// `command` is the shape of the commands; `generators` must outlive this object.
    KindRarity(const Shape& command, const Generators& generators);

    /// Returns the kinds that have a weight: those that are wanted, rarest first, then the others.
    [[nodiscard]] std::vector<std::size_t>
    in_order(Random& random, bool is_growing, const std::function<bool(std::size_t kind)>& is_wanted) const;

    /// Returns the choices with which a command of that kind begins.
    [[nodiscard]] Choices choices_of(std::size_t kind) const;
    [[nodiscard]] std::size_t kind_of(const void* command) const { return kinds_ ? kinds_->index(command) : 0; }

    /// Returns the number of candidates to draw for one command: fewer for a kind that had no events for long.
    [[nodiscard]] std::size_t tries(std::size_t kind) const;
    /// Returns whether the kind makes the model smaller, and is not rare.
    [[nodiscard]] bool is_put_off(std::size_t kind) const;

    [[nodiscard]] KindUse& use(std::size_t kind) { return uses_[kind]; }
    [[nodiscard]] std::vector<KindUse>& uses() { return uses_; }

private:
    const VariantShape* kinds_; // null when there is one kind only
    const Generators& generators_;
    std::vector<KindUse> uses_;
};

} // namespace evenfold::testing

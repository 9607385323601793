/// What a domain must be to become part of another one.
/// Shape: asked of types while compiling. What composition would lose or mix up does not compile, and is named.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <variant>

#include "evenfold/core/domain.hpp"
#include "evenfold/core/reflection/shape_walk.hpp"
#include "evenfold/core/variants/compiled_variant.hpp"

namespace evenfold::composition {

/// Whether no two alternatives of the variant have one name on the wire.
template <class... T>
[[nodiscard]] consteval bool has_distinct_names(std::type_identity<std::variant<T...>>) {
    constexpr std::array<std::string_view, sizeof...(T)> names{shaping::stored_name<T>()...};
    for (std::size_t place = 0; place < names.size(); ++place) {
        for (std::size_t later = place + 1; later < names.size(); ++later) {
            if (names[place] == names[later]) return false;
        }
    }
    return true;
}

/// The flat variants of Whole tell their alternatives apart.
template <class Whole>
consteval bool are_names_distinct() {
    constexpr bool commands = has_distinct_names(std::type_identity<StandardVariant<typename Whole::Command>>());
    constexpr bool events = has_distinct_names(std::type_identity<StandardVariant<typename Whole::Event>>());
    constexpr bool errors = has_distinct_names(std::type_identity<StandardVariant<typename Whole::Error>>());
    static_assert(commands, "two commands of a composition have one stored name: give one a stored_name of its own");
    static_assert(events, "two events of a composition have one stored name: give one a stored_name of its own");
    static_assert(errors, "two errors of a composition have one stored name: give one a stored_name of its own");
    return true; // or it does not compile
}

/// Of a domain that is composed everything counts: what would not be carried over is refused.
template <Domain D>
consteval bool is_carried() {
    static_assert(!hooks::NamesEffects<D>, "composition does not carry outstanding: ask the domain itself for it");
    static_assert(!hooks::NamesUpcasters<D>, "composition does not carry upcasters: lift the events before it");
    return true; // or it does not compile
}

} // namespace evenfold::composition

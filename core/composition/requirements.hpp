/// Requirements on a domain that becomes part of another one.
/// Shape: checks at compile time. A domain whose composition would lose or confuse something does not compile; the
/// error names the reason.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <variant>

#include "evenfold/core/domain.hpp"
#include "evenfold/core/reflection/shape_traits.hpp"
#include "evenfold/core/variants/compiled_variant.hpp"

namespace evenfold::composition {

/// Returns whether all alternatives of the variant have different names on the wire.
template <class... T>
[[nodiscard]] consteval bool has_distinct_names(std::type_identity<std::variant<T...>>) {
    constexpr std::array<std::string_view, sizeof...(T)> names{shaping::stored_name<T>()...};
    for (std::size_t index = 0; index < names.size(); ++index) {
        for (std::size_t later = index + 1; later < names.size(); ++later) {
            if (names[index] == names[later]) return false;
        }
    }
    return true;
}

/// Checks that the names in each flat variant of Whole are distinct.
template <class Whole>
consteval bool are_names_distinct() {
    constexpr bool commands = has_distinct_names(std::type_identity<StandardVariant<typename Whole::Command>>());
    constexpr bool events = has_distinct_names(std::type_identity<StandardVariant<typename Whole::Event>>());
    constexpr bool errors = has_distinct_names(std::type_identity<StandardVariant<typename Whole::Error>>());
    static_assert(commands, "two commands of a composition have one stored name: give one a stored_name of its own");
    static_assert(events, "two events of a composition have one stored name: give one a stored_name of its own");
    static_assert(errors, "two errors of a composition have one stored name: give one a stored_name of its own");
    return true; // otherwise it does not compile
}

/// Rejects a domain with members that composition would not pass on.
template <Domain D>
consteval bool can_be_composed() {
    static_assert(!hooks::NamesEffects<D>, "composition does not pass on outstanding: call it on the domain itself");
    static_assert(!hooks::NamesUpcasters<D>, "composition does not pass on upcasters: apply them before composition");
    return true; // otherwise it does not compile
}

} // namespace evenfold::composition

/// The names of types and enumerators as the compiler knows them, without namespaces: what the wire calls them.
/// Works with g++ and clang; each name on the wire is pinned by a golden test, so a compiler that spells
/// differently is caught.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

namespace evenfold {

namespace spelling {

template <class T>
consteval std::string_view of_type() {
    return __PRETTY_FUNCTION__;
}

template <auto value>
consteval std::string_view of_value() {
    return __PRETTY_FUNCTION__;
}

/// What stands between `mark` and the next `;` or `]`.
consteval std::string_view whole(std::string_view spelt, std::string_view mark) {
    spelt.remove_prefix(spelt.find(mark) + mark.size());
    return spelt.substr(0, spelt.find_first_of(";]"));
}

/// The same without the namespaces before it and template arguments behind it.
consteval std::string_view after(std::string_view spelt, std::string_view mark) {
    spelt = whole(spelt, mark);
    spelt = spelt.substr(0, spelt.find('<'));
    const std::size_t scope = spelt.rfind("::");
    return scope == std::string_view::npos ? spelt : spelt.substr(scope + 2);
}

template <auto value>
consteval std::string_view enumerator() {
    std::string_view name = after(of_value<value>(), "value = ");
    if (name.ends_with('_')) name.remove_suffix(1); // default_ is a keyword's way out
    return name;
}

/// A value that no enumerator names is spelt as a cast of a number.
template <auto value>
consteval bool is_named() {
    std::string_view spelt = of_value<value>();
    spelt.remove_prefix(spelt.find("value = "));
    spelt = spelt.substr(0, spelt.find_first_of(";]"));
    const char first = spelt[spelt.find_last_of("):") + 1];
    return first != '-' && (first < '0' || first > '9');
}

/// Whether Enumeration has an enumerator at `value`, which may be too large for it.
template <class Enumeration, std::ptrdiff_t value>
consteval bool is_enumerator() {
    if constexpr (static_cast<std::ptrdiff_t>(static_cast<std::underlying_type_t<Enumeration>>(value)) == value)
        return is_named<static_cast<Enumeration>(value)>();
    else
        return false;
}

template <class Enumeration, std::size_t count = 0>
consteval std::size_t enumerator_count() {
    if constexpr (is_enumerator<Enumeration, count>())
        return enumerator_count<Enumeration, count + 1>();
    else
        return count;
}

/// Whether the enumerators are 0 to `count` - 1: none stands in the 64 places before those or behind them.
template <class Enumeration, std::ptrdiff_t count>
consteval bool counts_from_zero() {
    constexpr std::size_t places = 64;
    return count > 0 && []<std::size_t... step>(std::index_sequence<step...>) {
        constexpr auto far = [](std::size_t steps) { return static_cast<std::ptrdiff_t>(steps); };
        return !((is_enumerator<Enumeration, count + far(step)>() || is_enumerator<Enumeration, -1 - far(step)>()) ||
                 ...);
    }(std::make_index_sequence<places>{});
}

} // namespace spelling

/// `TurnStarted` for evenfold::orchestration::TurnStarted, `Assigned` for Assigned<T>.
template <class T>
inline constexpr std::string_view type_name = spelling::after(spelling::of_type<T>(), "T = ");

/// `evenfold::Assigned<evenfold::Id<Tag> >`: all of it, as this compiler spells it.
template <class T>
inline constexpr std::string_view type_spelling = spelling::whole(spelling::of_type<T>(), "T = ");

/// The names of an enumeration whose enumerators are 0, 1, 2, ... in order; a trailing underscore is dropped.
template <class Enumeration>
inline constexpr auto enumerator_names = []<std::size_t... index>(std::index_sequence<index...>) {
    static_assert(spelling::counts_from_zero<Enumeration, sizeof...(index)>(),
                  "an enumeration with a shape numbers its enumerators 0, 1, 2, ... without gaps");
    return std::array<std::string_view, sizeof...(index)>{spelling::enumerator<static_cast<Enumeration>(index)>()...};
}(std::make_index_sequence<spelling::enumerator_count<Enumeration>()>{});

/// The name of `value` on the wire; empty when no enumerator has it.
template <class Enumeration>
    requires std::is_enum_v<Enumeration>
[[nodiscard]] constexpr std::string_view name_of(Enumeration value) {
    const auto index = static_cast<std::size_t>(value);
    return index < enumerator_names<Enumeration>.size() ? enumerator_names<Enumeration>[index] : std::string_view();
}

} // namespace evenfold

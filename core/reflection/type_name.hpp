/// The names of types and enumerators as the compiler knows them, without namespaces: what the wire calls them.
/// Works with g++ and clang; each name on the wire is pinned by a golden test, so a compiler that spells
/// differently is caught.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
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

/// What stands between `mark` and the next `;` or `]`, without the namespaces before it and template arguments
/// behind it.
consteval std::string_view after(std::string_view spelt, std::string_view mark) {
    spelt.remove_prefix(spelt.find(mark) + mark.size());
    spelt = spelt.substr(0, spelt.find_first_of(";]"));
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

/// A value that no enumerator names is spelt as a cast.
template <auto value>
consteval bool is_named() {
    const std::string_view spelt = of_value<value>();
    return spelt.substr(spelt.find("value = ") + 8).front() != '(';
}

template <class Enumeration, std::size_t count = 0>
consteval std::size_t enumerator_count() {
    if constexpr (is_named<static_cast<Enumeration>(count)>())
        return enumerator_count<Enumeration, count + 1>();
    else
        return count;
}

} // namespace spelling

/// `TurnStarted` for evenfold::orchestration::TurnStarted, `Assigned` for Assigned<T>.
template <class T>
inline constexpr std::string_view type_name = spelling::after(spelling::of_type<T>(), "T = ");

/// The names of an enumeration whose enumerators are 0, 1, 2, ... in order; a trailing underscore is dropped.
template <class Enumeration>
inline constexpr auto enumerator_names = []<std::size_t... index>(std::index_sequence<index...>) {
    return std::array<std::string_view, sizeof...(index)>{spelling::enumerator<static_cast<Enumeration>(index)>()...};
}(std::make_index_sequence<spelling::enumerator_count<Enumeration>()>{});

} // namespace evenfold

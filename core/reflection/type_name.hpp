/// The names of types and enumerators as the compiler spells them, without namespaces. They are the stored names.
/// Works with g++ and clang. Golden tests contain each stored name, so that they fail with a compiler that spells one
/// differently.
///
///     static_assert(type_name<parking::TicketIssued> == "TicketIssued");
///     static_assert(name_of(Actor::user) == "user");
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

#include "evenfold/core/platform/language.hpp"

namespace evenfold {

namespace spelling {

template <class T>
consteval std::string_view of_type() {
    return __PRETTY_FUNCTION__;
}

template <auto... values>
consteval std::string_view of_values() {
    return __PRETTY_FUNCTION__;
}

/// Returns the text between `mark` and the next `;` or `]`.
consteval std::string_view whole(std::string_view spelt, std::string_view mark) {
    spelt.remove_prefix(spelt.find(mark) + mark.size());
    return spelt.substr(0, spelt.find_first_of(";]"));
}

/// Does the same, without leading namespaces and without template arguments.
consteval std::string_view after(std::string_view spelt, std::string_view mark) {
    spelt = whole(spelt, mark);
    spelt = spelt.substr(0, spelt.find('<'));
    const std::size_t scope = spelt.rfind("::");
    return scope == std::string_view::npos ? spelt : spelt.substr(scope + 2);
}

/// The number of values that one function spells, because a function per value compiles far more slowly.
inline constexpr std::size_t window = 64;

/// Returns the values of an Enumeration from `first` on as the compiler spells them, separated by commas: `Actor::user`
/// for a value with a name, `(Actor)7` for one without.
template <class Enumeration, std::ptrdiff_t first>
consteval std::string_view of_window() {
    return []<std::size_t... step>(std::index_sequence<step...>) {
        using Number = std::underlying_type_t<Enumeration>;
        constexpr std::string_view mark = "values = ";
        std::string_view spelt =
            of_values<static_cast<Enumeration>(static_cast<Number>(first + static_cast<std::ptrdiff_t>(step)))...>();
        spelt.remove_prefix(spelt.find(mark) + mark.size() + 1);
        return spelt;
    }(std::make_index_sequence<window>{});
}

consteval bool begins_number(char character) {
    return character == '-' || (character >= '0' && character <= '9');
}

/// Returns the number of values in a window without a name.
consteval std::size_t unnamed(std::string_view spelt) {
    std::size_t count = 0;
    for (std::size_t at = 1; at < spelt.size(); ++at) count += spelt[at - 1] == ')' && begins_number(spelt[at]) ? 1 : 0;
    return count;
}

/// The names in a window, up to the first value without one.
struct WindowNames {
    std::array<std::string_view, window> names{};
    std::size_t count = 0;
};

consteval WindowNames names_in(std::string_view spelt) {
    WindowNames all;
    std::size_t begin = 0; // of a name, after its scopes
    std::size_t depth = 0; // of brackets
    for (std::size_t at = 0; at < spelt.size() && all.count < window; ++at) {
        const char character = spelt[at];
        const bool closes = character == '}' || character == '>' || character == ')';
        if (depth == 0 && (closes || character == ',')) {
            std::string_view name = spelt.substr(begin, at - begin);
            if (begins_number(name[0])) break;
            if (name.ends_with('_')) name.remove_suffix(1); // default_ stands for the keyword
            all.names[all.count++] = name;
            begin = at + 2;
        } else if (closes) {
            --depth;
            begin = at + 1;
        } else if (character == '{' || character == '<' || character == '(') {
            ++depth;
        } else if (character == ':') {
            begin = at + 1;
        }
    }
    return all;
}

template <class Enumeration, std::ptrdiff_t first>
inline constexpr WindowNames names_from = names_in(of_window<Enumeration, first>());

/// Returns whether the Enumeration's underlying type can represent the value.
template <class Enumeration>
consteval bool fits(std::ptrdiff_t value) {
    return static_cast<std::ptrdiff_t>(static_cast<std::underlying_type_t<Enumeration>>(value)) == value;
}

template <class Enumeration, std::size_t from = 0>
consteval std::size_t enumerator_count() {
    constexpr std::size_t count = names_from<Enumeration, std::ptrdiff_t{from}>.count;
    if constexpr (count == window && fits<Enumeration>(from + window))
        return window + enumerator_count<Enumeration, from + window>();
    else
        return count;
}

/// Returns whether no value in a window has a name, apart from `named` ones.
template <class Enumeration, std::ptrdiff_t first>
consteval bool none_in_window(std::size_t named = 0) {
    return !fits<Enumeration>(first) || unnamed(of_window<Enumeration, first>()) + named == window;
}

/// Returns whether the enumerators are 0 to `count` - 1. Looks for others in the window before 0, in the rest of the
/// window of `count`, and in the window after that.
template <class Enumeration, std::size_t count>
consteval bool counts_from_zero() {
    constexpr std::ptrdiff_t last = count / window * window;
    return count > 0 && none_in_window<Enumeration, last>(count % window) &&
           none_in_window<Enumeration, last + std::ptrdiff_t{window}>() &&
           none_in_window<Enumeration, -std::ptrdiff_t{window}>();
}

} // namespace spelling

/// `TicketIssued` for parking::TicketIssued, `Assigned` for Assigned<T>.
template <class T>
inline constexpr std::string_view type_name = spelling::after(spelling::of_type<T>(), "T = ");

/// `evenfold::Assigned<evenfold::Id<Tag> >`: the whole type as this compiler spells it.
template <class T>
inline constexpr std::string_view type_spelling = spelling::whole(spelling::of_type<T>(), "T = ");

/// The names of an enumeration whose enumerators are 0, 1, 2, ... in order; a trailing underscore is dropped.
template <class Enumeration>
inline constexpr auto enumerator_names = []<std::size_t... index>(std::index_sequence<index...>) {
    static_assert(spelling::counts_from_zero<Enumeration, sizeof...(index)>(),
                  "an enumeration with a shape must number its enumerators 0, 1, 2, ... without gaps");
    using spelling::window;
    return std::array<std::string_view, sizeof...(index)>{
        spelling::names_from<Enumeration, std::ptrdiff_t{index / window * window}>.names[index % window]...};
}(std::make_index_sequence<spelling::enumerator_count<Enumeration>()>{});

/// Returns the stored name of `value`; empty if no enumerator has that value.
template <class Enumeration>
    requires std::is_enum_v<Enumeration>
[[nodiscard]] constexpr std::string_view name_of(Enumeration value) {
    const auto index = static_cast<std::size_t>(value);
    return index < enumerator_names<Enumeration>.size() ? enumerator_names<Enumeration>[index] : std::string_view();
}

} // namespace evenfold

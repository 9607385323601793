/// The names of types and enumerators as the compiler knows them, without namespaces: what the wire calls them.
/// Works with g++ and clang; each name on the wire is pinned by a golden test, so a compiler that spells
/// differently is caught.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

#include "evenfold/core/language.hpp"

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

/// Values are spelt this many in one function, because a function for each takes a compiler far longer.
inline constexpr std::size_t window = 64;

/// How the compiler spells the values of an Enumeration from `first` on, with commas between them: `Actor::user` where
/// one has a name, `(Actor)7` where it has none.
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

/// How many of the values in a window have no name.
consteval std::size_t unnamed(std::string_view spelt) {
    std::size_t count = 0;
    for (std::size_t at = 1; at < spelt.size(); ++at) count += spelt[at - 1] == ')' && begins_number(spelt[at]) ? 1 : 0;
    return count;
}

/// The names in a window, up to the first value that has none.
struct Names {
    std::array<std::string_view, window> names{};
    std::size_t count = 0;
};

consteval Names names_in(std::string_view spelt) {
    Names all;
    std::size_t begin = 0; // of a name, behind the scopes before it
    std::size_t depth = 0; // of brackets
    for (std::size_t at = 0; at < spelt.size() && all.count < window; ++at) {
        const char character = spelt[at];
        const bool closes = character == '}' || character == '>' || character == ')';
        if (depth == 0 && (closes || character == ',')) {
            std::string_view name = spelt.substr(begin, at - begin);
            if (begins_number(name[0])) break;
            if (name.ends_with('_')) name.remove_suffix(1); // default_ is a keyword's way out
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
inline constexpr Names names_from = names_in(of_window<Enumeration, first>());

/// Whether a value is one of the Enumeration's underlying type, so that it is not another value of it.
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

/// Whether none of the values in a window has a name, apart from `named` ones.
template <class Enumeration, std::ptrdiff_t first>
consteval bool none_in_window(std::size_t named = 0) {
    return !fits<Enumeration>(first) || unnamed(of_window<Enumeration, first>()) + named == window;
}

/// Whether the enumerators are 0 to `count` - 1: none has a value in the window before 0, in the rest of the window of
/// `count`, or in the window behind that.
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

/// `evenfold::Assigned<evenfold::Id<Tag> >`: all of it, as this compiler spells it.
template <class T>
inline constexpr std::string_view type_spelling = spelling::whole(spelling::of_type<T>(), "T = ");

/// The names of an enumeration whose enumerators are 0, 1, 2, ... in order; a trailing underscore is dropped.
template <class Enumeration>
inline constexpr auto enumerator_names = []<std::size_t... index>(std::index_sequence<index...>) {
    static_assert(spelling::counts_from_zero<Enumeration, sizeof...(index)>(),
                  "an enumeration with a shape numbers its enumerators 0, 1, 2, ... without gaps");
    using spelling::window;
    return std::array<std::string_view, sizeof...(index)>{
        spelling::names_from<Enumeration, std::ptrdiff_t{index / window * window}>.names[index % window]...};
}(std::make_index_sequence<spelling::enumerator_count<Enumeration>()>{});

/// The name of `value` on the wire; empty when no enumerator has it.
template <class Enumeration>
    requires std::is_enum_v<Enumeration>
[[nodiscard]] constexpr std::string_view name_of(Enumeration value) {
    const auto index = static_cast<std::size_t>(value);
    return index < enumerator_names<Enumeration>.size() ? enumerator_names<Enumeration>[index] : std::string_view();
}

} // namespace evenfold

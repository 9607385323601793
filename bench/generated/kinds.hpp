/// The kinds of events of a domain: the alternatives of its variant, or the one struct.
/// Cost: one pass over the events.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "evenfold/core/reflection/shape.hpp"

namespace evenfold::bench {

/// A generated log should have this many events of each kind.
inline constexpr std::size_t rare_events = 20;

template <class Event>
[[nodiscard]] std::uint16_t kind_of(const Event& event) {
    if constexpr (requires { std::variant_size<Event>::value; })
        return static_cast<std::uint16_t>(event.index());
    else
        return 0;
}

template <class Event>
[[nodiscard]] std::vector<std::string> kind_names() {
    const auto* variant = std::get_if<VariantShape>(&shape_of<Event>().kind);
    if (!variant) return {std::string(shape_of<Event>().name)};
    std::vector<std::string> names;
    for (const ShapeFunction alternative : variant->alternatives) names.emplace_back(alternative().name);
    return names;
}

/// Returns the names of the kinds of which there are fewer than `least` events.
template <class Event>
[[nodiscard]] std::vector<std::string> rare_kinds(const std::vector<Event>& events, std::size_t least) {
    const std::vector<std::string> names = kind_names<Event>();
    std::vector<std::size_t> counts(names.size());
    for (const Event& event : events) ++counts[kind_of(event)];
    std::vector<std::string> rare;
    for (std::size_t kind = 0; kind < names.size(); ++kind) {
        if (counts[kind] < least && names[kind] != "Unknown") rare.push_back(names[kind]);
    }
    return rare;
}

/// Returns the warning that a generated log has fewer than `least` events of these kinds; empty if there are none.
[[nodiscard]] std::string rare_kinds_warning(const std::vector<std::string>& kinds, std::size_t least);
/// Returns the warning that a comparison says nothing about these kinds; empty if there are none.
[[nodiscard]] std::string missing_kinds_warning(const std::vector<std::string>& kinds);

} // namespace evenfold::bench

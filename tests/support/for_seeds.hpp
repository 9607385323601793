/// Properties of seeds, checked by rapidcheck. The instantiation is compiled in one file, because each property of
/// another type takes a compiler a second.
///
///     CHECK(for_seeds("events round-trip", [](std::uint64_t seed) { law(round_trips(anything<Event>(seed))); }));
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace evenfold::tests {

/// Checks `property`, which reports violations with `law`, and returns whether it holds for all seeds. Prints the seed
/// that fails.
[[nodiscard]] bool for_seeds(const std::string& name, const std::function<void(std::uint64_t seed)>& property);

} // namespace evenfold::tests

/// Properties of seeds, checked by rapidcheck, which is compiled for them in one file. Each property of another type
/// takes a compiler a second.
///
///     CHECK(for_seeds("events come back", [](std::uint64_t seed) { law(comes_back(anything<Event>(seed))); }));
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace evenfold::tests {

/// Returns whether no seed breaks `property`, which says so by `law`. Prints the seed that does.
[[nodiscard]] bool for_seeds(const std::string& name, const std::function<void(std::uint64_t seed)>& property);

} // namespace evenfold::tests

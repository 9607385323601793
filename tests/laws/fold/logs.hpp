/// Logs for tests of the fold: those of generated histories, and disordered ones that no decider produces.
/// Shape: plain vectors of events. All choices follow from the seed.
#pragma once

#include <cstddef>
#include <cstdint>

#include "evenfold/core/events/orchestration.hpp"
#include "evenfold/testing/choices.hpp"
#include "evenfold/tests/laws/histories.hpp"

namespace evenfold::orchestration::tests {

/// Returns the events of a generated history.
[[nodiscard]] Events generated_log(std::uint64_t seed, const testing::HistoryOptions<Core>& drawn = of_all_kinds());

/// Returns the log with some events, about one in ten, exchanged with one at most `reach` positions later.
[[nodiscard]] Events shuffled(Events log, std::size_t reach, testing::Random& random);

/// Returns the log with one event in twenty repeated at another position.
[[nodiscard]] Events again(Events log, testing::Random& random);

/// Returns two logs over the same ids, interleaved; each keeps its order.
[[nodiscard]] Events riffled(const Events& one, const Events& other, testing::Random& random);

/// Returns the log with some text appends moved to the block after theirs.
[[nodiscard]] Events astray(Events log, testing::Random& random);

} // namespace evenfold::orchestration::tests

/// Where a model differs from the naive world of the same events.
/// Shape: a sentence for each entity, with its fields a line each; none when all is equal. Every field of the model is
/// compared, derived ones against a recomputation.
/// Cost: one pass over both, a few microseconds an entity.
#pragma once

#include <string>
#include <vector>

#include "evenfold/core/projector/orchestration.hpp"
#include "evenfold/tests/laws/naive/world.hpp"

namespace evenfold::orchestration::tests::naive {

[[nodiscard]] std::vector<std::string> differences(const World& expected, const Model& got);

/// Only what is derived: states, statuses, counters, queues, open and running things, the sets of what waits.
[[nodiscard]] std::vector<std::string> derived_differences(const World& expected, const Model& got);

} // namespace evenfold::orchestration::tests::naive

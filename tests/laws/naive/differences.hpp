/// The differences between a model and the naive world of the same events.
/// Shape: a text per entity that differs, with one line per field; none if all is equal. Every field of the model is
/// compared; derived fields are compared with a recomputation.
/// Cost: one pass over both, a few microseconds per entity.
#pragma once

#include <string>
#include <vector>

#include "evenfold/core/projector/orchestration.hpp"
#include "evenfold/tests/laws/naive/world.hpp"

namespace evenfold::orchestration::tests::naive {

[[nodiscard]] std::vector<std::string> differences(const World& expected, const Model& got);

/// Returns only derived differences: states, statuses, counters, queues, open and running items, the sets of waiting
/// ones.
[[nodiscard]] std::vector<std::string> derived_differences(const World& expected, const Model& got);

} // namespace evenfold::orchestration::tests::naive

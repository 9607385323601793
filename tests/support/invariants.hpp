/// What holds in every reachable model, and along every step: the laws of structure, as questions.
/// Shape: a sentence for each violation; none when all is well. Cost: O(model), for tests.
/// Source: the orchestration specification, section 6.8, L10 to L19.
#pragma once

#include <string>
#include <vector>

#include "evenfold/core/projector/orchestration.hpp"

namespace evenfold::orchestration::tests {

using Violations = std::vector<std::string>;

/// Laws L10 to L17, L21, and what waits for the outside, recomputed (L16).
[[nodiscard]] Violations violations(const Model& model);

/// Laws L11, L17, L18, L19: what a step from `before` to `after` may not do.
[[nodiscard]] Violations violations(const Model& before, const Model& after);

} // namespace evenfold::orchestration::tests

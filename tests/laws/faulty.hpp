/// Orchestration with the planted fault: the results of Core.
/// Shape: a function takes the right result and returns it as the fault changes it.
#pragma once

#include "evenfold/tests/laws/core.hpp"

namespace evenfold::orchestration::tests {

[[nodiscard]] Decision faulty_decision(const Command& asked, const Model& model, Decision right);

/// Returns the model as the planted fault leaves it; `after` is the right model.
[[nodiscard]] Model faulty_projection(const Model& before, const Event& event, Model after);

[[nodiscard]] std::vector<Effect> faulty_effects(const Model& model, std::vector<Effect> right);

} // namespace evenfold::orchestration::tests

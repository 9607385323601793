/// Orchestration with the planted fault: what Core answers instead.
/// Shape: the right answer goes in and comes out as the fault has it.
#pragma once

#include "evenfold/tests/laws/core.hpp"

namespace evenfold::orchestration::tests {

[[nodiscard]] Decision faulty_decision(const Command& asked, const Model& model, Decision right);

/// `after` is the right model.
[[nodiscard]] Model faulty_projection(const Model& before, const Event& event, Model after);

[[nodiscard]] std::vector<Effect> faulty_effects(const Model& model, std::vector<Effect> right);

} // namespace evenfold::orchestration::tests

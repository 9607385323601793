/// The laws of structure: conditions that hold in every reachable model, and along every step.
/// Shape: a law is a name and a function that returns a sentence per violation; none if the law holds.
/// Cost: each O(model log model), for tests.
/// Source: the orchestration specification, section 6.8, L10 to L19, L21, L28, L29, L32 and L35.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/core/projector/orchestration.hpp"

namespace evenfold::orchestration::tests {

using Violations = std::vector<std::string>;

/// A law of one model.
struct Invariant {
    std::string_view law;
    Violations (*look)(const Model&);
};

/// A law of a step, from the model before it to the one after.
struct StepInvariant {
    std::string_view law;
    Violations (*look)(const Model& before, const Model& after);
};

[[nodiscard]] std::span<const Invariant> invariants();
[[nodiscard]] std::span<const StepInvariant> step_invariants();

/// Returns the violations of all of them; each sentence begins with its law.
[[nodiscard]] Violations violations(const Model& model);
[[nodiscard]] Violations violations(const Model& before, const Model& after);

} // namespace evenfold::orchestration::tests

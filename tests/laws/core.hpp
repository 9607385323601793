/// The core under its laws: orchestration itself, unless a test has planted a fault in it.
/// Shape: a domain as any other. The laws ask this one, so that each of them can be shown to fail.
#pragma once

#include <vector>

#include "evenfold/core/decider/orchestration.hpp"
#include "evenfold/testing/law/law.hpp"

namespace evenfold::orchestration::tests {

struct Core : Orchestration {
    [[nodiscard]] static Decision decide(const Command& asked, const Model& model);
    [[nodiscard]] static Model project(Model model, const Event& event);
    [[nodiscard]] static std::vector<Effect> outstanding(const Model& model);
};

using CoreLaw = testing::Law<Core>;
using CoreLaws = std::vector<CoreLaw>;
using CoreHistory = testing::History<Core>;

} // namespace evenfold::orchestration::tests

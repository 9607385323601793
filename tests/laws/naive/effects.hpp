/// The outstanding effects of a naive world, according to the table of section 6.9.
/// Shape: one line per effect: its kind, its subject, and whether it is bound to a process.
/// Source: the orchestration specification, section 6.9.
#pragma once

#include <set>
#include <string>

#include "evenfold/core/decider/orchestration/effects.hpp"
#include "evenfold/tests/laws/naive/world.hpp"

namespace evenfold::orchestration::tests::naive {

[[nodiscard]] std::set<std::string> due(const World& world);

/// Returns the effects that the core reports, in the same form.
[[nodiscard]] std::set<std::string> due(const std::vector<Effect>& outstanding);

} // namespace evenfold::orchestration::tests::naive

/// What is due outside, as the table of section 6.9 has it, of a naive world.
/// Shape: a line an effect: its kind, what it is about, and whether it is bound to a process.
/// Source: the orchestration specification, section 6.9.
#pragma once

#include <set>
#include <string>

#include "evenfold/core/decider/orchestration/effects.hpp"
#include "evenfold/tests/laws/naive/world.hpp"

namespace evenfold::orchestration::tests::naive {

[[nodiscard]] std::set<std::string> due(const World& world);

/// The same of what the core says.
[[nodiscard]] std::set<std::string> due(const std::vector<Effect>& outstanding);

} // namespace evenfold::orchestration::tests::naive

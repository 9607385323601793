/// The commands with which reactors confirm an effect.
/// Shape: in order, so that the effect is gone after the last command. An effect can succeed or fail where both are
/// possible.
/// Source: the orchestration specification, section 6.9.
#pragma once

#include <vector>

#include "evenfold/core/commands/orchestration.hpp"
#include "evenfold/core/decider/orchestration/effects.hpp"

namespace evenfold::orchestration::tests {

[[nodiscard]] std::vector<Command> confirmations(const Effect& effect, bool well);

} // namespace evenfold::orchestration::tests

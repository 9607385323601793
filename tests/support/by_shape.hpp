/// Commands of any kind, drawn from their shape alone.
/// Shape: most ids name entities of the model, texts and numbers come from those of the same field in the model or from
/// small pools (testing/drawing.hpp). Tests use this for each command that needs no values of its own.
#pragma once

#include "evenfold/core/commands/orchestration.hpp"
#include "evenfold/core/projector/orchestration.hpp"
#include "evenfold/testing/dice.hpp"

namespace evenfold::orchestration::tests {

/// Draws a command of that alternative of Command. Cost: a walk over `model`.
[[nodiscard]] Command command_by_shape(testing::Dice& dice, std::size_t alternative, const Model& model);

} // namespace evenfold::orchestration::tests

/// Commands of any kind, generated from their shape alone.
/// Shape: most ids name entities of the model. Texts and numbers come from the same field in the model or from small
/// pools (testing/generators.hpp). Tests use this for each command that needs no special values.
#pragma once

#include "evenfold/core/commands/orchestration.hpp"
#include "evenfold/core/projector/orchestration.hpp"
#include "evenfold/testing/choices.hpp"

namespace evenfold::orchestration::tests {

/// Generates a command of that alternative of Command. Cost: a traversal of `model`.
[[nodiscard]] Command command_by_shape(testing::ChoiceSource& source, std::size_t alternative, const Model& model);

} // namespace evenfold::orchestration::tests

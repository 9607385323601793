/// Letters of commands without hand-written letters: every value that the shape of a command has in a scope.
/// Shape: ids are those of the scope, enumerations and variants have every alternative, optionals are absent or
/// present, sequences have at most one element; each text is "text", each number 0 or 1.
#pragma once

#include <string>
#include <vector>

#include "evenfold/core/reflection/shape.hpp"
#include "evenfold/tests/laws/small_scope/scope.hpp"

namespace evenfold::orchestration::tests::small_scope {

/// Returns the commands of that alternative of Command. Fails the test that calls it if there are more than
/// `count_max`.
[[nodiscard]] std::vector<Command>
commands_by_shape(const Names& names, std::size_t alternative, std::size_t count_max = 200);

} // namespace evenfold::orchestration::tests::small_scope

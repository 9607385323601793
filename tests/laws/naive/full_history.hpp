/// A history after which every kind of entity exists, most in several states, and every field of one has a value.
/// Shape: commands that are all accepted; threads 1 to 6, each of which shows one thing.
#pragma once

#include <vector>

#include "evenfold/core/commands/orchestration.hpp"

namespace evenfold::orchestration::tests::naive {

[[nodiscard]] std::vector<Command> full_history();

} // namespace evenfold::orchestration::tests::naive

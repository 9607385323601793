/// How the values of orchestration are shown when a test fails.
/// Shape: one line a value, as the codec writes it.
#pragma once

#include <string>
#include <vector>

#include "evenfold/core/commands/orchestration.hpp"
#include "evenfold/core/decider/orchestration/effects.hpp"
#include "evenfold/core/decider/orchestration/errors.hpp"
#include "evenfold/core/events/orchestration.hpp"

namespace evenfold::orchestration::tests {

[[nodiscard]] std::string shown(const Command& command);
[[nodiscard]] std::string shown(const Event& event);
[[nodiscard]] std::string shown(const Error& error);
[[nodiscard]] std::string shown(const Effect& effect);

/// A numbered line each; `(nothing)` when there is none.
[[nodiscard]] std::string shown(const std::vector<Event>& events);

} // namespace evenfold::orchestration::tests

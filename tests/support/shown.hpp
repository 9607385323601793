/// Texts of the values of orchestration, for the reports of failed tests.
/// Shape: one line per value, as the codec writes it.
#pragma once

#include <span>
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

/// Returns one numbered line per event, or `(nothing)` if there is none.
[[nodiscard]] std::string shown(std::span<const Event> events);

} // namespace evenfold::orchestration::tests

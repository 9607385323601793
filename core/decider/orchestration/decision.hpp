/// The result of every rule of orchestration: events, or the reason for a rejection.
/// Shape: no events is a legal result; the model already satisfies the command.
/// Source: the orchestration specification, section 6.0 (decision 9).
#pragma once

#include <expected>
#include <optional>
#include <vector>

#include "evenfold/core/decider/orchestration/errors.hpp"
#include "evenfold/core/events/orchestration.hpp"

namespace evenfold::orchestration {

using Events = std::vector<Event>;
using Decision = std::expected<Events, Error>;

/// A reason for a rejection, or nullopt.
using OptionalError = std::optional<Error>;

} // namespace evenfold::orchestration

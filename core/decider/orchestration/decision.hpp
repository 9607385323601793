/// How every rule of orchestration answers: with events, or with the reason against them.
/// Shape: no events is a legal answer, it is already so.
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

/// A reason to say no, or nothing.
using Objection = std::optional<Error>;

} // namespace evenfold::orchestration

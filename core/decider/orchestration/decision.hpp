/// The result of every rule of orchestration: events, or the reason for a rejection.
/// Shape: no events is a legal result; the model already satisfies the command.
/// Source: the orchestration specification, section 6.0 (decision 9).
#pragma once

#include <boost/container/small_vector.hpp>
#include <expected>
#include <optional>

#include "evenfold/core/decider/orchestration/errors.hpp"
#include "evenfold/core/events/orchestration.hpp"

namespace evenfold::orchestration {

/// With room for one event in place, because nearly every decision has one.
using DecidedEvents = boost::container::small_vector<Event, 1>;
using Decision = std::expected<DecidedEvents, Error>;

/// A reason for a rejection, or nullopt.
using OptionalError = std::optional<Error>;

} // namespace evenfold::orchestration

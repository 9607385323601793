/// How an effect is to be run: how soon, for how long, how often again, and what it must not run beside.
/// Units: milliseconds of a clock that only goes forward, from an arbitrary start.
/// Source: docs/reactors.md, "A reactor".
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "evenfold/core/events/events.hpp"

namespace evenfold::kernel {

using Moment = std::chrono::milliseconds;

/// What goes first where several effects could run. Control runs beside any number of others.
enum class Urgency : std::uint8_t { control, user, background };

struct Policy {
    Urgency urgency = Urgency::user;
    Moment deadline{60'000}; // of one attempt; then it is asked to stop. A late answer counts
    std::uint32_t attempts_max = 5;
    Moment backoff_first{250}; // before the second attempt; doubled for each further one, half of it by chance
    Moment backoff_max{30'000};
    bool process_bound = false;   // dies with the process that runs it: never taken over from another one
    Actor actor = Actor::reactor; // who asks the commands that answer it
};

} // namespace evenfold::kernel

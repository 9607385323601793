/// The policy for effects of one kind: urgency, deadline, retries, backoff.
/// Units: milliseconds of a monotonic clock with an arbitrary start.
/// Source: docs/reactors.md, "A reactor".
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "evenfold/core/events/events.hpp"

namespace evenfold::kernel {

using MonotonicTime = std::chrono::milliseconds;

/// The order in which waiting effects run. Control effects do not count towards the limit of concurrent effects.
enum class Urgency : std::uint8_t { control, user, background };

struct ReactorPolicy {
    Urgency urgency = Urgency::user;
    MonotonicTime deadline{60'000}; // of one attempt, which is then requested to stop; a late result counts
    std::uint32_t attempts_max = 5;
    MonotonicTime backoff_first{250}; // before the second attempt; doubled for each further one, half of it random
    MonotonicTime backoff_max{30'000};
    bool process_bound = false;   // ends with the process that runs it; no other process takes it over
    Actor actor = Actor::reactor; // submits the commands that complete the effect
};

} // namespace evenfold::kernel

/// The result of recording a stream: counts of turns and events, and the events that belong to no turn.
/// Shape: a plain value. Errors: none; refusals are returned apart from it.
#pragma once

#include <cstdint>
#include <vector>

#include "evenfold/core/commands/orchestration/provider_event.hpp"
#include "evenfold/core/events/events.hpp"

namespace evenfold::cli {

/// Counts of recorded turns and of dropped items. Turns are counted by their state in the model.
struct RecordingSummary {
    std::uint64_t turns = 0;
    std::uint64_t completed = 0;
    std::uint64_t failed = 0;
    std::uint64_t interrupted = 0;
    std::uint64_t repeated_turns = 0;                // turns of the stream that the thread already contained
    std::uint64_t repeated_events = 0;               // events of the stream in turns that the thread already contained
    std::uint64_t dropped = 0;                       // items of a turn that another process had ended or deleted
    std::vector<orchestration::ProviderEvent> stray; // events after the last turn, not recorded
    bool cut_off = false;                            // a turn was open at the end
    Sequence first = 0;                              // of the events recorded; 0 if there are none
    Sequence last = 0;
};

} // namespace evenfold::cli

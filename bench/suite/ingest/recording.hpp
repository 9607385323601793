/// The mix as a recording of Claude Code: the lines that `claude -p --output-format stream-json --verbose
/// --include-partial-messages` prints for one long session.
/// Shape: one JSON object per line; every text and result occurs twice or more, in pieces and in snapshots, with the
/// ids, counts and empty fields of real lines.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "evenfold/core/commands/orchestration.hpp"

namespace evenfold::bench {

struct Recording {
    std::string lines;
    std::vector<orchestration::Command> setup;   // creates the thread and binds its session
    std::vector<orchestration::StartTurn> turns; // in order, the turns of the lines
    std::string text;                            // of the replies and the results, in order
};

/// Returns the recording of the turns that end within the first `events` events of the mix, or slightly more.
[[nodiscard]] Recording recording_of(std::size_t events);

} // namespace evenfold::bench

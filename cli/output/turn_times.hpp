/// The times of turns and of the blocks in their replies, from the events of the journal, since the model has no times.
/// Cost: one pass over the journal. Only events that begin or end a turn or add to a block are decoded.
/// Errors: a journal that cannot be read, or an event that cannot be decoded.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <optional>

#include "evenfold/cli/domains/orchestration_kernel.hpp"
#include "evenfold/journal/journal.hpp"

namespace evenfold::cli {

/// The times of one turn. A block has the time of its first event.
struct TurnTimes {
    std::optional<Instant> started;
    std::optional<Instant> ended;
    std::map<std::uint64_t, Instant> blocks;
};

using TimesByTurn = std::map<orchestration::TurnId, TurnTimes>;

/// Returns the times of all turns, from the events up to `until`.
[[nodiscard]] std::expected<TimesByTurn, journal::Failure> read_times(journal::Journal& journal, Sequence until);

} // namespace evenfold::cli

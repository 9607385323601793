/// The times of turns and of the blocks in their replies, and the sessions of turns, from the events of the journal,
/// since the model has neither.
/// Cost: one pass over the journal. Only events that begin, send or end a turn or add to a block are decoded.
/// Errors: a journal that cannot be read, or an event that cannot be decoded.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <optional>

#include "evenfold/cli/domains/orchestration_kernel.hpp"
#include "evenfold/cli/output/session_refs.hpp"
#include "evenfold/journal/journal.hpp"

namespace evenfold::cli {

/// The times of one turn. A block has the time of its first event.
struct TurnTimes {
    std::optional<Instant> started;
    std::optional<Instant> ended;
    std::map<std::uint64_t, Instant> blocks;
};

using TimesByTurn = std::map<orchestration::TurnId, TurnTimes>;

struct TurnHistory {
    TimesByTurn times;
    SessionRefs sessions;
};

/// Returns the history of all turns, from the events up to `until`.
[[nodiscard]] std::expected<TurnHistory, journal::Failure> read_history(journal::Journal& journal, Sequence until);

} // namespace evenfold::cli

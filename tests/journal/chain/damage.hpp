/// Kinds of damage to a signed journal, with the reason and the place that `verify` must report.
/// Shapes: each kind changes the rows of a history at a random place, as somebody with the file but without the keys
/// could.
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "evenfold/tests/journal/chain/stored_journal.hpp"

namespace evenfold::tests::chain {

struct DamageKind {
    std::string_view name;
    std::vector<BreakReason> reasons; // any of them
    /// Damages `history.stored`. Returns the place that must be reported, or nullopt if this history has no such place.
    std::function<std::optional<Sequence>(HistoryWriter& history)> apply;
    bool as_lines = false; // the rows are lines of an export, in any order
};

/// The fields of events.
[[nodiscard]] std::vector<DamageKind> event_damage();
/// Deleted, inserted, moved and repeated events, and events of other histories.
[[nodiscard]] std::vector<DamageKind> order_damage();
/// Receipts, keys, heads and removals.
[[nodiscard]] std::vector<DamageKind> table_damage();

/// Flips a random bit.
void flip_bit(std::string& bytes, HistoryWriter& history);

/// Returns the sequence of the first event after the receipt without events `link`; the end + 1 if there is none.
[[nodiscard]] Sequence place_of(const EmptyReceiptRow& link);

} // namespace evenfold::tests::chain

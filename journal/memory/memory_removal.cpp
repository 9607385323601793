#include <algorithm>
#include <mutex>
#include <utility>
#include <vector>

#include "evenfold/journal/chain/chain_entries.hpp"
#include "evenfold/journal/memory/memory_rows.hpp"
#include "evenfold/journal/removal_check.hpp"
#include "evenfold/system/secrets/secret_bytes.hpp"

// The removal of payloads from a journal in memory.

namespace evenfold::journal {

std::expected<void, Failure> MemoryJournal::MemorySignatures::remove_payloads(const PayloadRemoval& removal) {
    const std::unique_lock appending(journal_->appending_, system::wait_max);
    if (auto checked = check_signed(); !checked) return checked;
    if (std::ranges::find(removals_, removal.note, &chain::RemovalRow::note) != removals_.end()) return {};
    auto check = RemovalCheck::begin(removal, origin_, journal_->head().value());
    if (!check) return std::unexpected(std::move(check.error()));
    std::vector<std::pair<Sequence, PayloadChange>> changes;
    Rows rows(*this);
    chain::ChainEntries entries(rows);
    for (const chain::SequenceRange& range : check->ranges()) {
        auto visited = entries.visit_leaves(range.first, range.last - range.first + 1,
                                            [&](const chain::EventRow& row, const chain::Hash& leaf) {
                                                if (const auto change = check->add(row, leaf))
                                                    changes.emplace_back(row.sequence, *change);
                                            });
        if (!visited) return visited;
    }
    if (auto finished = check->finish(); !finished) return finished;
    const std::unique_lock emptying(journal_->emptying_);
    const std::scoped_lock lock(journal_->mutex_);
    removals_.push_back({.number = removals_.size() + 1, .note = removal.note});
    for (const auto& [sequence, change] : changes) change_row(sequence, change);
    return {};
}

/// Empties or replaces the payload of an event for the newest removal. Needs all locks.
void MemoryJournal::MemorySignatures::change_row(Sequence sequence, const PayloadChange& change) {
    Record& record = journal_->records_[sequence - 1];
    system::wipe(record.data.data(), record.data.size());
    record.data = change.data;
    record.removed = change.data.empty();
    RowSignature& signature = rows_[sequence - 1];
    signature.columns.payload_hash = change.payload_hash;
    signature.columns.salt = {};
    std::ranges::copy(change.salt, signature.columns.salt.begin());
    signature.has_salt = !change.salt.empty();
    signature.removed = removals_.back().number;
}

} // namespace evenfold::journal

/// The part of a removal of payloads that is the same in every adapter: whether a signed removal is that of these
/// events, and what becomes of each row.
/// Shapes: an adapter makes one check per removal, in its transaction, and adds the named events in order.
/// Errors: FailureKind::invalid for a removal of another journal or of other events. The adapter then rolls back.
///
///     auto check = RemovalCheck::begin(removal, origin, head);
///     if (!check) return std::unexpected(check.error());
///     for (const chain::SequenceRange& range : check->ranges())
///         for (Sequence at = range.first; at <= range.last; ++at)      // row and leaf are those of the event `at`
///             if (const auto change = check->add(row, leaf)) update(at, *change, number);
///     if (auto finished = check->finish(); !finished) return finished; // then COMMIT
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <span>
#include <string_view>

#include "evenfold/journal/chain/rows.hpp"
#include "evenfold/journal/signatures.hpp"

namespace evenfold::journal {

/// Returns the hash that a removal of the events `ranges` states: SHA-256 of their leaves, one after the other.
[[nodiscard]] std::expected<chain::Hash, Failure>
leaves_of(JournalTree& tree, std::span<const chain::SequenceRange> ranges);

/// The parts of a row that a removal changes. The removal owns the bytes.
struct PayloadChange {
    chain::Hash payload_hash{};
    std::string_view data; // empty, unless the payload is replaced; so is the salt
    std::string_view salt;
};

class RemovalCheck {
public:
    /// `origin` and `head` are those of the journal. `removal` must outlive the check.
    [[nodiscard]] static std::expected<RemovalCheck, Failure>
    begin(const PayloadRemoval& removal, std::string_view origin, Sequence head);

    /// Returns the events that the removal names, ascending.
    [[nodiscard]] std::span<const chain::SequenceRange> ranges() const { return removal_->statement.ranges; }

    /// Takes the next named event. Returns the change of its row; nothing if the payload was removed before, so that
    /// the row stays as it is. An event that is not signed has no stored hash, and gets one.
    [[nodiscard]] std::optional<PayloadChange> add(const chain::EventRow& row, const chain::Hash& leaf);

    /// Fails unless the leaves of all named events are those that were signed, and all new payloads have been used.
    [[nodiscard]] std::expected<void, Failure> finish();

private:
    explicit RemovalCheck(const PayloadRemoval& removal) : removal_(&removal) {}

    const PayloadRemoval* removal_;
    std::size_t replaced_ = 0; // the number of new payloads that were used
    Sha256 leaves_;
};

} // namespace evenfold::journal

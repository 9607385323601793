/// `ChainSink`: the port through which the rows of another copy of a journal are stored as they are, with their
/// sequences, salts and signatures. The counterpart of `ChainSource`.
/// Shapes: `begin` first, then rows of each kind in their order, then `commit`. All rows are stored, or none. Rows that
/// are stored already are left as they are.
/// Errors: a Failure of the storage; kind invalid if the rows are not those of this journal.
#pragma once

#include <cstdint>
#include <expected>
#include <string_view>
#include <vector>

#include "evenfold/journal/chain/chain.hpp"
#include "evenfold/journal/chain/rows.hpp"
#include "evenfold/system/failure.hpp"

namespace evenfold::journal::chain {

/// The rows that a journal has before an import.
struct StoredRows {
    Sequence head = 0;
    std::uint64_t empty_receipts = 0; // their number, and so the number of the newest
    std::vector<KeyRow> keys;         // by number
    std::vector<RemovalRow> removals;
};

/// Fails unless the rows that `start` describes are of the journal `names`. `place` is for the message.
[[nodiscard]] std::expected<void, system::Failure>
check_same_journal(const ChainStart& start, const ChainNames& names, std::string_view place);

class ChainSink {
public:
    ChainSink() = default;
    ChainSink(const ChainSink&) = delete;
    ChainSink& operator=(const ChainSink&) = delete;
    virtual ~ChainSink() = default; // stores nothing unless `commit` has succeeded

    /// Excludes other writers, and returns the rows that are there. Fails unless the origin and the domain are those of
    /// the journal.
    [[nodiscard]] virtual std::expected<StoredRows, system::Failure> begin(const ChainStart& start) = 0;

    /// Returns the event with this sequence, which must exist.
    [[nodiscard]] virtual std::expected<EventRow, system::Failure> stored_event(Sequence sequence) = 0;

    [[nodiscard]] virtual std::expected<void, system::Failure> add(const KeyRow& row) = 0;
    [[nodiscard]] virtual std::expected<void, system::Failure> add(const RemovalRow& row) = 0;
    [[nodiscard]] virtual std::expected<void, system::Failure> add(const EventRow& row) = 0;
    /// Store a row unless it is there.
    [[nodiscard]] virtual std::expected<void, system::Failure> add(const ReceiptRow& row) = 0;
    [[nodiscard]] virtual std::expected<void, system::Failure> add(const EmptyReceiptRow& row) = 0;
    [[nodiscard]] virtual std::expected<void, system::Failure> add(const HeadRow& row) = 0;

    /// Completes the tree, and stores everything durably.
    [[nodiscard]] virtual std::expected<void, system::Failure> commit() = 0;
};

} // namespace evenfold::journal::chain

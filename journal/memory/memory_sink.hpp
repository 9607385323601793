/// Imports rows of another copy of a journal into memory (chain/sink.hpp).
/// Shapes: rows are kept apart until `commit` has computed the tree over them; then all of them become visible at once.
/// Errors: FailureKind::invalid for rows of another journal, or that are no rows of one; busy if this thread appends
/// meanwhile.
#pragma once

#include <expected>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "evenfold/journal/memory/memory_rows.hpp"

namespace evenfold::journal {

class MemoryJournal::MemorySignatures::Sink final : public chain::ChainSink {
public:
    /// Other threads append when the sink is destroyed.
    explicit Sink(MemorySignatures& signatures)
        : signatures_(&signatures), appending_(signatures.journal_->appending_, system::wait_max), rows_(signatures) {}

    [[nodiscard]] std::expected<chain::StoredRows, Failure> begin(const chain::ChainStart& start) override;
    [[nodiscard]] std::expected<chain::EventRow, Failure> stored_event(Sequence sequence) override;
    [[nodiscard]] std::expected<void, Failure> add(const chain::KeyRow& row) override;
    [[nodiscard]] std::expected<void, Failure> add(const chain::RemovalRow& row) override;
    [[nodiscard]] std::expected<void, Failure> add(const chain::EventRow& row) override;
    [[nodiscard]] std::expected<void, Failure> add(const chain::ReceiptRow& row) override;
    [[nodiscard]] std::expected<void, Failure> add(const chain::EmptyReceiptRow& row) override;
    [[nodiscard]] std::expected<void, Failure> add(const chain::HeadRow& row) override;
    [[nodiscard]] std::expected<void, Failure> commit() override;

private:
    class GrownRows;

    [[nodiscard]] chain::StoredRows stored_rows() const;
    [[nodiscard]] std::expected<std::vector<chain::TreeTile>, Failure> missing_tiles();
    void publish();

    MemorySignatures* signatures_;
    std::unique_lock<system::RecursiveTimedMutex> appending_;
    Rows rows_;
    chain::StoredRows start_; // as they were
    // The added rows.
    std::vector<chain::KeyRow> keys_;
    std::vector<chain::RemovalRow> removals_;
    std::vector<chain::EventRow> events_;
    std::unordered_map<CommandId, chain::ReceiptRow> receipts_;
    std::vector<chain::EmptyReceiptRow> links_;
    std::vector<chain::HeadRow> heads_;
};

} // namespace evenfold::journal

/// Imports rows of another copy of a journal into its tables (chain/sink.hpp).
/// Shapes: a connection of its own, and one transaction from `begin` to `commit`, which locks the head as an append
/// does, so that writers wait. Rows are sent in groups.
/// Errors: Failures of the server; `fenced` if another writer has taken over; `invalid` for another journal. Without
/// `commit`, everything is rolled back with the end of the connection.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "evenfold/journal/chain/sink.hpp"
#include "evenfold/journal/postgres/address.hpp"
#include "evenfold/journal/postgres/event_rows.hpp"
#include "evenfold/journal/postgres/head_row.hpp"
#include "evenfold/journal/postgres/signatures/row_pages.hpp"
#include "evenfold/journal/postgres/signatures/signature_rows.hpp"

namespace evenfold::journal::postgres {

class RowSink final : public chain::ChainSink {
public:
    /// Imports for a writer whose epoch is `epoch`. `at` is stored as the time of keys and heads.
    RowSink(ServerConnection connection, const JournalAddress& address, std::int64_t epoch, Instant at)
        : connection_(std::move(connection)),
          channel_(address.channel()),
          lock_number_(address.lock_number()),
          epoch_(epoch),
          at_(at) {}

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
    [[nodiscard]] std::expected<void, Failure> check_names(const chain::ChainStart& start);
    [[nodiscard]] std::expected<chain::StoredRows, Failure> stored_rows();
    /// Learns the numbers of the streams of `events_`, and adds those that are new.
    [[nodiscard]] std::expected<void, Failure> number_streams();
    // Send the rows that were added.
    [[nodiscard]] std::expected<void, Failure> send_events();
    [[nodiscard]] std::expected<void, Failure> send_receipts();
    [[nodiscard]] std::expected<void, Failure> send_links();
    [[nodiscard]] std::expected<void, Failure> move_head();

    ServerConnection connection_;
    std::string channel_;
    std::int64_t lock_number_;
    std::int64_t epoch_;
    Instant at_;
    WriterHead start_;  // as it was before
    Sequence head_ = 0; // of the last event that was added
    bool is_signed_ = false;
    std::optional<EventPages> stored_; // that stored_event reads
    Sequence next_stored_ = 0;         // the event to which these pages move next
    std::vector<chain::EventRow> events_;
    std::size_t event_bytes_ = 0; // of `events_`
    ReceiptRows receipts_;
    LinkRows links_;
    std::unordered_map<std::string, std::int64_t> streams_; // their numbers
    std::optional<std::int64_t> last_stream_;
};

} // namespace evenfold::journal::postgres

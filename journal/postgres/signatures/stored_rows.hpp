/// The rows of a signed journal as they are stored, read over one connection: by a verification in their order, and by
/// a writer those with which it continues.
/// Shapes: the tables of docs/journal-postgres.md. Nothing is judged, except whether a value can be read.
/// Errors: a Failure of the server. Not for use by two threads at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/journal/chain/chain_store.hpp"
#include "evenfold/journal/postgres/address.hpp"

namespace evenfold::journal::postgres {

/// The columns of an event `e` and its stream `s`, in the order that fill(EventRow&) expects.
inline constexpr std::string_view event_columns =
    "e.sequence, s.name, e.version, e.command, e.index_in_batch, e.actor, e.cause, e.correlation, e.at_ms, "
    "e.stored_at_ms, e.type, e.type_version, e.data, e.salt, e.payload_hash, e.prev, e.mac, e.key, e.removed";
inline constexpr int event_column_count = 19;

/// The columns of a receipt `r`.
inline constexpr std::string_view receipt_columns = "r.command, r.fingerprint, r.first, r.count";

/// Returns the query for a page of events, each with the receipt of its command. `range` is a condition on `events`,
/// and `order` the column by which they are read. $2 limits the events, $3 is the number of events to skip, and about
/// 1 MiB limits the payloads, so that a page is hardly larger.
[[nodiscard]] std::string event_page_query(std::string_view range, std::string_view order);

/// Fill a row from the row number `row` of a result.
void fill(chain::EventRow& event, const QueryResult& rows, int row);
/// The columns are those of receipt_columns, from `column` on.
void fill(chain::ReceiptRow& receipt, const QueryResult& rows, int row, int column = 0);
/// The columns are those of an event, then of a receipt, which may be NULL.
void fill(chain::StreamEventRow& event, const QueryResult& rows, int row);
/// The columns are size, root, frontier and note.
void fill(chain::HeadRow& head, const QueryResult& rows, int row);

[[nodiscard]] CommandId command_of(std::string_view bytes);

[[nodiscard]] std::expected<std::vector<chain::RemovalRow>, Failure> read_removals(ServerConnection& connection);

/// The rows of a journal, for its writer and for proofs. The connection must outlive it.
class StoredRows final : public chain::ChainStore {
public:
    explicit StoredRows(ServerConnection& connection) : connection_(&connection) {}

    [[nodiscard]] std::expected<std::vector<chain::KeyRow>, Failure> keys() override;
    [[nodiscard]] std::expected<std::string, Failure> mac_of(Sequence sequence) override;
    [[nodiscard]] std::expected<std::uint64_t, Failure> empty_receipts() override;
    [[nodiscard]] std::expected<std::optional<chain::EmptyReceiptLink>, Failure>
    empty_receipt(std::uint64_t number) override;
    [[nodiscard]] std::expected<void, Failure>
    visit_events(Sequence first, std::size_t count, const chain::VisitEvent& visit) override;
    [[nodiscard]] std::expected<std::optional<std::string>, Failure>
    tile(unsigned level, std::uint64_t number) override;
    [[nodiscard]] std::string place() const override { return connection_->place(); }
    [[nodiscard]] Failure damage(std::string_view what) const override { return damaged(connection_->place(), what); }

private:
    ServerConnection* connection_;
    chain::StreamEventRow row_; // reused
};

} // namespace evenfold::journal::postgres

/// The one row of the table `head`, which each writer locks: the fence, and the end of the chain.
/// Shapes: docs/journal-postgres.md. Errors: damage, if the row is missing.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "evenfold/journal/journal.hpp"
#include "evenfold/journal/postgres/address.hpp"

namespace evenfold::journal::postgres {

struct WriterHead {
    Sequence sequence = 0;
    std::int64_t epoch = 0;
    std::string holder;               // the writer that began the epoch
    std::string mac;                  // of the last event, or the genesis; empty if the journal is not signed
    std::uint64_t key = 0;            // the number of the newest key; 0 if the journal is not signed
    std::uint64_t empty_receipts = 0; // the number of the newest receipt without events
};

/// The columns that head_of expects first.
inline constexpr std::string_view head_columns =
    "sequence, epoch, holder, mac, (SELECT coalesce(max(number), 0) FROM keys), "
    "(SELECT coalesce(max(number), 0) FROM empty_receipts)";
inline constexpr int head_column_count = 6;

/// Returns the head in the only row of `rows`. `place` is for the message.
[[nodiscard]] std::expected<WriterHead, Failure> head_of(const QueryResult& rows, std::string_view place);

/// Begins a transaction of a writer, and locks the head, so that no other writer can move it. Fails as `weaker` if the
/// server's settings do not survive a power failure.
[[nodiscard]] std::expected<WriterHead, Failure> lock_head(ServerConnection& connection, std::int64_t lock_number);

/// Return the queries with which each transaction of a writer begins.
[[nodiscard]] const ServerQuery& begin_query();
[[nodiscard]] ServerQuery lock_query(std::int64_t lock_number);

/// Returns the query that notifies waiters of the head `head`, a decimal number that must outlive it.
[[nodiscard]] ServerQuery notify_query(std::string_view channel, std::string_view head);

/// Commits the transaction of a writer.
[[nodiscard]] std::expected<void, Failure> commit_rows(ServerConnection& connection);

/// Returns the failure that another writer has taken over, for `reason`.
[[nodiscard]] Failure fenced(std::string_view place, std::string_view reason);

/// Fails as fenced unless the epoch of `head` is `epoch`, that of the writer.
[[nodiscard]] std::expected<void, Failure>
check_epoch(const WriterHead& head, std::int64_t epoch, std::string_view place);

/// Returns the failure that fewer rows were stored than sent.
[[nodiscard]] Failure not_stored(std::string_view place, std::string_view rows);

} // namespace evenfold::journal::postgres

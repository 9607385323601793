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

/// Return the queries with which each transaction of a writer begins.
[[nodiscard]] const ServerQuery& begin_query();
[[nodiscard]] ServerQuery lock_query(std::int64_t lock_number);

} // namespace evenfold::journal::postgres

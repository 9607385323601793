#include "evenfold/journal/postgres/head_row.hpp"

namespace evenfold::journal::postgres {

std::expected<WriterHead, Failure> head_of(const QueryResult& rows, std::string_view place) {
    if (rows.rows() != 1) return std::unexpected(damaged(place, "the row of the table head is missing"));
    return WriterHead{.sequence = static_cast<Sequence>(rows.integer(0, 0)),
                      .epoch = rows.integer(0, 1),
                      .holder = std::string(rows.bytes(0, 2)),
                      .mac = std::string(rows.bytes(0, 3)),
                      .key = static_cast<std::uint64_t>(rows.integer(0, 4)),
                      .empty_receipts = static_cast<std::uint64_t>(rows.integer(0, 5))};
}

const ServerQuery& begin_query() {
    static const ServerQuery query{.operation = "begin to append",
                                   .sql = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"};
    return query;
}

ServerQuery lock_query(std::int64_t lock_number) {
    ServerQuery query{.operation = "wait for other writers", .sql = "SELECT pg_advisory_xact_lock($1)"};
    query.parameters.add(lock_number);
    return query;
}

} // namespace evenfold::journal::postgres

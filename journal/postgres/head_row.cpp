#include "evenfold/journal/postgres/head_row.hpp"

#include <array>
#include <fmt/format.h>

#include "evenfold/journal/postgres/schema.hpp"

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

std::expected<WriterHead, Failure> lock_head(ServerConnection& connection, std::int64_t lock_number) {
    static const std::string sql =
        fmt::format("SELECT {}, {} FROM head WHERE one FOR UPDATE", head_columns, durable_settings);
    const std::array queries{begin_query(), lock_query(lock_number),
                             ServerQuery{.operation = "lock the head", .sql = sql}};
    const auto results = connection.query_all(queries);
    if (!results) return std::unexpected(results.error());
    auto head = head_of(results->back(), connection.place());
    if (head && !results->back().boolean(0, head_column_count))
        return std::unexpected(weaker_settings(connection.place()));
    return head;
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

ServerQuery notify_query(std::string_view channel, std::string_view head) {
    ServerQuery query{.operation = "notify waiters", .sql = "SELECT pg_notify($1, $2)"};
    query.parameters.add(channel, ValueType::text).add(head, ValueType::text);
    return query;
}

std::expected<void, Failure> commit_rows(ServerConnection& connection) {
    const auto committed = connection.query({.operation = "commit an append", .sql = "COMMIT"});
    if (!committed) return std::unexpected(committed.error());
    if (committed->command() == "COMMIT") return {};
    return std::unexpected(storage::postgres::failure_of(
        connection.place(), "commit an append", {.state = "25P02", .message = "the server has rolled it back"}));
}

Failure fenced(std::string_view place, std::string_view reason) {
    return {.kind = FailureKind::fenced,
            .what = fmt::format("{}: {}", place, reason),
            .remedy = "Open the journal again to write it, or go on as a reader."};
}

std::expected<void, Failure> check_epoch(const WriterHead& head, std::int64_t epoch, std::string_view place) {
    if (head.epoch == epoch) return {};
    return std::unexpected(
        fenced(place, fmt::format("another writer, {}, has taken over with epoch {}, and this one has epoch {}; "
                                  "nothing was stored",
                                  head.holder, head.epoch, epoch)));
}

Failure not_stored(std::string_view place, std::string_view rows) {
    return damaged(place, fmt::format("not all {} were stored, as if a trigger or a rule prevented it", rows));
}

} // namespace evenfold::journal::postgres

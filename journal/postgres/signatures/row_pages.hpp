/// Rows of a snapshot in pages, so that a verification needs constant memory and few round trips.
/// Shapes: a page is a result, and a position in it. Errors: Failures of the server.
#pragma once

#include <cstdint>
#include <expected>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "evenfold/journal/postgres/address.hpp"

namespace evenfold::journal::postgres {

/// Rows of a query in its order, through a cursor of the server. The rows must be small.
class CursorPages {
public:
    /// `name` is that of the cursor, a literal; `fetch` is the text that fetches its next rows.
    CursorPages(std::string_view name, std::string_view fetch) : name_(name), fetch_(fetch) {}

    /// Starts again with the rows of `sql`.
    void select(std::string sql);

    /// Moves to the next row. Returns false after the last one.
    [[nodiscard]] std::expected<bool, Failure> next(ServerConnection& connection);

    [[nodiscard]] const QueryResult& rows() const { return *page_; }
    [[nodiscard]] int row() const { return row_; }

private:
    std::string_view name_;
    std::string_view fetch_;
    std::string sql_;
    bool is_open_ = false;
    std::optional<QueryResult> page_;
    int row_ = 0;
};

/// Events in an order, page by page (event_page_query). Also finds rows that share a number, as in damaged tables.
class EventPages {
public:
    /// `sql` is a query by sequence, or by the version in a stream, whose name is then $4.
    explicit EventPages(std::string_view sql, std::optional<std::string> stream = std::nullopt)
        : sql_(sql), stream_(std::move(stream)) {}

    /// Starts behind the event with the number `number`.
    void skip_to(std::uint64_t number);

    /// Moves to the next row. Returns false after the last one.
    [[nodiscard]] std::expected<bool, Failure> next(ServerConnection& connection);

    [[nodiscard]] const QueryResult& rows() const { return *page_; }
    [[nodiscard]] int row() const { return row_; }

private:
    [[nodiscard]] std::expected<void, Failure> read(ServerConnection& connection);

    std::string_view sql_;
    std::optional<std::string> stream_;
    std::int64_t from_ = std::numeric_limits<std::int64_t>::min(); // the number of the last row that was read
    std::uint64_t read_of_from_ = 0;                               // rows with this number that were read
    bool is_at_end_ = false;
    std::optional<QueryResult> page_;
    int row_ = 0;
};

} // namespace evenfold::journal::postgres

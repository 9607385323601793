#include "evenfold/journal/postgres/signatures/row_pages.hpp"

#include <fmt/format.h>
#include <utility>

#include "evenfold/journal/postgres/signatures/stored_rows.hpp"

namespace evenfold::journal::postgres {

namespace {

constexpr std::uint64_t page_events = 512;
constexpr int sequence_column = 0;
constexpr int version_column = 2;

} // namespace

void CursorPages::select(std::string sql) {
    sql_ = std::move(sql);
    page_.reset();
}

std::expected<bool, Failure> CursorPages::next(ServerConnection& connection) {
    if (page_ && ++row_ < page_->rows()) return true;
    if (!page_) {
        // Sorts and scans are good for all rows at once. The pages of events, which are read meanwhile, need an index.
        const std::string close = std::exchange(is_open_, true) ? fmt::format("CLOSE {}; ", name_) : std::string();
        const auto declared = connection.execute(
            "read the rows of the journal",
            fmt::format("{}SET LOCAL enable_seqscan = on; SET LOCAL enable_sort = on; DECLARE {} NO SCROLL CURSOR FOR "
                        "{}; SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off",
                        close, name_, sql_));
        if (!declared) return std::unexpected(declared.error());
    } else if (page_->rows() == 0) {
        return false;
    }
    auto page = connection.query({.operation = "read the rows of the journal", .sql = fetch_});
    if (!page) return std::unexpected(std::move(page.error()));
    page_ = std::move(*page);
    row_ = 0;
    return page_->rows() > 0;
}

void EventPages::skip_to(std::uint64_t number) {
    from_ = static_cast<std::int64_t>(number) + 1;
    read_of_from_ = 0;
    is_at_end_ = false;
    page_.reset();
}

std::expected<void, Failure> EventPages::read(ServerConnection& connection) {
    ServerQuery query{.operation = "read the events of the journal", .sql = sql_};
    query.parameters.add(from_).add(page_events).add(read_of_from_);
    if (stream_) query.parameters.add(*stream_, ValueType::bytea);
    auto page = connection.query(query);
    if (!page) return std::unexpected(std::move(page.error()));
    page_ = std::move(*page);
    row_ = 0;
    is_at_end_ = page_->rows() == 0;
    return {};
}

std::expected<bool, Failure> EventPages::next(ServerConnection& connection) {
    if (is_at_end_) return false;
    if (!page_ || ++row_ == page_->rows()) {
        if (auto read_page = read(connection); !read_page) return std::unexpected(read_page.error());
        if (is_at_end_) return false;
    }
    const std::int64_t number = page_->integer(row_, stream_ ? version_column : sequence_column);
    read_of_from_ = number == from_ ? read_of_from_ + 1 : 1;
    from_ = number;
    return true;
}

} // namespace evenfold::journal::postgres

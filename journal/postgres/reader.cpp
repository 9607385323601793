#include "evenfold/journal/postgres/reader.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <limits>
#include <string>
#include <string_view>

#include "evenfold/journal/chain/entry.hpp"
#include "evenfold/journal/postgres/event_rows.hpp"
#include "evenfold/journal/postgres/schema.hpp"

namespace evenfold::journal::postgres {

namespace {

constexpr std::size_t idle_max = 4;
constexpr std::chrono::seconds reader_lock_wait{30}; // a reader waits only for changes of the schema

// The first column is the number by which a page is read; `{}` is the part that differs.
constexpr std::string_view payload_columns =
    "e.sequence, e.type, e.type_version, e.data, e.removed IS NOT NULL AND e.data = ''";
constexpr std::string_view record_columns =
    "e.sequence, e.type, e.type_version, e.data, e.removed IS NOT NULL AND e.data = '', s.name, e.version, e.command, "
    "e.index_in_batch, e.actor, e.cause, e.correlation, e.at_ms, e.stored_at_ms";

bool is_ascending(const ReadOptions& reading) {
    return reading.direction == Direction::forward;
}

/// Returns the query for `reading`. $1 and $2 are the lowest and the highest sequence; for a stream, the version at
/// which to begin and the highest sequence, and $5 is its name. $3 limits the events, $4 the payload before the last
/// event, so that the result is hardly larger than the page.
std::string select(const ReadOptions& reading) {
    const std::string_view number = reading.stream ? "version" : "sequence";
    const std::string_view order = is_ascending(reading) ? "" : " DESC";
    const std::string range =
        reading.stream ? fmt::format("stream = (SELECT id FROM streams WHERE sha256(name) = sha256($5) AND name = $5) "
                                     "AND version {} $1 AND sequence <= $2",
                                     is_ascending(reading) ? ">=" : "<=")
                       : "sequence BETWEEN $1 AND $2";
    return fmt::format("SELECT e.{0}, {1} FROM (SELECT *, sum(octet_length(data)) OVER (ORDER BY {0}{2} ROWS UNBOUNDED "
                       "PRECEDING) - octet_length(data) AS before FROM events WHERE {3} ORDER BY {0}{2} LIMIT $3) e "
                       "JOIN streams s ON s.id = e.stream WHERE before < $4 ORDER BY e.{0}{2}",
                       number, reading.payload_only ? payload_columns : record_columns, order, range);
}

/// Returns the text of the query for `reading`, which lives as long as the program.
std::string_view text_for(const ReadOptions& reading) {
    static const std::array<std::string, 8> texts = [] {
        std::array<std::string, 8> all;
        for (std::size_t form = 0; form < all.size(); ++form) {
            all.at(form) = select({.direction = (form & 1U) != 0 ? Direction::backward : Direction::forward,
                                   .stream = (form & 2U) != 0 ? std::optional<std::string>("") : std::nullopt,
                                   .payload_only = (form & 4U) != 0});
        }
        return all;
    }();
    return texts.at((reading.payload_only ? 4U : 0U) + (reading.stream ? 2U : 0U) + (is_ascending(reading) ? 0U : 1U));
}

std::int64_t bounded(std::uint64_t number) {
    return static_cast<std::int64_t>(
        std::min(number, static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())));
}

/// Returns the query for the remaining events, at most `events` of them.
ServerQuery query_for(const ReadProgress& progress, const PageLimits& limits, std::uint64_t events) {
    const ReadOptions& reading = progress.reading;
    const auto& [next, left] = progress.extent;
    ServerQuery query{.operation = "read events", .sql = text_for(reading)};
    if (reading.stream)
        query.parameters.add(next).add(progress.head);
    else if (is_ascending(reading))
        query.parameters.add(next).add(next + left - 1);
    else
        query.parameters.add(next - left + 1).add(next);
    query.parameters.add(events).add(bounded(limits.bytes));
    if (reading.stream) query.parameters.add(*reading.stream, ValueType::bytea);
    return query;
}

Uuid uuid_of(std::string_view bytes) {
    Uuid uuid;
    std::ranges::copy(bytes, uuid.bytes.begin());
    return uuid;
}

/// Fills a record from the columns of record_columns. Returns false if the actor is not valid.
bool fill_record(Record& record, const QueryResult& rows, int row) {
    record.sequence = static_cast<Sequence>(rows.integer(row, 1));
    record.type = rows.bytes(row, 2);
    record.type_version = static_cast<std::uint32_t>(rows.integer(row, 3));
    record.data = rows.bytes(row, 4);
    record.removed = rows.boolean(row, 5);
    record.stream = rows.bytes(row, 6);
    record.version = static_cast<StreamVersion>(rows.integer(row, 7));
    record.command.uuid = uuid_of(rows.bytes(row, 8));
    record.index = static_cast<std::uint32_t>(rows.integer(row, 9));
    const auto actor = chain::actor_named(rows.bytes(row, 10));
    record.actor = actor.value_or(Actor::user);
    record.cause = rows.is_null(row, 11) ? std::nullopt : std::optional(static_cast<Sequence>(rows.integer(row, 11)));
    record.correlation.uuid = uuid_of(rows.bytes(row, 12));
    record.at = {rows.integer(row, 13)};
    record.stored_at = {rows.integer(row, 14)};
    return actor.has_value();
}

/// Appends the event of `row` to `page`. Returns false if it cannot be read.
bool add(EventPage& page, const ReadOptions& reading, const QueryResult& rows, int row) {
    if (!reading.payload_only) return fill_record(page.add_record(), rows, row);
    page.add({.sequence = static_cast<Sequence>(rows.integer(row, 1)),
              .type = rows.bytes(row, 2),
              .type_version = static_cast<std::uint32_t>(rows.integer(row, 3)),
              .data = rows.bytes(row, 4),
              .removed = rows.boolean(row, 5)});
    return true;
}

Failure missing(std::string_view place, const ReadOptions& reading, std::uint64_t number) {
    return damaged(place, reading.stream ? fmt::format("version {} of a stream is missing", number)
                                         : fmt::format("event {} is missing", number));
}

/// Returns whether `rows` are all that are left, because neither limit of the query cut them off.
bool is_whole_rest(const QueryResult& rows, std::uint64_t events, std::uint64_t bytes) {
    if (static_cast<std::uint64_t>(rows.rows()) >= events) return false;
    std::uint64_t sum = 0;
    for (int row = 0; row < rows.rows(); ++row) sum += rows.bytes(row, 4).size();
    return rows.rows() == 0 || sum < bytes;
}

} // namespace

std::expected<void, Failure> fill(ServerConnection& connection, EventPage& page, ReadProgress& progress) {
    page.clear();
    const ReadOptions& reading = progress.reading;
    const std::uint64_t step = is_ascending(reading) ? 1 : ~std::uint64_t{0}; // the latter subtracts 1
    const std::uint64_t events = std::min<std::uint64_t>(page.limits().events, progress.extent.left);
    const auto rows = connection.query(query_for(progress, page.limits(), events));
    if (!rows) return std::unexpected(rows.error());
    std::uint64_t next = progress.extent.next;
    // Only the last event of a stream has a number that is not known before it is read.
    bool is_known = !reading.stream || is_ascending(reading) || progress.is_running;
    int row = 0;
    for (; row < rows->rows() && !page.is_full(); ++row) {
        const auto number = static_cast<std::uint64_t>(rows->integer(row, 0));
        if (!std::exchange(is_known, true)) next = number;
        if (number != next) return std::unexpected(missing(connection.place(), reading, next));
        if (!add(page, reading, *rows, row)) {
            return std::unexpected(
                damaged(connection.place(),
                        fmt::format("event {} cannot be read: its actor is not valid", rows->integer(row, 1))));
        }
        next += step;
    }
    const bool is_running = progress.is_running || page.size() > 0;
    const std::uint64_t left = progress.extent.left - page.size();
    const bool is_at_end = row == rows->rows() && is_whole_rest(*rows, events, page.limits().bytes);
    const bool is_cut_off =
        is_at_end && left > 0 && (reading.stream ? !is_ascending(reading) && is_running && next > 0 : true);
    if (is_cut_off) return std::unexpected(missing(connection.place(), reading, next));
    progress.extent = {.next = next, .left = is_at_end ? 0 : left};
    progress.is_running = is_running;
    return {};
}

std::expected<Sequence, Failure> read_head(ServerConnection& connection) {
    const auto row = connection.query({.operation = "read the head", .sql = "SELECT sequence FROM head WHERE one"});
    if (!row) return std::unexpected(row.error());
    if (row->rows() != 1) return std::unexpected(damaged(connection.place(), "the row of the table head is missing"));
    return static_cast<Sequence>(row->integer(0, 0));
}

std::expected<JournalPosition, Failure> read_position(ServerConnection& connection) {
    const auto row = connection.query(
        {.operation = "read the position",
         .sql = "SELECT sequence, (SELECT coalesce(max(number), 0) FROM removals) FROM head WHERE one"});
    if (!row) return std::unexpected(row.error());
    if (row->rows() != 1) return std::unexpected(damaged(connection.place(), "the row of the table head is missing"));
    return JournalPosition{.head = static_cast<Sequence>(row->integer(0, 0)),
                           .erasures = static_cast<std::uint64_t>(row->integer(0, 1))};
}

std::expected<std::optional<Receipt>, Failure> read_receipt(ServerConnection& connection, const CommandId& command) {
    ServerQuery query{.operation = "read a receipt",
                      .sql = "SELECT fingerprint, first, count, (SELECT count(*) FROM events e WHERE e.sequence >= "
                             "r.first AND e.sequence < r.first + r.count AND e.command = r.command) "
                             "FROM receipts r WHERE command = $1"};
    query.parameters.add(bytes_of(command), ValueType::uuid);
    const auto row = connection.query(query);
    if (!row) return std::unexpected(row.error());
    if (row->rows() == 0) return std::nullopt;
    Receipt receipt{.command = command,
                    .fingerprint = std::string(row->bytes(0, 0)),
                    .first = static_cast<Sequence>(row->integer(0, 1)),
                    .count = static_cast<std::uint32_t>(row->integer(0, 2))};
    if (row->integer(0, 3) != row->integer(0, 2)) return std::unexpected(events_gone(connection.place(), receipt));
    return receipt;
}

namespace {

/// Borrows a session for each page, so that between two pages it holds none, and no transaction is open.
class PostgresCursor final : public Cursor {
public:
    PostgresCursor(ReaderPool& readers, ReadProgress progress)
        : Cursor(progress.head), readers_(readers), progress_(std::move(progress)) {}

    std::expected<bool, Failure> next(EventPage& page) override {
        page.clear();
        if (progress_.extent.left == 0) return false;
        auto filled = readers_.use([&](ServerConnection& connection) -> std::expected<ReadProgress, Failure> {
            ReadProgress progress = progress_;
            if (auto read = fill(connection, page, progress); !read) return std::unexpected(read.error());
            return progress;
        });
        if (!filled) {
            page.clear();
            return std::unexpected(filled.error());
        }
        progress_ = *std::move(filled);
        return page.size() > 0;
    }

private:
    ReaderPool& readers_;
    ReadProgress progress_;
};

} // namespace

std::expected<std::unique_ptr<Cursor>, Failure> open_cursor(ReaderPool& readers, const ReadOptions& reading) {
    const auto head = readers.use([](ServerConnection& connection) { return read_head(connection); });
    if (!head) return std::unexpected(head.error());
    const std::uint64_t count = reading.stream ? all_events - 1 : *head; // of a stream it is found while reading
    return std::make_unique<PostgresCursor>(
        readers,
        ReadProgress{.reading = reading, .head = *head, .extent = extent_of(reading, count), .is_running = false});
}

std::expected<ReaderPool::LentSession, Failure> ReaderPool::acquire() {
    {
        const std::scoped_lock lock(mutex_);
        if (!idle_.empty()) {
            LentSession lent{.connection = std::move(idle_.back()), .was_idle = true};
            idle_.pop_back();
            return lent;
        }
    }
    auto connection = address_.connect(SessionKind::reader, reader_lock_wait);
    if (!connection) return std::unexpected(connection.error());
    return LentSession{.connection = std::make_unique<ServerConnection>(std::move(*connection)), .was_idle = false};
}

void ReaderPool::release(std::unique_ptr<ServerConnection> connection) {
    const std::scoped_lock lock(mutex_);
    if (idle_.size() < idle_max) idle_.push_back(std::move(connection));
}

void ReaderPool::close_idle() {
    const std::scoped_lock lock(mutex_);
    idle_.clear();
}

} // namespace evenfold::journal::postgres

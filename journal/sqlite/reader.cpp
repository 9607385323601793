#include "evenfold/journal/sqlite/reader.hpp"

#include <fmt/format.h>
#include <utility>

#include "evenfold/journal/chain/entry.hpp"
#include "evenfold/journal/sqlite/tail_check.hpp"
#include "evenfold/storage/sqlite/write_ahead_log.hpp"
#include "evenfold/system/durable.hpp"

namespace evenfold::journal::sqlite {

namespace {

constexpr std::chrono::seconds busy_wait{10};

constexpr std::string_view columns =
    "SELECT sequence, name, version, command, index_in_batch, actor, cause, correlation, at_ms, stored_at_ms, type, "
    "type_version, data FROM events JOIN streams ON streams.id = events.stream ";

// The join detects an event whose stream does not exist.
constexpr std::string_view payload_columns = "SELECT sequence, command, actor, correlation, type, type_version, data "
                                             "FROM events JOIN streams ON streams.id = events.stream ";
constexpr std::string_view payload_columns_of_stream =
    "SELECT sequence, command, actor, correlation, type, type_version, data, version "
    "FROM events JOIN streams ON streams.id = events.stream ";

std::string_view position_query(JournalFormat format) {
    if (format == JournalFormat::unsigned_rows) return "SELECT coalesce(max(sequence), 0), 0 FROM events";
    return "SELECT coalesce(max(sequence), 0), (SELECT coalesce(max(number), 0) FROM removals) FROM events";
}

bool is_forward(const ReadOptions& reading) {
    return reading.direction == Direction::forward;
}

/// Returns the index of the query for `reading` in JournalReader::rows_.
std::size_t form_of(const ReadOptions& reading) {
    return (reading.payload_only ? 4U : 0U) + (reading.stream ? 2U : 0U) + (is_forward(reading) ? 0U : 1U);
}

/// Returns the query for `reading`. ?1 and ?2 are the lowest and the highest sequence. For a stream, ?1 is its name, ?2
/// the version at which to begin, and ?3 the highest sequence.
std::string select(const ReadOptions& reading) {
    const bool forward = is_forward(reading);
    const std::string_view order = forward ? "" : " DESC";
    if (!reading.stream)
        return fmt::format("{}WHERE sequence BETWEEN ?1 AND ?2 ORDER BY sequence{}",
                           reading.payload_only ? payload_columns : columns, order);
    return fmt::format("{}WHERE name = ?1 AND version {} ?2 AND sequence <= ?3 ORDER BY version{}",
                       reading.payload_only ? payload_columns_of_stream : columns, forward ? ">=" : "<=", order);
}

bool assign(CommandId& id, std::string_view text) {
    const auto uuid = parse_uuid(text);
    if (uuid) id = CommandId{*uuid};
    return uuid.has_value();
}

bool assign(Actor& actor, std::string_view name) {
    const auto named = chain::actor_named(name);
    if (named) actor = *named;
    return named.has_value();
}

} // namespace

Failure failure_to_read(const std::filesystem::path& file, const Failure& failure) {
    const bool needs_a_writable_folder = failure.kind == FailureKind::read_only ||
                                         failure.kind == FailureKind::input_output ||
                                         failure.kind == FailureKind::not_found;
    if (!needs_a_writable_folder || !storage::sqlite::has_log(file) || system::may_write_in(file.parent_path()))
        return failure;
    return {.kind = FailureKind::read_only,
            .what = fmt::format("{}: its newest events are in {}-wal, which SQLite cannot read, because its folder is "
                                "not writable",
                                file.string(), file.string()),
            .remedy = "Grant write access to the folder, or read a copy of the folder's files."};
}

JournalReader::JournalReader(Database database)
    : database_(std::move(database)),
      head_(database_.prepare("SELECT coalesce(max(sequence), 0) FROM events")),
      receipt_(database_.prepare("SELECT fingerprint, first, count FROM receipts WHERE command = ?1")),
      receipt_rows_(database_.prepare(rows_of_receipt)),
      version_(database_.prepare("PRAGMA user_version")) {}

std::expected<Database, Failure> JournalReader::connect(const std::filesystem::path& file, OpenMode mode) {
    auto database = Database::open(file, mode, busy_wait);
    if (!database) return std::unexpected(database.error());
    if (auto set = database->execute("PRAGMA query_only = 1; PRAGMA mmap_size = 0;"); !set) {
        return std::unexpected(set.error());
    }
    return database;
}

std::expected<std::unique_ptr<JournalReader>, Failure> JournalReader::attach(Database database) {
    std::unique_ptr<JournalReader> reader(new JournalReader(std::move(database)));
    for (const Statement* statement : {&reader->head_, &reader->receipt_, &reader->receipt_rows_, &reader->version_}) {
        if (auto ready = check_ready(reader->database_, *statement); !ready) return std::unexpected(ready.error());
    }
    for (const ReadOptions& common : {ReadOptions{}, ReadOptions{.stream = ""}, ReadOptions{.payload_only = true}}) {
        Statement& rows = reader->rows_[form_of(common)];
        rows = reader->database_.prepare(select(common));
        if (auto ready = check_ready(reader->database_, rows); !ready) return std::unexpected(ready.error());
    }
    return reader;
}

std::expected<Sequence, Failure> JournalReader::head() {
    if (head_.with().step() != SQLITE_ROW) return std::unexpected(database_.failure("read the head"));
    const auto head = static_cast<Sequence>(head_.integer(0));
    head_.reset();
    return head;
}

std::expected<JournalPosition, Failure> JournalReader::position() {
    if (format_ == JournalFormat::unsigned_rows || !position_.is_ready()) {
        if (version_.with().step() != SQLITE_ROW) return std::unexpected(database_.failure("read the format"));
        const auto format = static_cast<JournalFormat>(version_.integer(0)); // another process may have begun to sign
        version_.reset();
        if (format != format_ || !position_.is_ready()) position_ = database_.prepare(position_query(format));
        format_ = format;
    }
    if (position_.with().step() != SQLITE_ROW) return std::unexpected(database_.failure("read the position"));
    const JournalPosition position{.head = static_cast<Sequence>(position_.integer(0)),
                                   .erasures = static_cast<std::uint64_t>(position_.integer(1))};
    position_.reset();
    return position;
}

std::expected<void, Failure> JournalReader::fill(Record& record, const Statement& row) const {
    record.sequence = static_cast<Sequence>(row.integer(0));
    record.stream = row.bytes(1);
    record.version = static_cast<StreamVersion>(row.integer(2));
    record.index = static_cast<std::uint32_t>(row.integer(4));
    record.cause = row.is_null(6) ? std::nullopt : std::optional(static_cast<Sequence>(row.integer(6)));
    record.at = {row.integer(8)};
    record.stored_at = {row.integer(9)};
    record.type = row.bytes(10);
    record.type_version = static_cast<std::uint32_t>(row.integer(11));
    record.data = row.bytes(12);
    record.removed = row.is_empty_blob(12);
    if (assign(record.command, row.bytes(3)) && assign(record.actor, row.bytes(5)) &&
        assign(record.correlation, row.bytes(7))) {
        return {};
    }
    return std::unexpected(not_readable(record.sequence));
}

Failure JournalReader::missing(const ReadOptions& reading, std::uint64_t number) const {
    return damaged(database_.file(), reading.stream ? fmt::format("version {} of a stream is missing", number)
                                                    : fmt::format("event {} is missing", number));
}

Failure JournalReader::not_readable(Sequence sequence) const {
    return damaged(database_.file(),
                   fmt::format("event {} cannot be read: its command id, correlation or actor is not valid", sequence));
}

/// Begins the query for the remaining events.
Statement& JournalReader::rows_of(const ReadProgress& progress) {
    const auto& [next, left] = progress.extent;
    const ReadOptions& reading = progress.reading;
    Statement& rows = rows_[form_of(reading)];
    if (!rows.is_ready()) rows = database_.prepare(select(reading));
    if (reading.stream) return rows.with(*reading.stream, next, progress.head);
    return is_forward(reading) ? rows.with(next, next + left - 1) : rows.with(next - left + 1, next);
}

/// Appends the event of `row` to `page`. Returns its number.
std::expected<std::uint64_t, Failure>
JournalReader::add(EventPage& page, const ReadOptions& reading, const Statement& row) const {
    if (!reading.payload_only) {
        Record& record = page.add_record();
        if (auto filled = fill(record, row); !filled) return std::unexpected(filled.error());
        return reading.stream ? record.version : record.sequence;
    }
    const auto sequence = static_cast<Sequence>(row.integer(0));
    const std::string_view command = row.bytes(1);
    if (!parse_uuid(command) || !chain::actor_named(row.bytes(2))) return std::unexpected(not_readable(sequence));
    if (const auto correlation = row.bytes(3); correlation != command && !parse_uuid(correlation))
        return std::unexpected(not_readable(sequence));
    page.add({.sequence = sequence,
              .type = row.bytes(4),
              .type_version = static_cast<std::uint32_t>(row.integer(5)),
              .data = row.bytes(6),
              .removed = row.is_empty_blob(6)});
    return reading.stream ? static_cast<StreamVersion>(row.integer(7)) : sequence;
}

std::expected<void, Failure> JournalReader::fill(EventPage& page, ReadProgress& progress) {
    page.clear();
    const ReadOptions& reading = progress.reading;
    const std::uint64_t step = is_forward(reading) ? 1 : ~std::uint64_t{0}; // the latter subtracts 1
    std::uint64_t next = progress.extent.next;
    // Only the last event of a stream has a number that is not known before it is read.
    bool is_known = !reading.stream || is_forward(reading) || progress.is_running;
    bool is_whole = true; // a gap is reported when every event of the page could be read
    Statement& row = rows_of(progress);
    int code = SQLITE_ROW;
    while (!page.is_full() && page.size() < progress.extent.left && (code = row.step()) == SQLITE_ROW) {
        const auto number = add(page, reading, row);
        if (!number) return std::unexpected(number.error());
        if (!std::exchange(is_known, true)) next = *number;
        is_whole = is_whole && *number == next;
        if (is_whole) next += step;
    }
    if (code != SQLITE_ROW && code != SQLITE_DONE) return std::unexpected(database_.failure("read events"));
    row.reset();
    const bool is_running = progress.is_running || page.size() > 0;
    const bool is_at_end = code == SQLITE_DONE;
    const bool is_cut_off = is_at_end && (reading.stream ? !is_forward(reading) && is_running && next > 0 : true);
    if (!is_whole || is_cut_off) return std::unexpected(missing(reading, next));
    progress.extent = {.next = next, .left = is_at_end ? 0 : progress.extent.left - page.size()};
    progress.is_running = is_running;
    return {};
}

std::expected<std::optional<Receipt>, Failure> JournalReader::receipt(const CommandId& command) {
    const UuidText id = characters(command.uuid);
    const int code = receipt_.with(PlainText{{id.data(), id.size()}}).step();
    if (code != SQLITE_ROW && code != SQLITE_DONE) return std::unexpected(database_.failure("read a receipt"));
    std::optional<Receipt> receipt;
    if (code == SQLITE_ROW) {
        receipt = Receipt{.command = command,
                          .fingerprint = std::string(receipt_.bytes(0)),
                          .first = static_cast<Sequence>(receipt_.integer(1)),
                          .count = static_cast<std::uint32_t>(receipt_.integer(2))};
    }
    receipt_.reset();
    if (!receipt) return receipt;
    if (receipt_rows_.with(receipt->first, std::uint64_t{receipt->count}, PlainText{{id.data(), id.size()}}).step() !=
        SQLITE_ROW)
        return std::unexpected(database_.failure("look for the events of a receipt"));
    const std::int64_t rows = receipt_rows_.integer(0);
    receipt_rows_.reset();
    if (rows != receipt->count) return std::unexpected(events_gone(database_.file(), *receipt));
    return receipt;
}

std::expected<void, Failure> JournalReader::verify() const {
    return check_all_rows(database_);
}

namespace {

/// Borrows a reader for each page, so that between two pages it holds no connection.
class SqliteCursor final : public Cursor {
public:
    SqliteCursor(ReaderPool& readers, ReadProgress progress)
        : Cursor(progress.head), readers_(readers), progress_(std::move(progress)) {}

    std::expected<bool, Failure> next(EventPage& page) override {
        page.clear();
        if (progress_.extent.left == 0) return false;
        const auto filled = readers_.use([&](JournalReader& reader) -> std::expected<ReadProgress, Failure> {
            ReadProgress progress = progress_;
            if (auto read = reader.fill(page, progress); !read) return std::unexpected(read.error());
            return progress;
        });
        if (!filled) {
            page.clear();
            return std::unexpected(filled.error());
        }
        progress_ = *filled;
        return page.size() > 0;
    }

private:
    ReaderPool& readers_;
    ReadProgress progress_;
};

} // namespace

std::expected<std::unique_ptr<Cursor>, Failure> open_cursor(ReaderPool& readers, const ReadOptions& reading) {
    const auto head = readers.use([](JournalReader& reader) { return reader.head(); });
    if (!head) return std::unexpected(head.error());
    const std::uint64_t count = reading.stream ? all_events - 1 : *head; // of a stream it is found while reading
    return std::make_unique<SqliteCursor>(
        readers,
        ReadProgress{.reading = reading, .head = *head, .extent = extent_of(reading, count), .is_running = false});
}

} // namespace evenfold::journal::sqlite

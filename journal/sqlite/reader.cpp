#include "evenfold/journal/sqlite/reader.hpp"

#include <fmt/format.h>
#include <utility>

#include "evenfold/storage/sqlite/write_ahead_log.hpp"

namespace evenfold::journal::sqlite {

namespace {

constexpr std::size_t page_records = 512;
constexpr std::size_t page_bytes = 1U << 20U;
constexpr std::size_t kept_bytes = 4096; // a larger payload's memory is given back
constexpr std::size_t idle_max = 4;
constexpr std::chrono::seconds busy_wait{10};

constexpr std::string_view columns =
    "SELECT sequence, name, version, command, index_in_batch, actor, cause, correlation, at_ms, stored_at_ms, type, "
    "type_version, data FROM events JOIN streams ON streams.id = events.stream ";

/// The join is for an event whose stream is gone.
constexpr std::string_view payload_columns =
    "SELECT sequence, command, actor, correlation, type, type_version, data "
    "FROM events JOIN streams ON streams.id = events.stream WHERE sequence BETWEEN ?1 AND ?2 ORDER BY sequence";

std::string select(std::string_view condition) {
    return fmt::format("{}{}", columns, condition);
}

bool assign(CommandId& id, std::string_view text) {
    const auto uuid = parse_uuid(text);
    if (uuid) id = CommandId{*uuid};
    return uuid.has_value();
}

bool assign(Actor& actor, std::string_view name) {
    const auto named = actor_named(name);
    if (named) actor = *named;
    return named.has_value();
}

} // namespace

Failure log_out_of_reach(const std::filesystem::path& file) {
    return {.kind = FailureKind::read_only,
            .what = fmt::format("{}: its newest events are in {}-wal, which cannot be read in a folder where no index "
                                "of it can be made",
                                file.string(), file.string()),
            .remedy = "Grant write access to the folder, or read a copy of the folder's files."};
}

void Page::clear() {
    size_ = 0;
    bytes_ = 0;
}

bool Page::is_full() const {
    return size_ >= page_records || bytes_ >= page_bytes;
}

Record& Page::add() {
    if (size_ == records_.size()) records_.emplace_back();
    Record& record = records_[size_++];
    if (record.data.capacity() > kept_bytes) record.data = std::string();
    return record;
}

void PayloadPage::clear() {
    if (bytes_.capacity() > 2 * page_bytes) bytes_ = std::string();
    bytes_.clear();
    places_.clear();
}

bool PayloadPage::is_full() const {
    return places_.size() >= page_records || bytes_.size() >= page_bytes;
}

Payload PayloadPage::operator[](std::size_t index) const {
    const Place& place = places_[index];
    const std::string_view all = bytes_;
    return {.sequence = place.sequence,
            .type = all.substr(place.begin, place.type_size),
            .type_version = place.type_version,
            .data = all.substr(place.begin + place.type_size, place.data_size)};
}

void PayloadPage::add(const Payload& payload) {
    places_.push_back({.sequence = payload.sequence,
                       .type_size = payload.type.size(),
                       .data_size = payload.data.size(),
                       .begin = bytes_.size(),
                       .type_version = payload.type_version});
    bytes_ += payload.type;
    bytes_ += payload.data;
}

Reader::Reader(Database database)
    : database_(std::move(database)),
      head_(database_.prepare("SELECT coalesce(max(sequence), 0) FROM events")),
      events_(database_.prepare(select("WHERE sequence BETWEEN ?1 AND ?2 ORDER BY sequence"))),
      payloads_(database_.prepare(payload_columns)),
      stream_(database_.prepare(select("WHERE name = ?1 AND version >= ?2 AND sequence <= ?3 ORDER BY version"))),
      receipt_(database_.prepare("SELECT fingerprint, first, count FROM receipts WHERE command = ?1")) {}

std::expected<Database, Failure> Reader::connect(const std::filesystem::path& file, Mode mode) {
    auto database = Database::open(file, mode, busy_wait);
    if (!database) return std::unexpected(database.error());
    if (auto set = database->execute("PRAGMA query_only = 1; PRAGMA mmap_size = 0;"); !set) {
        return std::unexpected(set.error());
    }
    return database;
}

std::expected<std::unique_ptr<Reader>, Failure> Reader::over(Database database) {
    std::unique_ptr<Reader> reader(new Reader(std::move(database)));
    for (const Statement* statement :
         {&reader->head_, &reader->events_, &reader->payloads_, &reader->stream_, &reader->receipt_}) {
        if (auto ready = check_ready(reader->database_, *statement); !ready) return std::unexpected(ready.error());
    }
    return reader;
}

std::expected<Sequence, Failure> Reader::head() {
    if (head_.with().step() != SQLITE_ROW) return std::unexpected(database_.failure("read the head"));
    const auto head = static_cast<Sequence>(head_.integer(0));
    head_.reset();
    return head;
}

std::expected<void, Failure> Reader::fill(Record& record, const Statement& row) const {
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
    if (assign(record.command, row.bytes(3)) && assign(record.actor, row.bytes(5)) &&
        assign(record.correlation, row.bytes(7))) {
        return {};
    }
    return std::unexpected(not_readable(record.sequence));
}

Failure Reader::missing(Sequence sequence) const {
    return damaged(database_.file(), fmt::format("event {} is missing", sequence));
}

Failure Reader::not_readable(Sequence sequence) const {
    return damaged(database_.file(), fmt::format("event {} cannot be read: not an id or an actor", sequence));
}

std::expected<void, Failure> Reader::fill(Page& page, Statement& rows) {
    page.clear();
    int code = SQLITE_ROW;
    while (!page.is_full() && (code = rows.step()) == SQLITE_ROW) {
        Record& record = page.add();
        if (auto filled = fill(record, rows); !filled) return filled;
        page.count_bytes(record.data.size());
    }
    if (code != SQLITE_ROW && code != SQLITE_DONE) return std::unexpected(database_.failure("read events"));
    rows.reset();
    return {};
}

std::expected<void, Failure> Reader::fill(Page& page, Sequence from, Sequence to) {
    if (auto filled = fill(page, events_.with(from, to)); !filled) return filled;
    for (const Record& record : page.records()) {
        if (record.sequence != from) return std::unexpected(missing(from));
        ++from;
    }
    if (page.is_full() || from > to) return {};
    return std::unexpected(missing(from));
}

std::expected<void, Failure> Reader::fill(PayloadPage& page, Sequence from, Sequence to) {
    page.clear();
    Statement& row = payloads_.with(from, to);
    Sequence found = from; // a gap is told when all else in the page can be read, as with records
    bool is_whole = true;
    int code = SQLITE_ROW;
    while (!page.is_full() && (code = row.step()) == SQLITE_ROW) {
        const auto sequence = static_cast<Sequence>(row.integer(0));
        const std::string_view command = row.bytes(1);
        if (!parse_uuid(command) || !actor_named(row.bytes(2))) return std::unexpected(not_readable(sequence));
        if (const auto correlation = row.bytes(3); correlation != command && !parse_uuid(correlation))
            return std::unexpected(not_readable(sequence));
        is_whole = is_whole && sequence == found;
        if (is_whole) ++found;
        page.add({.sequence = sequence,
                  .type = row.bytes(4),
                  .type_version = static_cast<std::uint32_t>(row.integer(5)),
                  .data = row.bytes(6)});
    }
    if (code != SQLITE_ROW && code != SQLITE_DONE) return std::unexpected(database_.failure("read events"));
    row.reset();
    if (!is_whole || (!page.is_full() && found <= to)) return std::unexpected(missing(found));
    return {};
}

std::expected<void, Failure> Reader::fill(Page& page, std::string_view stream, StreamVersion from, Sequence to) {
    if (auto filled = fill(page, stream_.with(stream, from, to)); !filled) return filled;
    for (const Record& record : page.records()) {
        if (record.version != from) {
            return std::unexpected(damaged(database_.file(), fmt::format("version {} of a stream is missing", from)));
        }
        ++from;
    }
    return {};
}

std::expected<std::optional<Receipt>, Failure> Reader::receipt(const CommandId& command) {
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
    return receipt;
}

std::expected<std::unique_ptr<Reader>, Failure> Readers::open() const {
    auto database = Reader::connect(file_, mode_);
    if (!database) return std::unexpected(database.error());
    return Reader::over(std::move(*database));
}

std::expected<std::unique_ptr<Reader>, Failure> Readers::borrow() {
    if (mode_ == Mode::frozen) {
        // A frozen connection never looks whether the file has changed, so each use gets a new one.
        if (storage::sqlite::has_log(file_)) return std::unexpected(log_out_of_reach(file_));
        return open();
    }
    {
        const std::scoped_lock hold(mutex_);
        if (!idle_.empty()) {
            auto reader = std::move(idle_.back());
            idle_.pop_back();
            return reader;
        }
    }
    return open();
}

void Readers::give_back(std::unique_ptr<Reader> reader) {
    const std::scoped_lock hold(mutex_);
    if (mode_ != Mode::frozen && idle_.size() < idle_max) idle_.push_back(std::move(reader));
}

void Readers::forget() {
    const std::scoped_lock hold(mutex_);
    idle_.clear();
}

} // namespace evenfold::journal::sqlite

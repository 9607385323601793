#include "evenfold/journal/sqlite/signatures/chain_source.hpp"

#include <fmt/format.h>
#include <string>
#include <utility>

#include "evenfold/journal/chain/chain_entries.hpp"
#include "evenfold/journal/signing.hpp"
#include "evenfold/journal/sqlite/identity.hpp"
#include "evenfold/journal/sqlite/journal_file.hpp"
#include "evenfold/journal/sqlite/reader.hpp"
#include "evenfold/journal/sqlite/signatures/stored_rows.hpp"
#include "evenfold/storage/sqlite/write_ahead_log.hpp"

namespace evenfold::journal::sqlite {

namespace {

using chain::ChainEntries;
using chain::ChainSource;
using chain::ChainStart;
using chain::EmptyReceiptRow;
using chain::EventRow;
using chain::HeadRow;
using chain::LinkPosition;
using chain::ReceiptRow;
using chain::ResumeRow;
using chain::StreamEventRow;
using Tile = std::expected<std::optional<std::string>, Failure>;

std::expected<std::optional<HeadRow>, Failure> read_newest_head(const Database& database) {
    Statement rows = database.prepare("SELECT size, root, frontier, note FROM heads ORDER BY size DESC LIMIT 1");
    const auto found = next_row(database, rows, "read the newest head");
    if (!found) return std::unexpected(found.error());
    if (!*found) return std::nullopt;
    HeadRow head;
    fill(head, rows);
    return head;
}

/// Returns the query for the events of the stream ?1, each with the receipt of its command.
std::string stream_events_query(JournalFormat format) {
    return fmt::format("SELECT {}, receipts.command, fingerprint, first, count FROM streams JOIN events ON "
                       "events.stream = streams.id LEFT JOIN receipts ON receipts.command = events.command "
                       "WHERE streams.name = ?1 ORDER BY version",
                       event_columns(format));
}

class SqliteChainSource final : public ChainSource {
public:
    SqliteChainSource(Database database, JournalFormat format, std::optional<system::FileStatus> frozen)
        : database_(std::move(database)),
          format_(format),
          frozen_(frozen),
          find_(database_.prepare(fmt::format("SELECT sequence, {} FROM events JOIN streams ON streams.id = "
                                              "events.stream WHERE name = ?1 AND version = ?2",
                                              is_signed() ? "mac" : "NULL"))) {
        prepare(is_signed() ? "WHERE command NOT IN (SELECT command FROM empty_receipts)" : "", {}, {}, {});
    }

    std::expected<ChainStart, Failure> start() override {
        ChainStart start;
        const auto head = database_.number("SELECT coalesce(max(sequence), 0) FROM events");
        if (!head) return std::unexpected(head.error());
        start.head = static_cast<Sequence>(*head);
        auto domain = database_.text("SELECT domain FROM journal");
        if (!domain) return std::unexpected(std::move(domain.error()));
        start.domain = std::move(*domain);
        if (!is_signed()) return start;
        auto origin = database_.text("SELECT name FROM origin");
        if (!origin) return std::unexpected(std::move(origin.error()));
        start.origin = std::move(*origin);
        auto keys = read_keys(database_);
        if (!keys) return std::unexpected(std::move(keys.error()));
        start.keys = std::move(*keys);
        auto removals = read_removals(database_);
        if (!removals) return std::unexpected(std::move(removals.error()));
        start.removals = std::move(*removals);
        return start;
    }

    std::expected<bool, Failure> next_event(EventRow& row) override {
        return next(events_, [&] { fill(row, events_); });
    }

    std::expected<bool, Failure> next_receipt(ReceiptRow& row) override {
        return next(receipts_, [&] { fill(row, receipts_); });
    }

    std::expected<bool, Failure> next_empty_receipt(EmptyReceiptRow& row) override {
        if (!is_signed()) return false;
        return next(links_, [&] {
            row.number = static_cast<std::uint64_t>(links_.integer(0));
            row.mac = links_.bytes(1);
            row.key = static_cast<std::uint64_t>(links_.integer(2));
            row.command = CommandId{parse_uuid(links_.bytes(3)).value_or(Uuid{})};
            row.receipt.reset();
            if (!links_.is_null(4)) fill(row.receipt.emplace(), links_, 4);
        });
    }

    std::expected<bool, Failure> next_head(HeadRow& row) override {
        if (!is_signed()) return false;
        return next(heads_, [&] { fill(row, heads_); });
    }

    std::expected<std::optional<HeadRow>, Failure> newest_head() override {
        if (!is_signed()) return std::nullopt;
        return read_newest_head(database_);
    }

    std::expected<std::optional<ResumeRow>, Failure> skip_to(Sequence size) override {
        Statement last = database_.prepare("SELECT e.mac, n.index_in_batch FROM events AS e LEFT JOIN events AS n ON "
                                           "n.sequence = e.sequence + 1 WHERE e.sequence = ?1");
        const auto found = next_row(database_, last.with(size), "read an event");
        if (!found) return std::unexpected(found.error());
        if (!*found || (!last.is_null(1) && last.integer(1) != 0)) return std::nullopt;
        auto newest = ChainEntries(store()).newest_empty_before(size);
        if (!newest) return std::unexpected(std::move(newest.error()));
        // Only the receipts of these events, by their key: a search by `first` would read all receipts.
        prepare(fmt::format("WHERE command IN (SELECT command FROM events WHERE sequence > {})", size),
                fmt::format("WHERE sequence > {}", size), fmt::format("WHERE e.number > {}", newest->number),
                fmt::format("WHERE size > {}", size));
        return ResumeRow{.mac = std::string(last.bytes(0)),
                         .empty_receipts = newest->number,
                         .newest_empty = std::move(newest->mac),
                         .empty_key = newest->key};
    }

    std::expected<bool, Failure> next_of_stream(std::string_view stream, StreamEventRow& row) override {
        if (!stream_) {
            stream_.emplace(stream);
            stream_rows_ = database_.prepare(stream_events_query(format_));
            stream_rows_.with(std::string_view(*stream_));
            if (is_signed()) stream_entries_.emplace(store());
        }
        const auto more = next(stream_rows_, [&] { fill(row, stream_rows_); });
        if (!more || !*more || !is_signed()) return more;
        auto newest = stream_entries_->newest_empty_before(row.event.sequence);
        if (!newest) return std::unexpected(std::move(newest.error()));
        row.newest_empty = std::move(newest->mac);
        return true;
    }

    std::expected<std::optional<LinkPosition>, Failure> find(std::string_view stream, StreamVersion version) override {
        const auto found = next_row(database_, find_.with(stream, version), "look for an event of a stream");
        if (!found) return std::unexpected(found.error());
        if (!*found) return std::nullopt;
        LinkPosition position{.sequence = static_cast<Sequence>(find_.integer(0)), .mac = std::string(find_.bytes(1))};
        find_.reset();
        return position;
    }

    [[nodiscard]] bool stores_tiles() const override { return is_signed(); }
    Tile tile(unsigned level, std::uint64_t number) override { return store().tile(level, number); }

private:
    [[nodiscard]] bool is_signed() const { return format_ == JournalFormat::signed_rows; }

    [[nodiscard]] StoredRows& store() { return store_ ? *store_ : store_.emplace(database_); }

    /// Prepares the reading of the rows that these conditions select.
    void prepare(std::string_view receipts, std::string_view events, std::string_view links, std::string_view heads) {
        events_ = database_.prepare(fmt::format("SELECT {} FROM events LEFT JOIN streams ON streams.id = events.stream "
                                                "{} ORDER BY sequence",
                                                event_columns(format_), events));
        receipts_ = database_.prepare(fmt::format(
            "SELECT command, fingerprint, first, count FROM receipts {} ORDER BY first, count, command", receipts));
        if (!is_signed()) return;
        links_ = database_.prepare(
            fmt::format("SELECT e.number, e.mac, e.key, e.command, r.command, r.fingerprint, r.first, r.count "
                        "FROM empty_receipts AS e LEFT JOIN receipts AS r ON r.command = e.command {} "
                        "ORDER BY e.number",
                        links));
        heads_ = database_.prepare(fmt::format("SELECT size, root, frontier, note FROM heads {} ORDER BY size", heads));
    }

    template <class Fill>
    std::expected<bool, Failure> next(Statement& rows, const Fill& fill_row) {
        const auto more = next_row(database_, rows, "read the rows of the journal");
        if (!more) return more;
        constexpr std::uint64_t reads_between_checks = 4096;
        if (frozen_ && (!*more || ++reads_ % reads_between_checks == 0)) {
            if (auto unchanged = check_unchanged(); !unchanged) return std::unexpected(unchanged.error());
        }
        if (*more) fill_row();
        return more;
    }

    [[nodiscard]] std::expected<void, Failure> check_unchanged() const {
        if (frozen_ == storage::sqlite::at_rest(database_.file())) return {};
        return std::unexpected(Failure{.kind = FailureKind::busy,
                                       .what = fmt::format("{}: it was changed while it was verified without SQLite's "
                                                           "locks, because its folder is not writable",
                                                           database_.file().string()),
                                       .remedy = "Try again, or verify it as a user who may write in its folder."});
    }

    Database database_;
    JournalFormat format_;
    std::optional<system::FileStatus> frozen_; // the file's status when it was opened without locks
    Statement events_, receipts_, links_, heads_, find_;
    std::optional<std::string> stream_; // that next_of_stream reads
    Statement stream_rows_;
    std::optional<StoredRows> store_; // for tiles, and for receipts without events before those of the stream
    std::optional<ChainEntries> stream_entries_;
    std::uint64_t reads_ = 0;
};

/// A connection to a journal, in a read transaction.
struct FileSnapshot {
    Database database;
    JournalFormat format;
    std::optional<system::FileStatus> frozen;
};

std::expected<FileSnapshot, Failure> open_snapshot(const std::filesystem::path& file) {
    const auto rest = storage::sqlite::at_rest(file);
    auto database = JournalReader::connect(file, rest ? OpenMode::frozen : OpenMode::read);
    if (!database) return std::unexpected(failure_to_read(file, database.error()));
    if (auto checked = check_log(*database, Access::read_only); !checked) return std::unexpected(checked.error());
    if (auto begun = database->execute("BEGIN"); !begun) return std::unexpected(begun.error());
    const auto content = recognise_now(*database);
    if (!content) return std::unexpected(content.error());
    if (*content == Content::nothing) return std::unexpected(no_journal(file));
    const auto format = format_of(*database);
    if (!format) return std::unexpected(format.error());
    return FileSnapshot{std::move(*database), *format, rest};
}

std::expected<FileSnapshot, Failure> open_signed_snapshot(const std::filesystem::path& file) {
    auto snapshot = open_snapshot(file);
    if (snapshot && snapshot->format != JournalFormat::signed_rows)
        return std::unexpected(unsigned_journal(file.string()));
    return snapshot;
}

class SqliteTree final : public JournalTree {
public:
    SqliteTree(Database database, std::uint64_t size)
        : database_(std::move(database)), rows_(database_), entries_(rows_), tree_(entries_), size_(size) {}

    std::expected<void, Failure> read(unsigned level, std::uint64_t first, std::span<chain::Hash> hashes) override {
        return tree_.read(level, first, hashes);
    }
    [[nodiscard]] std::uint64_t size() const override { return size_; }
    std::expected<std::string, Failure> entry_of(Sequence sequence) override { return entries_.entry_of(sequence); }

private:
    Database database_;
    StoredRows rows_;
    ChainEntries entries_;
    chain::StoredTree tree_;
    std::uint64_t size_;
};

} // namespace

std::expected<std::unique_ptr<ChainSource>, Failure> open_chain(const std::filesystem::path& file) {
    auto snapshot = open_snapshot(file);
    if (!snapshot) return std::unexpected(std::move(snapshot.error()));
    return std::make_unique<SqliteChainSource>(std::move(snapshot->database), snapshot->format, snapshot->frozen);
}

std::expected<std::unique_ptr<JournalTree>, Failure> open_tree(const std::filesystem::path& file) {
    auto snapshot = open_signed_snapshot(file);
    if (!snapshot) return std::unexpected(std::move(snapshot.error()));
    const auto size = snapshot->database.number("SELECT coalesce(max(sequence), 0) FROM events");
    if (!size) return std::unexpected(size.error());
    return std::make_unique<SqliteTree>(std::move(snapshot->database), static_cast<std::uint64_t>(*size));
}

std::expected<std::optional<HeadRow>, Failure> newest_head(const std::filesystem::path& file) {
    const auto snapshot = open_signed_snapshot(file);
    if (!snapshot) return std::unexpected(snapshot.error());
    return read_newest_head(snapshot->database);
}

std::expected<std::vector<Anchoring>, Failure> read_anchorings(const std::filesystem::path& file) {
    const auto snapshot = open_signed_snapshot(file);
    if (!snapshot) return std::unexpected(snapshot.error());
    Statement rows =
        snapshot->database.prepare("SELECT size, anchor, at_ms, response FROM anchorings ORDER BY size, anchor");
    std::vector<Anchoring> all;
    for (;;) {
        const auto more = next_row(snapshot->database, rows, "read the responses of anchors");
        if (!more) return std::unexpected(more.error());
        if (!*more) return all;
        all.push_back({.size = static_cast<std::uint64_t>(rows.integer(0)),
                       .anchor = std::string(rows.bytes(1)),
                       .at = {rows.integer(2)},
                       .response = std::string(rows.bytes(3))});
    }
}

} // namespace evenfold::journal::sqlite

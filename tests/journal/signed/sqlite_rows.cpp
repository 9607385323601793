#include "evenfold/tests/journal/signed/sqlite_rows.hpp"

#include <chrono>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>

#include "evenfold/journal/signatures.hpp"
#include "evenfold/journal/sqlite/sqlite_journal.hpp"

namespace evenfold::tests::chain {
namespace {

using storage::sqlite::BlobValue;
using storage::sqlite::Database;
using storage::sqlite::OpenMode;
using storage::sqlite::PlainText;
using storage::sqlite::Statement;

constexpr std::string_view tables[] = {"streams", "events", "receipts", "keys", "empty_receipts", "heads", "removals"};

void require(const Database& database, const std::string& sql) {
    if (auto done = database.execute(sql.c_str()); !done) throw std::runtime_error(done.error().what);
}

Database opened(const std::filesystem::path& file) {
    { // creates the tables, and closes the journal
        journal::SqliteOptions options{.domain = "plans", .signing = journal::SigningOptions{key_of(1)}};
        if (auto made = journal::open_sqlite_journal(file, journal::Access::create, options); !made)
            throw std::runtime_error(made.error().what);
    }
    auto database = Database::open(file, OpenMode::write, std::chrono::seconds(10));
    if (!database) throw std::runtime_error(database.error().what);
    return std::move(*database);
}

bool run(Statement& statement) {
    const bool done = statement.step() == SQLITE_DONE;
    statement.reset();
    return done;
}

std::optional<BlobValue> blob(const std::string& bytes, bool is_absent) {
    return is_absent ? std::nullopt : std::optional(BlobValue{bytes});
}

/// Inserts the events, and the streams that they name.
bool insert_events(const Database& database, const std::vector<EventRow>& events) {
    Statement add_stream = database.prepare("INSERT INTO streams (id, name) VALUES (?1, ?2)");
    Statement add = database.prepare("INSERT INTO events VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, "
                                     "?13, ?14, ?15, ?16, ?17, ?18, ?19)");
    std::map<std::string, std::int64_t> streams;
    for (const EventRow& row : events) {
        if (!row.unreadable.empty()) return false;
        const auto [stream, is_new] = streams.try_emplace(row.stream, static_cast<std::int64_t>(streams.size()) + 1);
        if (is_new && !run(add_stream.with(stream->second, std::string_view(row.stream)))) return false;
        const std::string command = to_text(row.command);
        const std::string correlation = to_text(row.correlation);
        const bool is_plain = row.mac.empty();
        if (!run(add.with(row.sequence, stream->second, row.version, PlainText{command}, std::uint64_t{row.index},
                          PlainText{row.actor}, row.cause, PlainText{correlation}, row.at.unix_ms,
                          row.stored_at.unix_ms, std::string_view(row.type), std::uint64_t{row.type_version},
                          std::string_view(row.data), blob(row.salt, is_plain && row.salt.empty()),
                          blob(row.payload_hash, row.payload_hash.empty()), blob(row.previous, row.previous.empty()),
                          blob(row.mac, is_plain), row.key, row.removed)))
            return false;
    }
    return true;
}

bool insert_receipt(Statement& add, const ReceiptRow& receipt) {
    const std::string command = to_text(receipt.command);
    return run(add.with(PlainText{command}, std::string_view(receipt.fingerprint), receipt.first,
                        std::uint64_t{receipt.count}));
}

} // namespace

SqliteRows::SqliteRows(const std::filesystem::path& file) : database_(opened(file)) {
    require(database_, "PRAGMA synchronous = OFF");
    std::string drops;
    auto names = database_.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'");
    while (names.step() == SQLITE_ROW) drops += "DROP TRIGGER " + std::string(names.bytes(0)) + ";";
    names.reset();
    require(database_, drops);
}

bool SqliteRows::insert(const StoredJournal& stored) {
    Statement origin = database_.prepare("UPDATE origin SET name = ?1");
    Statement domain = database_.prepare("UPDATE journal SET domain = ?1");
    Statement tail = database_.prepare("UPDATE journal_tail SET origin = ?1, head = 0, base = 0");
    if (!run(origin.with(PlainText{stored.origin})) || !run(domain.with(std::string_view(stored.domain))) ||
        !run(tail.with(PlainText{stored.origin})) || !insert_events(database_, stored.events))
        return false;
    Statement add_receipt = database_.prepare("INSERT INTO receipts VALUES (?1, ?2, ?3, ?4)");
    Statement add_link = database_.prepare("INSERT INTO empty_receipts VALUES (?1, ?2, ?3, ?4)");
    Statement add_key = database_.prepare("INSERT INTO keys VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0)");
    Statement add_head = database_.prepare("INSERT INTO heads VALUES (?1, ?2, ?3, 0, ?4)");
    Statement add_removal = database_.prepare("INSERT INTO removals VALUES (?1, ?2)");
    for (const ReceiptRow& row : stored.receipts) {
        if (!insert_receipt(add_receipt, row)) return false;
    }
    for (const EmptyReceiptRow& row : stored.links) {
        const std::string command = to_text(row.command);
        if (!run(add_link.with(row.number, PlainText{command}, BlobValue{row.mac}, row.key))) return false;
        if (row.receipt && (row.receipt->command != row.command || !insert_receipt(add_receipt, *row.receipt)))
            return false;
    }
    for (const KeyRow& row : stored.keys) {
        if (!run(add_key.with(row.number, PlainText{row.id}, PlainText{row.scheme}, row.first, BlobValue{row.root},
                              blob(row.by_old, row.by_old.empty()), BlobValue{row.by_new})))
            return false;
    }
    for (const HeadRow& row : stored.heads) {
        if (!run(add_head.with(row.size, BlobValue{row.root}, BlobValue{row.frontier}, PlainText{row.note})))
            return false;
    }
    for (const RemovalRow& row : stored.removals) {
        if (!run(add_removal.with(row.number, PlainText{row.note}))) return false;
    }
    return true;
}

bool SqliteRows::replace(const StoredJournal& stored) {
    require(database_, "BEGIN IMMEDIATE");
    for (const std::string_view table : tables) require(database_, "DELETE FROM " + std::string(table));
    const bool inserted = insert(stored);
    require(database_, inserted ? "COMMIT" : "ROLLBACK");
    return inserted;
}

ChainReport report_of_file(const std::filesystem::path& file, const ChainTrust& trust, VerifyScope scope) {
    const auto source = journal::open_sqlite_chain(file);
    if (!source) throw std::runtime_error(source.error().what);
    auto report = verify(**source, trust, scope);
    if (!report) throw std::runtime_error(report.error().what);
    return std::move(*report);
}

} // namespace evenfold::tests::chain

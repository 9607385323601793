#include "evenfold/journal/sqlite/signatures/stored_rows.hpp"

#include <fmt/format.h>
#include <limits>
#include <utility>

namespace evenfold::journal::sqlite {

namespace {

using chain::EventRow;
using chain::KeyRow;
using chain::ReceiptRow;

constexpr std::string_view plain_columns =
    "sequence, streams.name, version, events.command, index_in_batch, actor, cause, correlation, at_ms, stored_at_ms, "
    "type, type_version, data";

/// Returns the number in `column` if it fits; a stored number that does not fit must not be read as another one.
std::optional<std::uint32_t> small_number(const Statement& row, int column) {
    const std::int64_t number = row.integer(column);
    if (number < 0 || number > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
    return static_cast<std::uint32_t>(number);
}

std::optional<std::uint64_t> optional_number(const Statement& row, int column) {
    if (row.is_null(column)) return std::nullopt;
    return static_cast<std::uint64_t>(row.integer(column));
}

/// Returns the reason for which a value of the row is not of its kind; empty if all are.
std::string_view read_values(EventRow& event, const Statement& row) {
    const auto command = parse_uuid(row.bytes(3));
    const auto correlation = parse_uuid(row.bytes(7));
    const auto index = small_number(row, 4);
    const auto type_version = small_number(row, 11);
    event.command = CommandId{command.value_or(Uuid{})};
    event.correlation = CommandId{correlation.value_or(Uuid{})};
    event.index = index.value_or(0);
    event.type_version = type_version.value_or(0);
    if (row.is_null(1)) return "its stream does not exist";
    if (!command) return "its command is not a UUID";
    if (!correlation) return "its correlation is not a UUID";
    if (!index) return "its index in its batch is out of range";
    if (!type_version) return "the version of its type is out of range";
    return {};
}

} // namespace

std::string event_columns(JournalFormat format) {
    const std::string_view signature = format == JournalFormat::signed_rows
                                           ? "salt, payload_hash, prev, mac, key, removed"
                                           : "NULL, NULL, NULL, "
                                             "NULL, NULL, NULL";
    return fmt::format("{}, {}", plain_columns, signature);
}

void fill(EventRow& event, const Statement& row) {
    event.sequence = static_cast<Sequence>(row.integer(0));
    event.stream = row.bytes(1);
    event.version = static_cast<StreamVersion>(row.integer(2));
    event.actor = row.bytes(5);
    event.cause = optional_number(row, 6);
    event.at = {row.integer(8)};
    event.stored_at = {row.integer(9)};
    event.type = row.bytes(10);
    event.data = row.bytes(12);
    event.salt = row.bytes(13);
    event.payload_hash = row.bytes(14);
    event.previous = row.bytes(15);
    event.mac = row.bytes(16);
    event.key = optional_number(row, 17);
    event.removed = optional_number(row, 18);
    event.unreadable = read_values(event, row);
}

void fill(ReceiptRow& receipt, const Statement& row, int column) {
    // A value that cannot be read becomes one that no event has, so that it is reported at its place.
    receipt.command = CommandId{parse_uuid(row.bytes(column)).value_or(Uuid{})};
    receipt.fingerprint = row.bytes(column + 1);
    receipt.first = static_cast<Sequence>(row.integer(column + 2));
    receipt.count = small_number(row, column + 3).value_or(std::numeric_limits<std::uint32_t>::max());
}

void fill(chain::StreamEventRow& event, const Statement& row) {
    constexpr int receipt_column = 19;
    fill(event.event, row);
    event.receipt.reset();
    if (!row.is_null(receipt_column)) fill(event.receipt.emplace(), row, receipt_column);
}

void fill(chain::HeadRow& head, const Statement& row) {
    head.size = static_cast<std::uint64_t>(row.integer(0));
    head.root = row.bytes(1);
    head.frontier = row.bytes(2);
    head.note = row.bytes(3);
}

std::expected<bool, Failure> next_row(const Database& database, Statement& statement, std::string_view operation) {
    const int code = statement.step();
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) {
        statement.reset();
        return false;
    }
    Failure failure = database.failure(operation);
    statement.reset();
    return std::unexpected(std::move(failure));
}

std::expected<void, Failure> change_row(const Database& database, Statement& statement, std::string_view operation) {
    const auto more = next_row(database, statement, operation);
    if (!more) return std::unexpected(more.error());
    if (database.changes() == 1) return {};
    return std::unexpected(
        damaged(database.file(), fmt::format("{}: the row was not stored, as if a trigger prevented it", operation)));
}

std::expected<std::vector<KeyRow>, Failure> read_keys(const Database& database) {
    Statement rows =
        database.prepare("SELECT number, id, scheme, first, root, by_old, by_new FROM keys ORDER BY number");
    std::vector<KeyRow> keys;
    for (;;) {
        const auto more = next_row(database, rows, "read the keys");
        if (!more) return std::unexpected(more.error());
        if (!*more) return keys;
        keys.push_back({.number = static_cast<std::uint64_t>(rows.integer(0)),
                        .id = std::string(rows.bytes(1)),
                        .scheme = std::string(rows.bytes(2)),
                        .first = static_cast<Sequence>(rows.integer(3)),
                        .root = std::string(rows.bytes(4)),
                        .by_old = std::string(rows.bytes(5)),
                        .by_new = std::string(rows.bytes(6))});
    }
}

std::expected<std::vector<chain::RemovalRow>, Failure> read_removals(const Database& database) {
    Statement rows = database.prepare("SELECT number, note FROM removals ORDER BY number");
    std::vector<chain::RemovalRow> removals;
    for (;;) {
        const auto more = next_row(database, rows, "read the removals");
        if (!more) return std::unexpected(more.error());
        if (!*more) return removals;
        removals.push_back({static_cast<std::uint64_t>(rows.integer(0)), std::string(rows.bytes(1))});
    }
}

StoredRows::StoredRows(const Database& database)
    : database_(&database),
      tile_(database.prepare("SELECT hashes FROM tiles WHERE level = ?1 AND number = ?2")),
      events_(database.prepare(fmt::format(
          "SELECT {}, receipts.command, fingerprint, first, count FROM events LEFT JOIN streams ON streams.id = "
          "events.stream LEFT JOIN receipts ON receipts.command = events.command WHERE sequence BETWEEN ?1 AND ?2 "
          "ORDER BY sequence",
          event_columns(JournalFormat::signed_rows)))),
      mac_(database.prepare("SELECT mac FROM events WHERE sequence = ?1")),
      last_empty_(database.prepare("SELECT coalesce(max(number), 0) FROM empty_receipts")),
      empty_(database.prepare("SELECT e.mac, e.key, r.first FROM empty_receipts AS e LEFT JOIN receipts AS r ON "
                              "r.command = e.command WHERE e.number = ?1")) {}

std::expected<std::optional<std::string>, Failure> StoredRows::tile(unsigned level, std::uint64_t number) {
    const auto found = next_row(*database_, tile_.with(std::uint64_t{level}, number), "read a tile of the tree");
    if (!found) return std::unexpected(found.error());
    if (!*found) return std::nullopt;
    std::string hashes(tile_.bytes(0));
    tile_.reset();
    return hashes;
}

std::expected<std::string, Failure> StoredRows::mac_of(Sequence sequence) {
    const auto found = next_row(*database_, mac_.with(sequence), "read the mac of an event");
    if (!found) return std::unexpected(found.error());
    if (!*found) return std::string();
    std::string mac(mac_.bytes(0));
    mac_.reset();
    return mac;
}

std::expected<std::uint64_t, Failure> StoredRows::empty_receipts() {
    const auto found = next_row(*database_, last_empty_.with(), "look for a receipt without events");
    if (!found) return std::unexpected(found.error());
    const auto number = static_cast<std::uint64_t>(last_empty_.integer(0));
    last_empty_.reset();
    return number;
}

std::expected<std::optional<chain::EmptyReceiptLink>, Failure> StoredRows::empty_receipt(std::uint64_t number) {
    const auto found = next_row(*database_, empty_.with(number), "look for a receipt without events");
    if (!found) return std::unexpected(found.error());
    if (!*found) return std::nullopt;
    chain::EmptyReceiptLink link{
        .number = number, .mac = std::string(empty_.bytes(0)), .key = static_cast<std::uint64_t>(empty_.integer(1))};
    if (!empty_.is_null(2)) link.first = static_cast<Sequence>(empty_.integer(2));
    empty_.reset();
    return link;
}

std::expected<void, Failure>
StoredRows::visit_events(Sequence first, std::size_t count, const chain::VisitEvent& visit) {
    events_.with(first, first + count - 1);
    for (;;) {
        const auto more = next_row(*database_, events_, "read events for the tree");
        if (!more) return std::unexpected(more.error());
        if (!*more) return {};
        fill(row_, events_);
        if (auto visited = visit(row_); !visited) {
            events_.reset();
            return visited;
        }
    }
}

} // namespace evenfold::journal::sqlite

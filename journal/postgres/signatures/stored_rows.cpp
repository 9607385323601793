#include "evenfold/journal/postgres/signatures/stored_rows.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <limits>
#include <utility>

namespace evenfold::journal::postgres {

namespace {

using chain::EventRow;
using chain::KeyRow;
using chain::ReceiptRow;

/// Returns the number in `column` if it fits; a stored number that does not fit must not be read as another one.
std::optional<std::uint32_t> small_number(const QueryResult& rows, int row, int column) {
    const std::int64_t number = rows.integer(row, column);
    if (number < 0 || number > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
    return static_cast<std::uint32_t>(number);
}

std::optional<std::uint64_t> optional_number(const QueryResult& rows, int row, int column) {
    if (rows.is_null(row, column)) return std::nullopt;
    return static_cast<std::uint64_t>(rows.integer(row, column));
}

bool is_uuid(std::string_view bytes) {
    return bytes.size() == Uuid{}.bytes.size(); // of a column of another type, it is not
}

/// Returns the reason for which a value of the row is not of its kind; empty if all are.
std::string_view read_values(EventRow& event, const QueryResult& rows, int row) {
    event.command = command_of(rows.bytes(row, 3));
    event.correlation = command_of(rows.bytes(row, 7));
    const auto index = small_number(rows, row, 4);
    const auto type_version = small_number(rows, row, 11);
    event.index = index.value_or(0);
    event.type_version = type_version.value_or(0);
    if (rows.is_null(row, 1)) return "its stream does not exist";
    if (!is_uuid(rows.bytes(row, 3))) return "its command is not a UUID";
    if (!is_uuid(rows.bytes(row, 7))) return "its correlation is not a UUID";
    if (!index) return "its index in its batch is out of range";
    if (!type_version) return "the version of its type is out of range";
    return {};
}

} // namespace

std::string event_page_query(std::string_view range, std::string_view order) {
    constexpr std::string_view size = "coalesce(octet_length(data), 0)";
    return fmt::format(
        "SELECT {0}, {1} FROM (SELECT *, sum({2}) OVER (ORDER BY {4} ROWS UNBOUNDED PRECEDING) - {2} AS before FROM "
        "(SELECT * FROM events WHERE {3} ORDER BY {4} LIMIT $2 OFFSET $3) page) e LEFT JOIN streams s ON s.id = "
        "e.stream LEFT JOIN receipts r ON r.command = e.command WHERE before < 1048576 ORDER BY e.{4}",
        event_columns, receipt_columns, size, range, order);
}

CommandId command_of(std::string_view bytes) {
    CommandId command;
    if (is_uuid(bytes)) std::ranges::copy(bytes, command.uuid.bytes.begin());
    return command;
}

void fill(EventRow& event, const QueryResult& rows, int row) {
    event.sequence = static_cast<Sequence>(rows.integer(row, 0));
    event.stream = rows.bytes(row, 1);
    event.version = static_cast<StreamVersion>(rows.integer(row, 2));
    event.actor = rows.bytes(row, 5);
    event.cause = optional_number(rows, row, 6);
    event.at = {rows.integer(row, 8)};
    event.stored_at = {rows.integer(row, 9)};
    event.type = rows.bytes(row, 10);
    event.data = rows.bytes(row, 12);
    event.salt = rows.bytes(row, 13);
    event.payload_hash = rows.bytes(row, 14);
    event.previous = rows.bytes(row, 15);
    event.mac = rows.bytes(row, 16);
    event.key = optional_number(rows, row, 17);
    event.removed = optional_number(rows, row, 18);
    event.unreadable = read_values(event, rows, row);
}

void fill(ReceiptRow& receipt, const QueryResult& rows, int row, int column) {
    // A value that cannot be read becomes one that no event has, so that it is reported at its place.
    receipt.command = command_of(rows.bytes(row, column));
    receipt.fingerprint = rows.bytes(row, column + 1);
    receipt.first = static_cast<Sequence>(rows.integer(row, column + 2));
    receipt.count = small_number(rows, row, column + 3).value_or(std::numeric_limits<std::uint32_t>::max());
}

void fill(chain::StreamEventRow& event, const QueryResult& rows, int row) {
    fill(event.event, rows, row);
    event.receipt.reset();
    if (!rows.is_null(row, event_column_count)) fill(event.receipt.emplace(), rows, row, event_column_count);
}

void fill(chain::HeadRow& head, const QueryResult& rows, int row) {
    head.size = static_cast<std::uint64_t>(rows.integer(row, 0));
    head.root = rows.bytes(row, 1);
    head.frontier = rows.bytes(row, 2);
    head.note = rows.bytes(row, 3);
}

std::expected<std::vector<chain::RemovalRow>, Failure> read_removals(ServerConnection& connection) {
    const auto rows = connection.query(
        {.operation = "read the removals", .sql = "SELECT number, note FROM removals ORDER BY number"});
    if (!rows) return std::unexpected(rows.error());
    std::vector<chain::RemovalRow> removals;
    for (int row = 0; row < rows->rows(); ++row)
        removals.push_back({static_cast<std::uint64_t>(rows->integer(row, 0)), std::string(rows->bytes(row, 1))});
    return removals;
}

std::expected<std::vector<KeyRow>, Failure> StoredRows::keys() {
    const auto rows = connection_->query(
        {.operation = "read the keys",
         .sql = "SELECT number, id, scheme, first_sequence, root, by_old, by_new FROM keys ORDER BY number"});
    if (!rows) return std::unexpected(rows.error());
    std::vector<KeyRow> keys;
    for (int row = 0; row < rows->rows(); ++row) {
        keys.push_back({.number = static_cast<std::uint64_t>(rows->integer(row, 0)),
                        .id = std::string(rows->bytes(row, 1)),
                        .scheme = std::string(rows->bytes(row, 2)),
                        .first = static_cast<Sequence>(rows->integer(row, 3)),
                        .root = std::string(rows->bytes(row, 4)),
                        .by_old = std::string(rows->bytes(row, 5)),
                        .by_new = std::string(rows->bytes(row, 6))});
    }
    return keys;
}

std::expected<std::string, Failure> StoredRows::mac_of(Sequence sequence) {
    ServerQuery query{.operation = "read the mac of an event", .sql = "SELECT mac FROM events WHERE sequence = $1"};
    query.parameters.add(sequence);
    const auto rows = connection_->query(query);
    if (!rows) return std::unexpected(rows.error());
    return rows->rows() == 0 ? std::string() : std::string(rows->bytes(0, 0));
}

std::expected<std::uint64_t, Failure> StoredRows::empty_receipts() {
    const auto row = connection_->query({.operation = "look for a receipt without events",
                                         .sql = "SELECT coalesce(max(number), 0) FROM empty_receipts"});
    if (!row) return std::unexpected(row.error());
    return static_cast<std::uint64_t>(row->integer(0, 0));
}

std::expected<std::optional<chain::EmptyReceiptLink>, Failure> StoredRows::empty_receipt(std::uint64_t number) {
    ServerQuery query{.operation = "look for a receipt without events",
                      .sql = "SELECT e.mac, e.key, r.first FROM empty_receipts e LEFT JOIN receipts r ON "
                             "r.command = e.command WHERE e.number = $1"};
    query.parameters.add(number);
    const auto rows = connection_->query(query);
    if (!rows) return std::unexpected(rows.error());
    if (rows->rows() == 0) return std::nullopt;
    chain::EmptyReceiptLink link{.number = number,
                                 .mac = std::string(rows->bytes(0, 0)),
                                 .key = static_cast<std::uint64_t>(rows->integer(0, 1))};
    if (!rows->is_null(0, 2)) link.first = static_cast<Sequence>(rows->integer(0, 2));
    return link;
}

std::expected<void, Failure>
StoredRows::visit_events(Sequence first, std::size_t count, const chain::VisitEvent& visit) {
    static const std::string sql = event_page_query("sequence BETWEEN $1 AND $4", "sequence");
    for (std::size_t done = 0; done < count;) {
        ServerQuery query{.operation = "read events for the tree", .sql = sql};
        query.parameters.add(first + done)
            .add(std::uint64_t{count - done})
            .add(std::uint64_t{0})
            .add(first + count - 1);
        const auto rows = connection_->query(query);
        if (!rows) return std::unexpected(rows.error());
        if (rows->rows() == 0) return {};
        for (int row = 0; row < rows->rows(); ++row, ++done) {
            fill(row_, *rows, row);
            if (auto visited = visit(row_); !visited) return visited;
        }
    }
    return {};
}

std::expected<std::optional<std::string>, Failure> StoredRows::tile(unsigned level, std::uint64_t number) {
    ServerQuery query{.operation = "read a tile of the tree",
                      .sql = "SELECT hashes FROM tiles WHERE level = $1 AND number = $2"};
    query.parameters.add(std::int64_t{level}).add(number);
    const auto rows = connection_->query(query);
    if (!rows) return std::unexpected(rows.error());
    if (rows->rows() == 0) return std::nullopt;
    return std::string(rows->bytes(0, 0));
}

} // namespace evenfold::journal::postgres

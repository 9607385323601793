#include <array>
#include <utility>

#include "evenfold/journal/exchange/export_lines.hpp"
#include "evenfold/journal/exchange/line_cursor.hpp"

// The lines of an export, read into rows.

namespace evenfold::journal::exchange {
namespace {

struct KindName {
    std::string_view start;
    LineKind kind;
};
constexpr std::array<KindName, 8> kinds{{
    {R"({"event":)", LineKind::event},
    {R"({"receipt":)", LineKind::receipt},
    {R"({"empty_receipt":)", LineKind::empty_receipt},
    {R"({"head":)", LineKind::head},
    {R"({"key":)", LineKind::key},
    {R"({"removal":)", LineKind::removal},
    {R"({"header":)", LineKind::header},
    {R"({"end":)", LineKind::end},
}};

/// Reads a member that is left out if it is empty.
std::string optional_hex(LineCursor& cursor, std::string_view name) {
    return cursor.has(name) ? cursor.hex() : std::string();
}

std::optional<std::uint64_t> optional_number(LineCursor& cursor, std::string_view name) {
    return cursor.has(name) ? std::optional(cursor.number<std::uint64_t>()) : std::nullopt;
}

template <class Integer>
Integer number_of(LineCursor& cursor, std::string_view name) {
    cursor.need(name);
    return cursor.number<Integer>();
}

std::string hex_of(LineCursor& cursor, std::string_view name) {
    cursor.need(name);
    return cursor.hex();
}

CommandId id_of(LineCursor& cursor, std::string_view name) {
    cursor.need(name);
    return cursor.id();
}

/// Reads the members up to the receipt.
void read_start(LineCursor& cursor, EventLine& row) {
    chain::EventRow& event = row.event;
    cursor.open("event");
    event.sequence = cursor.number<Sequence>();
    event.stream = cursor.text_or_hex("stream");
    event.version = number_of<StreamVersion>(cursor, "version");
    event.command = id_of(cursor, "command");
    event.index = number_of<std::uint32_t>(cursor, "index_in_batch");
    row.receipt.reset();
    if (!cursor.has("count")) return;
    chain::ReceiptRow& receipt = row.receipt.emplace();
    receipt.command = event.command;
    receipt.first = event.sequence;
    receipt.count = cursor.number<std::uint32_t>();
    receipt.fingerprint = hex_of(cursor, "fingerprint");
}

Parsed closed(LineCursor& cursor) {
    cursor.close();
    return cursor.result();
}

} // namespace

std::optional<LineKind> kind_of(std::string_view line) {
    for (const KindName& kind : kinds) {
        if (line.starts_with(kind.start)) return kind.kind;
    }
    return std::nullopt;
}

std::optional<Sequence> sequence_of(std::string_view line) {
    LineCursor cursor(line);
    cursor.open("event");
    const auto sequence = cursor.number<Sequence>();
    return cursor.failed() ? std::nullopt : std::optional(sequence);
}

std::optional<chain::EventRow> event_named_by(std::string_view line) {
    LineCursor cursor(line);
    EventLine row;
    read_start(cursor, row);
    return cursor.failed() ? std::nullopt : std::optional(std::move(row.event));
}

std::optional<chain::ReceiptRow> receipt_of(std::string_view line) {
    LineCursor cursor(line);
    EventLine row;
    read_start(cursor, row);
    return cursor.failed() ? std::nullopt : std::move(row.receipt);
}

Parsed parse_line(std::string_view line, HeaderLine& row) {
    LineCursor cursor(line);
    cursor.open("header");
    const std::string format = cursor.text();
    row.is_part = format == part_format;
    if (!cursor.failed() && format != export_format && !row.is_part)
        return std::unexpected("the format is '" + format.substr(0, 40) + "': expected '" + std::string(export_format) +
                               "' or '" + std::string(part_format) + "'");
    row.origin = cursor.text_or_hex("origin");
    row.domain = cursor.text_or_hex("domain");
    row.stream.reset();
    if (row.is_part) row.stream = cursor.optional_text_or_hex("stream");
    row.first = number_of<Sequence>(cursor, "first");
    row.last = number_of<Sequence>(cursor, "last");
    row.keys = number_of<std::uint64_t>(cursor, "keys");
    row.removals = number_of<std::uint64_t>(cursor, "removals");
    row.line_bytes_max = number_of<std::uint64_t>(cursor, "line_bytes_max");
    return closed(cursor);
}

Parsed parse_line(std::string_view line, chain::KeyRow& row) {
    LineCursor cursor(line);
    cursor.open("key");
    row.number = cursor.number<std::uint64_t>();
    row.id = cursor.text_or_hex("id");
    row.scheme = cursor.text_or_hex("scheme");
    row.first = number_of<Sequence>(cursor, "first");
    row.root = hex_of(cursor, "root");
    row.by_old = hex_of(cursor, "by_old");
    row.by_new = hex_of(cursor, "by_new");
    return closed(cursor);
}

Parsed parse_line(std::string_view line, chain::RemovalRow& row) {
    LineCursor cursor(line);
    cursor.open("removal");
    row.number = cursor.number<std::uint64_t>();
    row.note = cursor.text_or_hex("note");
    return closed(cursor);
}

Parsed parse_line(std::string_view line, chain::ReceiptRow& row) {
    LineCursor cursor(line);
    cursor.open("receipt");
    row.command = cursor.id();
    row.first = number_of<Sequence>(cursor, "first");
    row.count = number_of<std::uint32_t>(cursor, "count");
    row.fingerprint = hex_of(cursor, "fingerprint");
    return closed(cursor);
}

Parsed parse_line(std::string_view line, chain::EmptyReceiptRow& row) {
    LineCursor cursor(line);
    cursor.open("empty_receipt");
    row.number = cursor.number<std::uint64_t>();
    row.command = id_of(cursor, "command");
    row.mac = hex_of(cursor, "mac");
    row.key = number_of<std::uint64_t>(cursor, "key");
    row.receipt.reset();
    if (cursor.has("first")) {
        chain::ReceiptRow& receipt = row.receipt.emplace();
        receipt.command = row.command;
        receipt.first = cursor.number<Sequence>();
        receipt.count = number_of<std::uint32_t>(cursor, "count");
        receipt.fingerprint = hex_of(cursor, "fingerprint");
    }
    return closed(cursor);
}

Parsed parse_line(std::string_view line, EventLine& row) {
    LineCursor cursor(line);
    chain::EventRow& event = row.event;
    read_start(cursor, row);
    event.actor = cursor.text_or_hex("actor");
    event.cause = optional_number(cursor, "cause");
    event.correlation = id_of(cursor, "correlation");
    event.at.unix_ms = number_of<std::int64_t>(cursor, "at_ms");
    event.stored_at.unix_ms = number_of<std::int64_t>(cursor, "stored_at_ms");
    event.type = cursor.text_or_hex("type");
    event.type_version = number_of<std::uint32_t>(cursor, "type_version");
    event.data = cursor.text_or_hex("data");
    event.salt = optional_hex(cursor, "salt");
    event.payload_hash = optional_hex(cursor, "payload_hash");
    event.previous = optional_hex(cursor, "prev");
    event.mac = optional_hex(cursor, "mac");
    event.key = optional_number(cursor, "key");
    event.removed = optional_number(cursor, "removed");
    event.unreadable.clear();
    row.evidence.reset();
    EventEvidence evidence{.stream_previous = optional_hex(cursor, "stream_prev"),
                           .newest_empty = optional_hex(cursor, "newest_empty_receipt"),
                           .proof = {}};
    const bool has_others = !evidence.stream_previous.empty() || !evidence.newest_empty.empty();
    if (has_others) cursor.need("proof");
    if (has_others || cursor.has("proof")) {
        evidence.proof = cursor.hex();
        row.evidence = std::move(evidence);
    }
    return closed(cursor);
}

Parsed parse_line(std::string_view line, chain::HeadRow& row) {
    LineCursor cursor(line);
    cursor.open("head");
    row.size = cursor.number<std::uint64_t>();
    row.root = hex_of(cursor, "root");
    row.frontier = hex_of(cursor, "frontier");
    row.note = cursor.text_or_hex("note");
    return closed(cursor);
}

Parsed parse_line(std::string_view line, EndLine& row) {
    LineCursor cursor(line);
    cursor.open("end");
    row.lines = cursor.number<std::uint64_t>();
    row.digest = hex_of(cursor, "sha256");
    row.note = cursor.has("note") ? cursor.text() : std::string();
    return closed(cursor);
}

} // namespace evenfold::journal::exchange

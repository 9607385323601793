/// The lines of an export: rows as text, and back. docs/export.md specifies them.
/// Shapes: a line is one JSON object with its members in a fixed order and without spaces; strings are those of RFC
/// 8785. So each row has exactly one text, and `append_line` of a parsed row gives the same bytes. Lines are without
/// their line breaks here.
/// Errors: the reason for which a text is no such line, with the number of the byte, from 1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "evenfold/journal/chain/source.hpp"

namespace evenfold::journal::exchange {

inline constexpr std::string_view export_format = "evenfold-export/1";
inline constexpr std::string_view part_format = "evenfold-export-part/1";

enum class LineKind : std::uint8_t { header, key, removal, receipt, empty_receipt, event, head, end };

/// Returns the kind of a line by its first member, or nullopt if there is no such kind.
[[nodiscard]] std::optional<LineKind> kind_of(std::string_view line);

struct HeaderLine {
    bool is_part = false; // the events have proofs (part_writer.hpp)
    std::string origin;
    std::string domain;
    std::optional<std::string> stream; // of a part; absent: all
    Sequence first = 1;                // of the events
    Sequence last = 0;
    std::uint64_t keys = 0;
    std::uint64_t removals = 0;
    std::uint64_t line_bytes_max = 0; // without the line break
};

/// The members that an event of a part has in addition; bytes.
struct EventEvidence {
    std::string stream_previous; // the mac of the event before it in its stream; empty if there is none
    std::string newest_empty;    // the mac of the newest receipt without events before it; empty if there is none
    std::string proof;           // hashes, one after the other
};

/// An event, and the receipt of its command if the event is the command's first one. In a part, each has both.
struct EventLine {
    chain::EventRow event;
    std::optional<chain::ReceiptRow> receipt;
    std::optional<EventEvidence> evidence;
};

struct EndLine {
    std::uint64_t lines = 0;
    std::string digest; // bytes
    std::string note;   // empty: not signed
};

void append_line(std::string& text, const HeaderLine& row);
void append_line(std::string& text, const chain::KeyRow& row);
void append_line(std::string& text, const chain::RemovalRow& row);
void append_line(std::string& text, const chain::ReceiptRow& row);
/// The receipt of `row` must be that of its command.
void append_line(std::string& text, const chain::EmptyReceiptRow& row);
/// `receipt` may be null. It must be that of the event's command, and without `evidence` begin with the event.
void append_line(std::string& text, const chain::EventRow& row, const chain::ReceiptRow* receipt,
                 const EventEvidence* evidence = nullptr);
void append_line(std::string& text, const chain::HeadRow& row);
void append_line(std::string& text, const EndLine& row);

/// Fill `row` from a line of its kind.
using Parsed = std::expected<void, std::string>;
[[nodiscard]] Parsed parse_line(std::string_view line, HeaderLine& row);
[[nodiscard]] Parsed parse_line(std::string_view line, chain::KeyRow& row);
[[nodiscard]] Parsed parse_line(std::string_view line, chain::RemovalRow& row);
[[nodiscard]] Parsed parse_line(std::string_view line, chain::ReceiptRow& row);
[[nodiscard]] Parsed parse_line(std::string_view line, chain::EmptyReceiptRow& row);
[[nodiscard]] Parsed parse_line(std::string_view line, EventLine& row);
[[nodiscard]] Parsed parse_line(std::string_view line, chain::HeadRow& row);
[[nodiscard]] Parsed parse_line(std::string_view line, EndLine& row);

/// Read only the beginning of an event's line, which may be unreadable otherwise.
/// Returns the sequence.
[[nodiscard]] std::optional<Sequence> sequence_of(std::string_view line);
/// Returns the event with its members up to its index.
[[nodiscard]] std::optional<chain::EventRow> event_named_by(std::string_view line);
/// Returns the receipt, if the line has one.
[[nodiscard]] std::optional<chain::ReceiptRow> receipt_of(std::string_view line);

} // namespace evenfold::journal::exchange

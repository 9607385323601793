/// The table of the wire formats that evenfold reads, and the detection of a stream's format from its first bytes.
/// To add a format, add a directory with a recogniser and a parser, and a row in formats.cpp.
///
///     const Detection found = detect(first_bytes, false);
///     if (const auto* format = std::get_if<Format>(&found)) parser = format->open();
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "evenfold/providers/detection/sample.hpp"
#include "evenfold/providers/provider.hpp"

namespace evenfold::providers {

/// A row of the table. Formats of one name are equal.
struct Format {
    std::string_view name;                         // as in options and documents, such as `claude-stream-json`
    Confidence (*recognise)(const Sample& sample); // a pure function of one line
    std::unique_ptr<StreamParser> (*open)();       // returns a parser of one stream

    friend bool operator==(const Format& one, const Format& other) { return one.name == other.name; }
};

/// Returns the table, in the order in which names are listed.
[[nodiscard]] std::span<const Format> formats();

/// Returns the format with that name, or nothing.
[[nodiscard]] std::optional<Format> format_named(std::string_view name);

/// Returns all names, in the order of the table.
[[nodiscard]] std::vector<std::string_view> format_names();

/// The result while more bytes are needed.
struct Undecided {
    friend bool operator==(const Undecided&, const Undecided&) = default;
};

/// The result if no format in the table matches the stream.
struct NoFormat {
    std::string looks_like; // a description, such as "a PNG image" or "JSON of an unknown format"
    friend bool operator==(const NoFormat&, const NoFormat&) = default;
};
using Detection = std::variant<Format, Undecided, NoFormat>;

/// Detects the format of the stream that begins with these bytes. `at_end`: no more bytes will come. Returns Undecided
/// only before the end, and only for fewer than 64 KiB unless the first object is longer.
[[nodiscard]] Detection detect(std::string_view beginning, bool at_end);

} // namespace evenfold::providers

/// The wire formats that evenfold reads: one table, and the detection of a stream's format from its first bytes.
/// A Format is a row of the table, a plain value; formats are equal if their names are. A new format is one directory
/// that brings a recogniser and a function that opens a stream, and one row in formats.cpp.
///
///     const providers::Detection found = providers::detect(first_bytes, /*at_end=*/false);
///     if (const auto* format = std::get_if<providers::Format>(&found)) stream = format->open();
///     if (const auto* none = std::get_if<providers::NoFormat>(&found)) refuse("this is " + none->looks_like);
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "evenfold/providers/provider.hpp"
#include "evenfold/providers/wire/sample.hpp"

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
    bool is_named = false;  // certainly something else, so that reading it as a known format would misread it
    friend bool operator==(const NoFormat&, const NoFormat&) = default;
};
using Detection = std::variant<Format, Undecided, NoFormat>;

/// Detects the format of the stream that begins with these bytes. `at_end`: no more bytes will come. Lines of a log may
/// precede the stream. Returns Undecided only before the end, and only for fewer than 1 MiB unless an object that
/// begins in it is longer.
[[nodiscard]] Detection detect(std::string_view beginning, bool at_end);

} // namespace evenfold::providers

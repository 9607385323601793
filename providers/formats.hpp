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

#include "evenfold/providers/detection/sample.hpp"
#include "evenfold/providers/provider.hpp"

namespace evenfold::providers {

struct Format {
    std::string_view name;                         // `claude-stream-json`, as options and documents spell it
    Confidence (*recognise)(const Sample& sample); // a pure function of one line
    std::unique_ptr<Stream> (*open)();             // returns a new fold over one stream

    friend bool operator==(const Format& one, const Format& other) { return one.name == other.name; }
};

/// Returns the table. Its order is the order in which names are listed.
[[nodiscard]] std::span<const Format> formats();

/// Returns the format with that name, or nothing.
[[nodiscard]] std::optional<Format> format_named(std::string_view name);

/// Returns all names, in the order of the table.
[[nodiscard]] std::vector<std::string_view> format_names();

/// More bytes are needed.
struct Undecided {
    friend bool operator==(const Undecided&, const Undecided&) = default;
};

/// No format in the table matches the stream.
struct NoFormat {
    std::string looks_like; // for a person: "a PNG image", "JSON that is not a stream of a known kind"
    friend bool operator==(const NoFormat&, const NoFormat&) = default;
};
using Detection = std::variant<Format, Undecided, NoFormat>;

/// Detects the format of the stream that begins with these bytes. `at_end`: no more bytes will come. Never returns
/// Undecided at the end, nor for more than 64 KiB unless the first object is longer than that.
[[nodiscard]] Detection detect(std::string_view beginning, bool at_end);

} // namespace evenfold::providers

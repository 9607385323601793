/// `Instant`: a point in time, in milliseconds since 1970-01-01T00:00:00Z. Commands bring time into a domain as data,
/// because nothing in the core reads a clock (kernel/fresh_id.hpp does). Sequences order events; instants do not.
/// In JSON: RFC 3339 in UTC; years outside 0000 to 9999 have a sign and at least six digits, as in ISO 8601 and
/// ECMAScript. So every value has a text, and only one is valid. Parsed by hand because libstdc++ 12 has no
/// std::chrono::parse.
/// Source: RFC 3339; ECMA-262, "Expanded Years".
///
///     const Instant at{.unix_ms = 1'000};
///     assert(to_text(at) == "1970-01-01T00:00:01.000Z");
///     assert(parse_instant("1970-01-01T00:00:01.000Z") == at);
///     assert(to_text(Instant{INT64_MAX}) == "+292278994-08-17T07:12:55.807Z");
///     assert(!parse_instant("1970-01-01 00:00:01"));
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "evenfold/core/platform/language.hpp"

namespace evenfold {

struct Instant {
    std::int64_t unix_ms = 0;

    friend bool operator==(const Instant&, const Instant&) = default;
    friend auto operator<=>(const Instant&, const Instant&) = default;
};

/// Returns the text, from which `parse_instant` returns the same instant.
[[nodiscard]] std::string to_text(const Instant& instant);

/// Parses text in the form that `to_text` returns. Returns nullopt for any other text.
[[nodiscard]] std::optional<Instant> parse_instant(std::string_view text);

} // namespace evenfold

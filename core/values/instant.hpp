/// `Instant`: a point in time, in milliseconds since 1970-01-01T00:00:00Z. Commands bring time into a domain as data,
/// because nothing in the core reads a clock (kernel/fresh_id.hpp does). Instants order nothing; sequences do.
/// In JSON: RFC 3339 in UTC, years 0000 to 9999. Parsed by hand because libstdc++ 12 has no std::chrono::parse, and
/// because only one spelling of each instant is valid.
/// Source: RFC 3339.
///
///     const Instant at{.unix_ms = 1'000};
///     assert(to_text(at) == "1970-01-01T00:00:01.000Z");
///     assert(parse_instant("1970-01-01T00:00:01.000Z") == at);
///     assert(!parse_instant("1970-01-01 00:00:01"));
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace evenfold {

struct Instant {
    std::int64_t unix_ms = 0;

    friend bool operator==(const Instant&, const Instant&) = default;
    friend auto operator<=>(const Instant&, const Instant&) = default;
};

/// `2026-11-21T02:12:00.123Z`; an instant outside the years 0000 to 9999 is shown as the nearest one inside.
[[nodiscard]] std::string to_text(const Instant& instant);

/// The instant that `text` spells in the form of `to_text`, or nothing.
[[nodiscard]] std::optional<Instant> parse_instant(std::string_view text);

} // namespace evenfold

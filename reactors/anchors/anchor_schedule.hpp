/// When to publish a head to an anchor, and how to show its state. Appends never wait for an anchor: a program asks
/// this schedule between its other work.
/// Shapes: pure functions of values; the time is passed in. A failed attempt is repeated after `first_retry_ms`, then
/// after twice that time, and so on up to `last_retry_ms`.
///
///     using namespace reactors::anchors;
///     AnchorStatus status;
///     status = after_failure(status, {.unix_ms = 10'000}, "no route to host");
///     assert(next_attempt(status, {}) == Instant{.unix_ms = 11'000});
///     status = after_success(status, {.unix_ms = 11'000}, 1'000);
///     assert(next_attempt(status, {}) == Instant{.unix_ms = 71'000});
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "evenfold/core/values/instant.hpp"

namespace evenfold::reactors::anchors {

struct AnchorSchedule {
    std::int64_t interval_ms = 60'000;    // between two heads
    std::int64_t first_retry_ms = 1'000;  // after the first failure in a row
    std::int64_t last_retry_ms = 300'000; // the longest pause between two attempts
    std::int64_t intervals_until_late = 10;
};

/// The state of one anchor.
struct AnchorStatus {
    std::uint64_t size = 0;             // of the newest head that it has; 0: none yet
    std::optional<Instant> anchored_at; // when it took this head
    std::optional<Instant> failed_at;   // of the last attempt, if that failed
    std::uint64_t failures = 0;         // in a row
    std::string error;                  // of the last attempt, if that failed
    friend bool operator==(const AnchorStatus&, const AnchorStatus&) = default;
};

[[nodiscard]] AnchorStatus after_success(AnchorStatus status, Instant at, std::uint64_t size);
[[nodiscard]] AnchorStatus after_failure(AnchorStatus status, Instant at, std::string error);

/// Returns the earliest time of the next attempt; nothing if it is due at once.
[[nodiscard]] std::optional<Instant> next_attempt(const AnchorStatus& status, const AnchorSchedule& schedule);

/// Returns whether an attempt is due at `now`, of a journal whose newest head has `size` events.
[[nodiscard]] bool
is_attempt_due(const AnchorStatus& status, const AnchorSchedule& schedule, Instant now, std::uint64_t size);

/// Returns the seconds since the anchor took its newest head; nothing if it has none.
[[nodiscard]] std::optional<std::int64_t> anchor_age_s(const AnchorStatus& status, Instant now);

/// Returns whether a newer head has been waiting for too many intervals since `waiting_since`, when the journal's first
/// head was signed that this anchor does not have. Then the program is not healthy.
[[nodiscard]] bool is_late(const AnchorSchedule& schedule, Instant now, std::optional<Instant> waiting_since);

} // namespace evenfold::reactors::anchors

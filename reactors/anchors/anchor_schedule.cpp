#include "evenfold/reactors/anchors/anchor_schedule.hpp"

#include <algorithm>
#include <utility>

namespace evenfold::reactors::anchors {
namespace {

/// Returns the pause after the given number of failures in a row.
std::int64_t pause_ms(std::uint64_t failures, const AnchorSchedule& schedule) {
    std::int64_t pause = schedule.first_retry_ms;
    for (std::uint64_t i = 1; i < failures && pause < schedule.last_retry_ms; ++i) pause *= 2;
    return std::min(pause, schedule.last_retry_ms);
}

/// Returns the time after `at`; the latest time if there is no such time.
Instant later(Instant at, std::int64_t pause) {
    return {.unix_ms = at.unix_ms > INT64_MAX - pause ? INT64_MAX : at.unix_ms + pause};
}

} // namespace

AnchorStatus after_success(AnchorStatus status, Instant at, std::uint64_t size) {
    status.size = std::max(status.size, size);
    status.anchored_at = at;
    status.failed_at = std::nullopt;
    status.failures = 0;
    status.error.clear();
    return status;
}

AnchorStatus after_failure(AnchorStatus status, Instant at, std::string error) {
    status.failed_at = at;
    ++status.failures;
    status.error = std::move(error);
    return status;
}

std::optional<Instant> next_attempt(const AnchorStatus& status, const AnchorSchedule& schedule) {
    if (status.failed_at) return later(*status.failed_at, pause_ms(status.failures, schedule));
    if (status.anchored_at) return later(*status.anchored_at, schedule.interval_ms);
    return std::nullopt;
}

bool is_attempt_due(const AnchorStatus& status, const AnchorSchedule& schedule, Instant now, std::uint64_t size) {
    if (size <= status.size) return false;
    const auto next = next_attempt(status, schedule);
    return !next || now >= *next;
}

std::optional<std::int64_t> anchor_age_s(const AnchorStatus& status, Instant now) {
    if (!status.anchored_at) return std::nullopt;
    return std::max<std::int64_t>(0, now.unix_ms - status.anchored_at->unix_ms) / 1000;
}

bool is_late(const AnchorSchedule& schedule, Instant now, std::optional<Instant> waiting_since) {
    return waiting_since && now > later(*waiting_since, schedule.interval_ms * schedule.intervals_until_late);
}

} // namespace evenfold::reactors::anchors

/// Retention: rules for how long payloads are kept, and the events whose payloads they release.
/// Shapes: a rule names streams and types. An event is released if at least one rule releases it.
/// Errors: a Failure of the journal.
///
///     const RetentionRule rule{.stream_prefix = "session-", .older_than_days = 90, .keep_last = 10};
///     const auto released = released_events(journal, {&rule, 1}, kernel::now());
///     if (!released) return released.error().what;
///     const WithoutPayloads what_stays(journal, released->ranges); // without_payloads.hpp
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "evenfold/journal/chain/verify.hpp"
#include "evenfold/journal/journal.hpp"

namespace evenfold::journal {

/// Releases the events of the types in the streams that were stored more than `older_than_days` before, except for the
/// last `keep_last` of them in each stream.
struct RetentionRule {
    std::string stream_prefix;
    // g++ warns when an initializer list leaves out a member without an initializer.
    std::vector<std::string> types{}; // empty: all types. NOLINT(readability-redundant-member-init)
    std::uint64_t older_than_days = 0;
    std::uint64_t keep_last = 0;
};

struct ReleasedEvents {
    std::vector<chain::SequenceRange> ranges; // ascending, with a gap between any two
    std::uint64_t count = 0;
    std::vector<std::uint64_t> by_rule; // how many each rule releases, in the order of the rules
};

/// Returns the events that the rules release at the time `now`. Events whose payloads were removed are left out.
/// O(events); memory for `keep_last` sequences per stream and rule.
[[nodiscard]] std::expected<ReleasedEvents, Failure>
released_events(Journal& journal, std::span<const RetentionRule> rules, Instant now);

/// Returns the ascending numbers as ranges with a gap between any two.
[[nodiscard]] std::vector<chain::SequenceRange> ranges_of(std::span<const Sequence> sequences);

/// Returns the number of events in the ranges.
[[nodiscard]] std::uint64_t count_of(std::span<const chain::SequenceRange> ranges);

} // namespace evenfold::journal

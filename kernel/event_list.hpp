/// The stored events of a journal of any domain, as records or as JSON, read without decoding their bodies.
/// Shapes: an event is `{"sequence", "stream", "version", "command_id", "index", "actor", "cause"?, "correlation",
/// "at", "stored_at", "type", "type_version", "data"}`; data that is not JSON is a string. An event whose payload was
/// removed has `"removed": true` in place of the data.
/// Errors: the journal cannot be read. A body that cannot be decoded is not an error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/journal/journal.hpp"

namespace evenfold::kernel {

/// A selection of events of a journal, in order of their sequence.
struct EventRange {
    Sequence from = 1;
    // g++ warns when an initializer list leaves out a member without an initializer, which clang-tidy calls redundant.
    std::string_view stream = {}; // empty: all streams. NOLINT(readability-redundant-member-init)
    std::size_t at_most = std::numeric_limits<std::size_t>::max();
};

/// Calls `visit` with each event of `range` until it returns false. Returns the sequence from which to read on: it is
/// after the last event that was read, including those of other streams.
[[nodiscard]] std::expected<Sequence, journal::Failure>
visit_events(journal::Journal& journal, const EventRange& range,
             const std::function<bool(const journal::Record&)>& visit);

/// Returns each event of `range` as compact JSON.
[[nodiscard]] std::expected<std::vector<std::string>, journal::Failure>
list_events(journal::Journal& journal, const EventRange& range);

/// The type under which events without a payload are counted.
inline constexpr std::string_view removed_type = "evenfold.removed";

/// The number of events per stored type. Events whose payload was removed count as `removed_type`.
using EventCounts = std::map<std::string, std::uint64_t, std::less<>>;

/// Returns how many events of each type `journal` holds. O(journal).
[[nodiscard]] std::expected<EventCounts, journal::Failure> count_events(journal::Journal& journal);

/// Returns the record as compact JSON. Bytes that are not UTF-8 are replaced by U+FFFD.
[[nodiscard]] std::string to_json(const journal::Record& record);

} // namespace evenfold::kernel

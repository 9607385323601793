/// The places of the events of an export by stream and version. It is built only when a verification asks for an event
/// that it does not keep: beyond 65,536 streams, or when a line is repeated.
/// Shapes: 16 bytes per event: a hash, and the place of the line. A reader compares the line itself, since different
/// events may have equal hashes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "evenfold/core/events/events.hpp"

namespace evenfold::journal::exchange {

/// The hash of an event's stream and version, and the place of its line in the file.
struct IndexedEvent {
    std::uint64_t hash = 0;
    std::uint64_t byte = 0;
    friend auto operator<=>(const IndexedEvent&, const IndexedEvent&) = default;
};

class EventIndex {
public:
    void add(std::string_view stream, StreamVersion version, std::uint64_t byte);
    /// Must be called after the last `add`, and before `find`.
    void sort();
    /// Returns the events with the hash of `stream` and `version`, in the order of the file.
    [[nodiscard]] std::span<const IndexedEvent> find(std::string_view stream, StreamVersion version) const;
    [[nodiscard]] std::size_t size_bytes() const { return events_.size() * sizeof(IndexedEvent); }

private:
    std::vector<IndexedEvent> events_;
};

} // namespace evenfold::journal::exchange

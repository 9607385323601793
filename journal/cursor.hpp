/// Reads a journal by pull: a cursor fills pages that its caller owns and reuses.
/// Shapes: a page is a batch of records, or of payloads only. Errors: a Failure that names the file and the event.
///
///     auto cursor = journal.open_cursor({.from = 1, .stream = "orders"});
///     if (!cursor) return std::unexpected(cursor.error());
///     EventPage page;
///     for (;;) {
///         const auto has_events = (*cursor)->next(page);
///         if (!has_events) return std::unexpected(has_events.error());
///         if (!*has_events) break;
///         for (const Record& record : page.records()) print(record);
///     }
///
/// Threads: a cursor and a page are used by one thread at a time, which may be another one for each call.
#pragma once

#include <cstdint>
#include <expected>
#include <limits>
#include <optional>
#include <string>

#include "evenfold/core/events/events.hpp"
#include "evenfold/journal/failure.hpp"
#include "evenfold/journal/page.hpp"

namespace evenfold::journal {

enum class Direction : std::uint8_t { forward, backward };

inline constexpr std::uint64_t all_events = std::numeric_limits<std::uint64_t>::max();

/// The events to read and their order. The default is the whole journal, forward.
struct ReadOptions {
    /// The first event to read: a sequence, or a version if a stream is named. Absent: the first event when reading
    /// forward, the last one when reading backward. 0 is before the first event.
    std::optional<std::uint64_t> from = std::nullopt;
    std::uint64_t at_most = all_events;
    Direction direction = Direction::forward;
    std::optional<std::string> stream = std::nullopt; // absent: all streams. A stream that does not exist has no events
    bool payload_only = false;                        // fill pages with payloads, which is faster, instead of records
};

/// A position in a journal. The journal must outlive it. Between two calls of `next` it holds no lock, no transaction
/// and no statement, so an idle cursor delays neither writers nor checkpoints.
class Cursor {
public:
    explicit Cursor(Sequence head) : head_(head) {}
    Cursor(const Cursor&) = delete;
    Cursor& operator=(const Cursor&) = delete;
    virtual ~Cursor() = default;

    /// Returns the head of the journal at the time when the cursor was opened. The cursor reads up to this event and no
    /// further, however many are appended meanwhile, so that every read ends; open another cursor for later events.
    [[nodiscard]] Sequence head() const { return head_; }

    /// Replaces the content of `page` by the next events: as many as fit, at least one. Returns false, and leaves the
    /// page empty, after the last event. After a Failure the page is empty and the cursor has not moved, so `next` may
    /// be called again.
    [[nodiscard]] virtual std::expected<bool, Failure> next(EventPage& page) = 0;

private:
    Sequence head_;
};

/// The numbers of the events to read: the first one, and how many. For adapters.
struct Extent {
    std::uint64_t next = 0;
    std::uint64_t left = 0;
};

/// Returns the extent of `reading` in a journal or stream that has `count` events, numbered from 1.
[[nodiscard]] Extent extent_of(const ReadOptions& reading, std::uint64_t count);

} // namespace evenfold::journal

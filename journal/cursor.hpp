/// Reading a journal by pull: a cursor fills pages that its caller owns and reuses.
/// Shapes: a page is a batch of records, or of payloads only. Errors: a Failure that names the file and the event.
///
///     auto cursor = journal.open_cursor({.from = 1, .stream = "orders"});
///     if (!cursor) return std::unexpected(cursor.error());
///     Page page;
///     for (;;) {
///         const auto has_events = (*cursor)->next(page);
///         if (!has_events) return std::unexpected(has_events.error());
///         if (!*has_events) break;
///         for (const Record& record : page.records()) print(record);
///     }
///
/// Threads: a cursor and a page are used by one thread at a time, which may be another one for each call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/core/events/events.hpp"
#include "evenfold/journal/failure.hpp"

namespace evenfold::journal {

/// One event as stored; its id is (command, index).
struct Record {
    Sequence sequence = 0;
    std::string stream;
    StreamVersion version = 0;
    CommandId command;
    std::uint32_t index = 0;
    Actor actor = Actor::user;
    std::optional<Sequence> cause;
    CommandId correlation;
    Instant at;
    Instant stored_at;
    std::string type;
    std::uint32_t type_version = 1;
    std::string data;
    friend bool operator==(const Record&, const Record&) = default;
};

/// The part of an event that a replay needs. The page that it stands in owns the bytes.
struct Payload {
    Sequence sequence = 0;
    std::string_view type;
    std::uint32_t type_version = 1;
    std::string_view data;
};

enum class Direction : std::uint8_t { forward, backward };

inline constexpr std::uint64_t all_events = std::numeric_limits<std::uint64_t>::max();

/// Which events to read, and in which order. The default is the whole journal, forward.
struct Reading {
    /// The first event to read: a sequence, or a version if a stream is named. Absent: the first event when reading
    /// forward, the last one when reading backward. 0 is before the first event.
    std::optional<std::uint64_t> from{};
    std::uint64_t at_most = all_events;
    Direction direction = Direction::forward;
    std::optional<std::string> stream{}; // absent: all streams. A stream that does not exist has no events
    bool payload_only = false;           // fill pages with payloads, which is faster, instead of records
};

/// How much a page holds: it is full when it has reached one of these.
struct PageLimits {
    std::size_t events = 512;
    std::size_t bytes = std::size_t{1} << 20U; // of payload; the last event may exceed it
};

/// A batch of events, owned by the reader. Its memory is reused when it is filled again, so that reading a long journal
/// into one page allocates nothing per event, except for records with more than 4 KiB of payload.
class Page {
public:
    /// A limit of 0 counts as 1.
    explicit Page(PageLimits limits = {});
    Page(const Page&) = delete;
    Page& operator=(const Page&) = delete;
    ~Page() = default;

    /// Returns the records of the last `Cursor::next`, none if it read payloads. Valid until the page is filled again.
    [[nodiscard]] std::span<const Record> records() const { return {records_.data(), record_count_}; }
    /// Returns the payloads of the last `Cursor::next`, none if it read records. Valid until the page is filled again.
    [[nodiscard]] std::span<const Payload> payloads() const { return payloads_; }
    [[nodiscard]] std::size_t size() const { return record_count_ + payloads_.size(); }

    // The following functions are called by adapters.

    void clear();
    [[nodiscard]] bool is_full() const;
    /// Appends a record and returns it. Every field must be assigned, because it still has those of an older record.
    [[nodiscard]] Record& add_record();
    /// Appends a copy of `payload`.
    void add(const Payload& payload);

private:
    void reserve(std::size_t bytes);

    PageLimits limits_;
    std::vector<Record> records_; // the first record_count_ are in use
    std::size_t record_count_ = 0;
    std::size_t record_bytes_ = 0;  // of payload, except for the last record, which is not filled when it is added
    std::vector<char> bytes_;       // type and data of each payload, one behind the other
    std::vector<Payload> payloads_; // views of bytes_
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
    [[nodiscard]] virtual std::expected<bool, Failure> next(Page& page) = 0;

private:
    Sequence head_;
};

/// The events of a reading in a journal or stream that has `count` events, numbered from 1: how many there are, and the
/// number of the first one to read. For adapters.
struct Extent {
    std::uint64_t next = 0;
    std::uint64_t left = 0;
};
[[nodiscard]] Extent extent_of(const Reading& reading, std::uint64_t count);

} // namespace evenfold::journal

/// Batches of events, which cursors fill and which their readers own and reuse.
/// Shapes: a page holds records, or payloads only; it is bounded in events and in bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/core/events/events.hpp"

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
    bool removed = false; // its payload was removed or erased: it cannot be decoded, and does not change a model
    friend bool operator==(const Record&, const Record&) = default;
};

/// The part of an event that a replay needs. Its page owns the bytes.
struct Payload {
    Sequence sequence = 0;
    std::string_view type;
    std::uint32_t type_version = 1;
    std::string_view data;
    bool removed = false; // as in Record
};

/// Limits of a page: it is full when it has reached one of them.
struct PageLimits {
    std::size_t events = 512;
    std::size_t bytes = std::size_t{1} << 20U; // of payload; the last event may exceed it
};

/// A batch of events, owned by the reader. Its memory is reused when it is filled again, so reading a long journal into
/// one page allocates nothing per event. Records with more than 4 KiB of payload are an exception.
class EventPage {
public:
    /// A limit of 0 counts as 1.
    explicit EventPage(PageLimits limits = {});
    EventPage(const EventPage&) = delete;
    EventPage& operator=(const EventPage&) = delete;
    ~EventPage() = default;

    /// Returns the records of the last `Cursor::next`, none if it read payloads. Valid until the page is filled again.
    [[nodiscard]] std::span<const Record> records() const { return {records_.data(), record_count_}; }
    /// Returns the payloads of the last `Cursor::next`, none if it read records. Valid until the page is filled again.
    [[nodiscard]] std::span<const Payload> payloads() const { return payloads_; }
    [[nodiscard]] std::size_t size() const { return record_count_ + payloads_.size(); }

    // The following functions are called by adapters.

    void clear();
    [[nodiscard]] bool is_full() const;
    [[nodiscard]] const PageLimits& limits() const { return limits_; }
    /// Appends a record and returns it. Every field must be assigned, because it still has those of an older record.
    /// Only `removed` is false again.
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

} // namespace evenfold::journal

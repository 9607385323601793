/// The rows of a signed journal as they are stored.
/// Shapes: hashes are bytes of any length, and absent values are empty, because a row may be damaged.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "evenfold/core/events/events.hpp"

namespace evenfold::journal::chain {

struct EventRow {
    Sequence sequence = 0;
    std::string stream;
    StreamVersion version = 0;
    CommandId command;
    std::uint32_t index = 0;
    std::string actor;
    std::optional<Sequence> cause;
    CommandId correlation;
    Instant at;
    Instant stored_at;
    std::string type;
    std::uint32_t type_version = 1;
    std::string data;
    std::string salt;
    std::string payload_hash;
    std::string previous;                 // the mac that it links to
    std::string mac;                      // empty: not signed
    std::optional<std::uint64_t> key;     // the number of its key
    std::optional<std::uint64_t> removed; // the number of the removal that emptied it
    std::string unreadable;               // the reason for which the row cannot be read; empty if it can
    friend bool operator==(const EventRow&, const EventRow&) = default;
};

struct ReceiptRow {
    CommandId command;
    std::string fingerprint;
    Sequence first = 0;
    std::uint32_t count = 0;
};

/// The link of a receipt without events, and that receipt, if it is there.
struct EmptyReceiptRow {
    std::uint64_t number = 0;
    CommandId command;
    std::string mac;
    std::uint64_t key = 0;
    std::optional<ReceiptRow> receipt;
};

struct KeyRow {
    std::uint64_t number = 0;
    std::string id;
    std::string scheme; // "v2" or "compat-v1"
    Sequence first = 0;
    std::string root;
    std::string by_old; // empty for the first key
    std::string by_new; // the genesis for the first key
    friend bool operator==(const KeyRow&, const KeyRow&) = default;
};

struct HeadRow {
    std::uint64_t size = 0;
    std::string root;
    std::string frontier; // the hashes of the tree's frontier, one after the other
    std::string note;
};

struct RemovalRow {
    std::uint64_t number = 0;
    std::string note;
    friend bool operator==(const RemovalRow&, const RemovalRow&) = default;
};

/// The few parts of a journal, and the head up to which the rest is read.
struct ChainStart {
    Sequence head = 0;
    std::string origin;
    std::string domain;
    std::vector<KeyRow> keys; // by number
    std::vector<RemovalRow> removals;
};

/// An event of a stream, with the parts of the journal that its leaf covers.
struct StreamEventRow {
    EventRow event;
    std::optional<ReceiptRow> receipt; // of its command, if it is there
    std::string newest_empty;          // the mac of the newest receipt without events before it; empty if none
};

/// A part of a journal: the events `first` to `last`, of one stream or of all.
struct JournalPart {
    std::optional<std::string> stream; // absent: all streams
    Sequence first = 1;
    Sequence last = 0;
};

/// An event of a part, with its evidence.
struct ProvenEventRow {
    StreamEventRow row;
    std::string stream_previous; // the mac of the event before it in its stream; empty if there is none
    std::string proof;           // of its inclusion in the tree of the newest head: hashes, one after the other
};

/// The position behind an event, at which a verification can go on.
struct ResumeRow {
    std::string mac;                  // of that event; empty if it is not signed
    std::uint64_t empty_receipts = 0; // the number of the newest receipt without events before the next event
    std::string newest_empty;         // its mac
    std::uint64_t empty_key = 0;      // the number of its key
};

} // namespace evenfold::journal::chain

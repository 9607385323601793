/// `ChainSource`: the stored rows of a journal as a verification reads them. Files, servers, memory and exports each
/// implement it.
/// Shapes: rows are as stored, not as they should be: hashes are bytes of any length, and absent values are empty. A
/// source reads; it judges nothing except whether a row can be read at all.
/// Consistency: `start` reads the head once. All other functions show only rows that existed then.
/// Errors: a Failure of the storage ends the verification without a report.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/core/events/events.hpp"
#include "evenfold/system/failure.hpp"

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
};

/// The parts of a journal that are few, and the head up to which the rest is read.
struct ChainStart {
    Sequence head = 0;
    std::string origin;
    std::string domain;
    std::vector<KeyRow> keys; // by number
    std::vector<RemovalRow> removals;
};

struct LinkPosition {
    Sequence sequence = 0;
    std::string mac;
};

/// The functions `next_...` fill a row, and return false after the last one. `start` is called first, and once.
class ChainSource {
public:
    ChainSource() = default;
    ChainSource(const ChainSource&) = delete;
    ChainSource& operator=(const ChainSource&) = delete;
    virtual ~ChainSource() = default;

    [[nodiscard]] virtual std::expected<ChainStart, system::Failure> start() = 0;
    /// By sequence; an export may have any order.
    [[nodiscard]] virtual std::expected<bool, system::Failure> next_event(EventRow& row) = 0;
    /// All receipts without a link, by `first`, then `count`.
    [[nodiscard]] virtual std::expected<bool, system::Failure> next_receipt(ReceiptRow& row) = 0;
    /// By number.
    [[nodiscard]] virtual std::expected<bool, system::Failure> next_empty_receipt(EmptyReceiptRow& row) = 0;
    /// By size.
    [[nodiscard]] virtual std::expected<bool, system::Failure> next_head(HeadRow& row) = 0;
    /// Returns where the event `version` of `stream` is, if there is one.
    [[nodiscard]] virtual std::expected<std::optional<LinkPosition>, system::Failure>
    find(std::string_view stream, StreamVersion version) = 0;
    /// Fails if the storage as a whole is not as it states. Called after the last check, since a place is worth more.
    [[nodiscard]] virtual std::expected<void, system::Failure> finish() { return {}; }
};

} // namespace evenfold::journal::chain

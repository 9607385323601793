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
#include "evenfold/journal/chain/rows.hpp"
#include "evenfold/system/failure.hpp"

namespace evenfold::journal::chain {

/// An event's position and mac.
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
    /// All receipts without a link, by `first`, then `count`, then command.
    [[nodiscard]] virtual std::expected<bool, system::Failure> next_receipt(ReceiptRow& row) = 0;
    /// By number.
    [[nodiscard]] virtual std::expected<bool, system::Failure> next_empty_receipt(EmptyReceiptRow& row) = 0;
    /// By size.
    [[nodiscard]] virtual std::expected<bool, system::Failure> next_head(HeadRow& row) = 0;
    /// Returns where the event `version` of `stream` is, if there is one.
    [[nodiscard]] virtual std::expected<std::optional<LinkPosition>, system::Failure>
    find(std::string_view stream, StreamVersion version) = 0;
    /// Returns the newest head, if there is one. Does not move `next_head`.
    [[nodiscard]] virtual std::expected<std::optional<HeadRow>, system::Failure> newest_head() { return std::nullopt; }
    /// Moves the functions `next_...` behind event `size`, and returns the position. Receipts of earlier events are not
    /// read then. Returns nothing, and moves nothing, if this source can only be read from its beginning, or if a
    /// command has events on both sides. It must be called before those functions.
    [[nodiscard]] virtual std::expected<std::optional<ResumeRow>, system::Failure>
    skip_to([[maybe_unused]] Sequence size) {
        return std::nullopt;
    }
    /// Reads the events of one stream by their versions, each time the next one. Fails as `unsupported` if this source
    /// can only be read from its beginning.
    [[nodiscard]] virtual std::expected<bool, system::Failure>
    next_of_stream(std::string_view stream, StreamEventRow& row);
    /// Reads the events of a part of a journal by sequence (verify_part). Fails as `unsupported` if this source has a
    /// whole journal.
    [[nodiscard]] virtual std::expected<bool, system::Failure> next_proven(ProvenEventRow& row);
    /// Returns whether the full tiles of the tree are stored (tree/tiles.hpp), each since its last event.
    [[nodiscard]] virtual bool stores_tiles() const { return false; }
    /// Returns the hashes of a full tile, if it is stored.
    [[nodiscard]] virtual std::expected<std::optional<std::string>, system::Failure>
    tile([[maybe_unused]] unsigned level, [[maybe_unused]] std::uint64_t number) {
        return std::nullopt;
    }
    /// Fails if the storage as a whole is not as it states. Called after the last check, since a place is worth more.
    [[nodiscard]] virtual std::expected<void, system::Failure> finish() { return {}; }
};

} // namespace evenfold::journal::chain

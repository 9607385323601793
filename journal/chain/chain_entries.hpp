/// The entries of a journal's events, and the leaves that hash them, computed from the rows of a `ChainStore`.
/// Shapes: an entry has the bytes of docs/signed-journal.md. Events that are not signed have one, too.
/// Errors: damage, if an event is missing or cannot be read. Keys and receipts that are added later are not noticed.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "evenfold/journal/chain/chain_store.hpp"
#include "evenfold/journal/chain/tree/tiles.hpp"

namespace evenfold::journal::chain {

/// The store must outlive it.
class ChainEntries final : public TileStore {
public:
    explicit ChainEntries(ChainStore& store) : store_(&store) {}

    [[nodiscard]] std::expected<std::optional<std::string>, system::Failure>
    tile(unsigned level, std::uint64_t number) override {
        return store_->tile(level, number);
    }
    [[nodiscard]] std::expected<void, system::Failure>
    compute_leaves(std::uint64_t first, std::span<Hash> leaves) override;
    [[nodiscard]] system::Failure damaged_tile(unsigned level, std::uint64_t number) const override;

    /// Returns the newest receipt without events that was stored before the event `sequence`; number 0 if none was.
    /// O(log n), and O(1) for the next sequence if there is none between.
    [[nodiscard]] std::expected<EmptyReceiptLink, system::Failure> newest_empty_before(Sequence sequence);

    /// Calls `visit` with each of the `count` events from `first` on, and its leaf. All of them must exist.
    using VisitLeaf = std::function<void(const EventRow& event, const Hash& leaf)>;
    [[nodiscard]] std::expected<void, system::Failure>
    visit_leaves(Sequence first, std::size_t count, const VisitLeaf& visit);

    /// Returns the bytes of the entry of event `sequence`, of which its leaf is the hash.
    [[nodiscard]] std::expected<std::string, system::Failure> entry_of(Sequence sequence);

private:
    [[nodiscard]] std::expected<void, system::Failure> load_keys();
    [[nodiscard]] std::expected<bool, system::Failure> is_newest_before(Sequence sequence);
    [[nodiscard]] std::expected<std::string, system::Failure> entry_of_row(const StreamEventRow& row);

    /// Returns the link before the first one.
    [[nodiscard]] static EmptyReceiptLink no_empty_receipt() { return {.number = 0, .mac = {}, .key = 0, .first = 0}; }

    ChainStore* store_;
    std::optional<std::vector<KeyRow>> keys_;
    std::optional<std::uint64_t> empty_receipts_;  // the number of the newest
    EmptyReceiptLink newest_ = no_empty_receipt(); // as last found
    std::optional<Sequence> newest_until_;         // the `first` of the link behind it; absent: not read
};

} // namespace evenfold::journal::chain

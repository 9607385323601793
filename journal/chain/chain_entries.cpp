#include "evenfold/journal/chain/chain_entries.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "evenfold/journal/chain/stored_entry.hpp"

namespace evenfold::journal::chain {

using system::Failure;

std::expected<void, Failure> ChainEntries::load_keys() {
    if (keys_) return {};
    auto keys = store_->keys();
    if (!keys) return std::unexpected(std::move(keys.error()));
    keys_ = std::move(*keys);
    return {};
}

/// Returns whether `newest_` is still the newest receipt before `sequence`.
std::expected<bool, Failure> ChainEntries::is_newest_before(Sequence sequence) {
    if (newest_.first > sequence) return false;
    if (!newest_until_) {
        const auto next = store_->empty_receipt(newest_.number + 1);
        if (!next) return std::unexpected(next.error());
        newest_until_ = *next ? (*next)->first : std::numeric_limits<Sequence>::max();
    }
    return *newest_until_ > sequence;
}

std::expected<EmptyReceiptLink, Failure> ChainEntries::newest_empty_before(Sequence sequence) {
    const auto is_known = is_newest_before(sequence);
    if (!is_known) return std::unexpected(is_known.error());
    if (*is_known) return newest_;
    if (!empty_receipts_) {
        const auto last = store_->empty_receipts();
        if (!last) return std::unexpected(last.error());
        empty_receipts_ = *last;
    }
    newest_ = no_empty_receipt();
    newest_until_.reset();
    // By halves, because the numbers are in the order of the events.
    std::uint64_t end = *empty_receipts_ + 1;
    for (std::uint64_t begin = 1; begin < end;) {
        const std::uint64_t number = begin + (end - begin) / 2;
        auto found = store_->empty_receipt(number);
        if (!found) return std::unexpected(found.error());
        if (*found && (*found)->first <= sequence) {
            newest_ = std::move(**found);
            begin = number + 1;
        } else {
            end = number;
        }
    }
    return newest_;
}

std::expected<std::string, Failure> ChainEntries::entry_of_row(const StreamEventRow& row) {
    const EventRow& event = row.event;
    if (!event.unreadable.empty())
        return std::unexpected(store_->damage(fmt::format("event {}: {}", event.sequence, event.unreadable)));
    std::string_view key_id;
    if (event.key) {
        const auto key = std::ranges::find(*keys_, *event.key, &KeyRow::number);
        if (key != keys_->end()) key_id = key->id;
    }
    const auto newest_empty = newest_empty_before(event.sequence);
    if (!newest_empty) return std::unexpected(newest_empty.error());
    std::string entry;
    append_entry(entry, covered_event(event, row.receipt.value_or(ReceiptRow{}), key_id, hash_from(newest_empty->mac)));
    return entry;
}

std::expected<void, Failure> ChainEntries::visit_leaves(Sequence first, std::size_t count, const VisitLeaf& visit) {
    if (auto loaded = load_keys(); !loaded) return loaded;
    std::size_t done = 0;
    const auto missing = [&] { return store_->damage(fmt::format("event {} is missing", first + done)); };
    auto visited = store_->visit_events(first, count, [&](const StreamEventRow& row) -> std::expected<void, Failure> {
        if (done == count || row.event.sequence != first + done) return std::unexpected(missing());
        const auto entry = entry_of_row(row);
        if (!entry) return std::unexpected(entry.error());
        visit(row.event, leaf_hash(*entry));
        ++done;
        return {};
    });
    if (visited && done < count) return std::unexpected(missing());
    return visited;
}

std::expected<void, Failure> ChainEntries::compute_leaves(std::uint64_t first, std::span<Hash> leaves) {
    std::size_t done = 0;
    return visit_leaves(first + 1, leaves.size(), [&](const EventRow&, const Hash& leaf) { leaves[done++] = leaf; });
}

std::expected<std::string, Failure> ChainEntries::entry_of(Sequence sequence) {
    if (auto loaded = load_keys(); !loaded) return std::unexpected(loaded.error());
    std::optional<std::string> entry;
    auto visited = store_->visit_events(sequence, 1, [&](const StreamEventRow& row) -> std::expected<void, Failure> {
        auto made = entry_of_row(row);
        if (!made) return std::unexpected(std::move(made.error()));
        entry = std::move(*made);
        return {};
    });
    if (!visited) return std::unexpected(std::move(visited.error()));
    if (!entry) return std::unexpected(store_->damage(fmt::format("event {} is missing", sequence)));
    return *std::move(entry);
}

Failure ChainEntries::damaged_tile(unsigned level, std::uint64_t number) const {
    return store_->damage(
        fmt::format("tile {} of level {} of the hash tree is missing or has another size", number, level));
}

} // namespace evenfold::journal::chain

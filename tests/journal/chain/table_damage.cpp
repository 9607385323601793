#include <algorithm>

#include "evenfold/tests/journal/chain/damage.hpp"

namespace evenfold::tests::chain {
namespace {

using enum BreakReason;
using Apply = std::function<std::optional<Sequence>(HistoryWriter&)>;

template <class Row>
Row* random_row(std::vector<Row>& rows, HistoryWriter& history) {
    return rows.empty() ? nullptr : &rows[history.drawn(0, rows.size() - 1)];
}

Apply at_receipt(std::function<void(ReceiptRow& row, HistoryWriter& history)> change) {
    return [change = std::move(change)](HistoryWriter& history) -> std::optional<Sequence> {
        ReceiptRow& row = *random_row(history.stored.receipts, history);
        const Sequence first = row.first;
        change(row, history);
        return first;
    };
}

Apply at_link(std::function<void(EmptyReceiptRow& row, HistoryWriter& history)> change) {
    return [change = std::move(change)](HistoryWriter& history) -> std::optional<Sequence> {
        EmptyReceiptRow* row = random_row(history.stored.links, history);
        if (!row) return std::nullopt;
        const Sequence first = place_of(*row);
        change(*row, history);
        return first;
    };
}

/// Damages a key other than the first.
Apply at_key_change(std::function<void(KeyRow& row, HistoryWriter& history)> change) {
    return [change = std::move(change)](HistoryWriter& history) -> std::optional<Sequence> {
        auto& keys = history.stored.keys;
        if (keys.size() < 2) return std::nullopt;
        KeyRow& row = keys[history.drawn(1, keys.size() - 1)];
        const Sequence first = row.first;
        change(row, history);
        return first;
    };
}

Apply at_first_key(std::function<void(KeyRow& row, HistoryWriter& history)> change) {
    return [change = std::move(change)](HistoryWriter& history) -> std::optional<Sequence> {
        change(history.stored.keys.front(), history);
        return 1;
    };
}

Apply at_head(std::function<void(HeadRow& row, HistoryWriter& history)> change) {
    return [change = std::move(change)](HistoryWriter& history) -> std::optional<Sequence> {
        HeadRow* row = random_row(history.stored.heads, history);
        if (!row) return std::nullopt;
        const std::uint64_t size = row->size;
        change(*row, history);
        return size;
    };
}

std::optional<Sequence> delete_receipt(HistoryWriter& history) {
    auto& receipts = history.stored.receipts;
    const std::size_t at = history.drawn(0, receipts.size() - 1);
    const Sequence first = receipts[at].first;
    receipts.erase(receipts.begin() + static_cast<std::ptrdiff_t>(at));
    return first;
}

std::optional<Sequence> insert_receipt(HistoryWriter& history) {
    ReceiptRow row;
    row.command.uuid.bytes.fill(0xee);
    row.first = history.drawn(1, history.head());
    row.count = static_cast<std::uint32_t>(history.drawn(1, 3));
    history.stored.receipts.push_back(row);
    return row.first;
}

std::optional<Sequence> delete_link(HistoryWriter& history) {
    auto& links = history.stored.links;
    if (links.empty()) return std::nullopt;
    const std::size_t at = history.drawn(0, links.size() - 1);
    const Sequence first = place_of(links[at]);
    if (first > history.head()) return std::nullopt; // no event covers it so far
    links.erase(links.begin() + static_cast<std::ptrdiff_t>(at));
    return first;
}

/// Deletes a link and leaves its receipt.
std::optional<Sequence> unlink_receipt(HistoryWriter& history) {
    auto& links = history.stored.links;
    if (links.empty()) return std::nullopt;
    const std::size_t at = history.drawn(0, links.size() - 1);
    const Sequence first = place_of(links[at]);
    if (first > history.head()) return std::nullopt;
    history.stored.receipts.push_back(*links[at].receipt);
    links.erase(links.begin() + static_cast<std::ptrdiff_t>(at));
    return first;
}

} // namespace

Sequence place_of(const EmptyReceiptRow& link) {
    return link.receipt->first;
}

std::vector<DamageKind> table_damage() {
    return {
        {"a deleted receipt", {receipt_mismatch}, delete_receipt},
        {"an inserted receipt", {receipt_mismatch}, insert_receipt},
        {"the fingerprint of a receipt", {mac_mismatch}, at_receipt([](ReceiptRow& row, HistoryWriter& history) {
             flip_bit(row.fingerprint, history);
         })},
        {"the count of a receipt", {receipt_mismatch}, at_receipt([](ReceiptRow& row, HistoryWriter& history) {
             row.count ^= 1U << history.drawn(0, 10);
         })},
        {"the command of a receipt", {receipt_mismatch}, at_receipt([](ReceiptRow& row, HistoryWriter& history) {
             row.command.uuid.bytes[history.drawn(0, 15)] ^= 2;
         })},
        {"a later first event of a receipt",
         {receipt_mismatch},
         at_receipt([](ReceiptRow& row, HistoryWriter& history) { row.first += history.drawn(1, 50); })},
        {"a deleted receipt without events", {receipt_mismatch}, at_link([](EmptyReceiptRow& row, HistoryWriter&) {
             row.receipt.reset();
         })},
        {"a deleted receipt without events, with its link", {receipt_mismatch, mac_mismatch}, delete_link},
        {"a deleted link", {receipt_mismatch, mac_mismatch}, unlink_receipt},
        {"the mac of a link", {receipt_mismatch}, at_link([](EmptyReceiptRow& row, HistoryWriter& history) {
             flip_bit(row.mac, history);
         })},
        {"the key of a link", {receipt_mismatch}, at_link([](EmptyReceiptRow& row, HistoryWriter&) { row.key += 50; })},
        {"the command of a link", {receipt_mismatch}, at_link([](EmptyReceiptRow& row, HistoryWriter&) {
             row.command.uuid.bytes[3] ^= 1;
         })},
        {"the fingerprint of a receipt without events",
         {receipt_mismatch},
         at_link([](EmptyReceiptRow& row, HistoryWriter& history) { flip_bit(row.receipt->fingerprint, history); })},
        {"the count of a receipt without events", {receipt_mismatch}, at_link([](EmptyReceiptRow& row, HistoryWriter&) {
             row.receipt->count = 1;
         })},
        {"the number of the first key", {format}, at_first_key([](KeyRow& row, HistoryWriter&) { row.number = 200; })},
        {"the id of the first key", {unknown_key}, at_first_key([](KeyRow& row, HistoryWriter&) {
             row.id = "0123456789abcdef";
         })},
        {"the genesis", {genesis_mismatch}, at_first_key([](KeyRow& row, HistoryWriter& history) {
             flip_bit(row.by_new, history);
         })},
        {"the root of the genesis", {genesis_mismatch}, at_first_key([](KeyRow& row, HistoryWriter& history) {
             flip_bit(row.root, history);
         })},
        {"a scheme that does not exist", {format}, at_first_key([](KeyRow& row, HistoryWriter&) {
             row.scheme = "v9";
         })},
        {"the id of a key", {unknown_key}, at_key_change([](KeyRow& row, HistoryWriter&) {
             row.id = key_of(90).id();
         })},
        {"a key exchanged for the one before it", {unknown_key}, at_key_change([](KeyRow& row, HistoryWriter& history) {
             row.id = history.stored.keys[row.number - 2].id;
         })},
        {"the root of a key change", {unknown_key}, at_key_change([](KeyRow& row, HistoryWriter& history) {
             flip_bit(row.root, history);
         })},
        {"the signature of the old key", {unknown_key}, at_key_change([](KeyRow& row, HistoryWriter& history) {
             flip_bit(row.by_old, history);
         })},
        {"the signature of the new key", {unknown_key}, at_key_change([](KeyRow& row, HistoryWriter& history) {
             flip_bit(row.by_new, history);
         })},
        {"a later first event of a key", {unknown_key}, at_key_change([](KeyRow& row, HistoryWriter& history) {
             row.first += history.drawn(1, 9);
         })},
        {"the root of a head", {head_invalid}, at_head([](HeadRow& row, HistoryWriter& history) {
             flip_bit(row.root, history);
         })},
        {"the frontier of a head", {head_invalid}, at_head([](HeadRow& row, HistoryWriter& history) {
             flip_bit(row.frontier, history);
         })},
        {"the note of a head", {head_invalid}, at_head([](HeadRow& row, HistoryWriter& history) {
             flip_bit(row.note, history);
         })},
        {"a short root of a head", {format}, at_head([](HeadRow& row, HistoryWriter&) { row.root.pop_back(); })},
    };
}

} // namespace evenfold::tests::chain

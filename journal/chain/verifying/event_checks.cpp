#include "evenfold/journal/chain/stored_entry.hpp"
#include "evenfold/journal/chain/verifying/verification.hpp"

// The checks of one event, in the order in which they are made.

namespace evenfold::journal::chain {
namespace {

/// Returns whether an event without a mac has nothing else of a signed one, except the hash of a removed payload, and
/// the salt of one that replaces it.
bool is_plain(const EventRow& row) {
    const std::size_t hash_bytes = row.removed ? hash_size : 0;
    return (row.salt.empty() || row.removed) && row.payload_hash.size() == hash_bytes && row.previous.empty() &&
           !row.key;
}

} // namespace

bool Verification::is_compat() const {
    return keys_.current() && keys_.current()->scheme == KeyScheme::compat;
}

Checked Verification::check_form(Sequence due) const {
    const auto invalid = [&](const std::string& detail) { return broken(BreakReason::format, due, detail); };
    if (!row_.unreadable.empty()) return invalid(row_.unreadable);
    if (!actor_named(row_.actor)) return invalid("'" + row_.actor + "' is not an actor");
    if (row_.cause == Sequence{0})
        return invalid("the cause is 0, which is no event"); // it would be signed as no cause
    if (!is_signed()) {
        if (!keys_.current() && !is_plain(row_)) return invalid("the event has a part of a signature");
        return {};
    }
    if (row_.mac.size() != hash_size || row_.previous.size() != hash_size || row_.payload_hash.size() != hash_size)
        return invalid("a hash has another size than 32 bytes");
    if (!row_.key || !keys_.row(*row_.key)) return invalid("the event's key does not exist");
    if (!row_.removed && row_.salt.size() != (is_compat() ? 0 : salt_bytes))
        return invalid("the salt has an invalid size");
    return {};
}

Checked Verification::check_position(Sequence due) {
    const auto gap = [&](const std::string& detail) { return broken(BreakReason::seq_gap, due, detail); };
    if (row_.sequence > due) return gap("the next event has sequence " + std::to_string(row_.sequence));
    if (row_.sequence < due) {
        const auto repeats = streams_.has(row_, due);
        if (!repeats) return std::unexpected(repeats.error());
        if (*repeats)
            return broken(BreakReason::duplicate_id, due, "event " + std::to_string(row_.sequence) + " is repeated");
        return gap("an event has sequence " + std::to_string(row_.sequence));
    }
    if (!receipts_.is_next_index(row_)) return gap("the event is not the next one of its command");
    auto tail = streams_.before(row_, due);
    if (!tail) return std::unexpected(std::move(tail.error()));
    tail_ = *tail;
    if (row_.version != tail_.version + 1) return gap("version " + std::to_string(row_.version) + " is not the next");
    return {};
}

Checked Verification::check_payload(Sequence due) const {
    const auto mismatch = [&](const std::string& detail) { return broken(BreakReason::payload_mismatch, due, detail); };
    if (row_.removed) return removals_.check(row_, due);
    if (!is_signed()) return {};
    if (!equal_in_constant_time(bytes_of(payload_hash_of(row_.salt, row_.data)), row_.payload_hash))
        return mismatch("the payload does not have the hash that was signed");
    return {};
}

Checked Verification::check_key(Sequence due) const {
    const KeyInForce* current = keys_.current();
    if (current && current->row->number == *row_.key) return {};
    return broken(BreakReason::unknown_key, due, "key " + std::to_string(*row_.key) + " is not in force here");
}

Checked Verification::check_previous(Sequence due) const {
    const Hash expected = is_compat() ? tail_.mac.value_or(Hash{}) : verified_.mac;
    if (skipped_.previous || equal_in_constant_time(bytes_of(expected), row_.previous)) return {};
    return broken(BreakReason::prev_mismatch, due, "the event does not follow the one before it");
}

Hash Verification::leaf_of_row(const ReceiptRow& receipt, const std::optional<Hash>& newest_empty) {
    const std::string_view key_id = is_signed() ? std::string_view(keys_.current()->row->id) : std::string_view();
    const CoveredEvent covered = covered_event(row_, receipt, key_id, newest_empty);
    entry_.clear();
    append_entry(entry_, covered);
    return leaf_hash(entry_);
}

Checked Verification::check_mac(Sequence due, const Hash& leaf) {
    const JournalKey* secret = keys_.current()->secret;
    if (trust_->public_only || !secret || skipped_.mac) return {};
    Hash mac{};
    if (is_compat())
        mac = compat_mac(secret->compat(), {.stream = row_.stream,
                                            .type = row_.type,
                                            .payload_hash = hash_from(row_.payload_hash).value(),
                                            .stream_previous = tail_.mac,
                                            .first = trust_->first_previous});
    else
        mac = link_mac(secret->v2(), hash_from(row_.previous).value(), tail_.mac.value_or(Hash{}), leaf);
    if (equal_in_constant_time(bytes_of(mac), row_.mac)) return {};
    if (!report_.stream && !report_.part) {
        if (const Checked explained = receipts_.explain_wrong_mac(row_, due); !explained) return explained;
    }
    return broken(BreakReason::mac_mismatch, due, "the mac is not that of the event and its receipt");
}

} // namespace evenfold::journal::chain

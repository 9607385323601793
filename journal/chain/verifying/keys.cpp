#include "evenfold/journal/chain/verifying/keys.hpp"

#include <algorithm>

namespace evenfold::journal::chain {
namespace {

constexpr std::size_t key_id_size = 16;

std::optional<KeyScheme> scheme_of(std::string_view name) {
    if (name == "v2") return KeyScheme::v2;
    if (name == "compat-v1") return KeyScheme::compat;
    return std::nullopt;
}

} // namespace

KeySchedule::KeySchedule(const ChainStart& start, const ChainTrust& trust) : start_(&start), trust_(&trust) {}

const KeyRow* KeySchedule::row(std::uint64_t number) const {
    const auto found = std::ranges::find(start_->keys, number, &KeyRow::number);
    return found == start_->keys.end() ? nullptr : &*found;
}

const JournalKey* KeySchedule::secret(std::string_view id) const {
    const auto found = std::ranges::find(trust_->secrets, id, &JournalKey::id);
    return found == trust_->secrets.end() ? nullptr : &*found;
}

Checked KeySchedule::reach(Sequence due, VerifiedPart& part) {
    for (; next_ < start_->keys.size() && start_->keys[next_].first <= due; ++next_) {
        const KeyRow& row = start_->keys[next_];
        if (row.first < due) {
            has_unreachable_ = true;
            continue;
        }
        if (const Checked form = check_form(row, due); !form) return form;
        const KeyInForce key{.row = &row, .secret = secret(row.id), .scheme = scheme_of(row.scheme).value()};
        if (!key.secret && !trust_->public_only)
            return broken(BreakReason::unknown_key, due, "no given secret has the key id '" + row.id + "'");
        const Checked signatures = current_ ? check_change(key, part) : check_genesis(key, part);
        if (!signatures) return signatures;
        current_ = key;
    }
    return {};
}

void KeySchedule::resume(Sequence size) {
    for (; next_ < start_->keys.size() && start_->keys[next_].first <= size; ++next_) {
        const KeyRow& row = start_->keys[next_];
        current_ = {.row = &row, .secret = secret(row.id), .scheme = scheme_of(row.scheme).value_or(KeyScheme::v2)};
    }
}

Checked KeySchedule::check_form(const KeyRow& row, Sequence due) const {
    const bool is_first = next_ == 0;
    const bool is_formed = row.number == next_ + 1 && row.id.size() == key_id_size && scheme_of(row.scheme) &&
                           row.root.size() == hash_size && row.by_new.size() == hash_size &&
                           row.by_old.size() == (is_first ? 0 : hash_size);
    if (is_formed) return {};
    return broken(BreakReason::format, due, "the row of the key '" + row.id + "' has an invalid value");
}

Checked KeySchedule::check_genesis(const KeyInForce& key, VerifiedPart& part) const {
    const Genesis genesis{.before = part.tree.size(),
                          .root = part.tree.root(),
                          .origin = start_->origin,
                          .domain = start_->domain,
                          .key_id = key.row->id};
    const Hash stored = hash_from(key.row->by_new).value();
    const bool is_right =
        equal_in_constant_time(key.row->root, bytes_of(genesis.root)) &&
        (!key.secret || equal_in_constant_time(key.secret->v2().mac({genesis_message(genesis)}), stored));
    if (!is_right)
        return broken(BreakReason::genesis_mismatch, genesis.before + 1,
                      "the origin, the domain or the events before signing began are not those of the genesis");
    part.mac = stored;
    return {};
}

Checked KeySchedule::check_change(const KeyInForce& key, const VerifiedPart& part) const {
    const KeyChange change{.number = key.row->number,
                           .first = key.row->first,
                           .root = part.tree.root(),
                           .mac = part.mac,
                           .old_id = current_->row->id,
                           .new_id = key.row->id};
    const std::string message = key_change_message(change);
    const auto is_signed = [&](const JournalKey* secret, std::string_view mac) {
        return !secret || equal_in_constant_time(bytes_of(secret->v2().mac({message})), mac);
    };
    if (equal_in_constant_time(key.row->root, bytes_of(change.root)) && is_signed(current_->secret, key.row->by_old) &&
        is_signed(key.secret, key.row->by_new))
        return {};
    return broken(BreakReason::unknown_key, change.first,
                  "the change to the key '" + key.row->id + "' is not signed by both keys");
}

Checked KeySchedule::finish(Sequence head) const {
    if (next_ < start_->keys.size())
        return broken(BreakReason::truncated, head + 1, "a key begins after the last event");
    if (has_unreachable_)
        return broken(BreakReason::format, head + 1, "a key begins before the key with the number before it");
    return {};
}

} // namespace evenfold::journal::chain

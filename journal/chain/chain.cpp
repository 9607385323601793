#include "evenfold/journal/chain/chain.hpp"

#include <cassert>
#include <utility>

namespace evenfold::journal::chain {

Hash link_mac(const HmacKey& key, const Hash& previous, const Hash& stream_previous, const Hash& leaf) {
    return key.mac({link_label, bytes_of(previous), bytes_of(stream_previous), bytes_of(leaf)});
}

Chain::Chain(JournalKey key, ChainState state) : key_(std::move(key)), state_(std::move(state)) {}

Chain Chain::begin(JournalKey key, const ChainNames& names, TreeFrontier sealed, KeyScheme scheme) {
    const Genesis genesis{.before = sealed.size(),
                          .root = sealed.root(),
                          .origin = names.origin,
                          .domain = names.domain,
                          .key_id = key.id()};
    ChainState state;
    state.head = genesis.before;
    state.mac = key.v2().mac({genesis_message(genesis)});
    state.tree = std::move(sealed);
    state.scheme = scheme;
    return {std::move(key), std::move(state)};
}

SealedEvent Chain::extend(CoveredEvent& event, const std::optional<Hash>& stream_mac) {
    assert(event.sequence == state_.head + 1);
    event.key_id = key_.id();
    event.newest_empty = state_.newest_empty;
    entry_.clear();
    append_entry(entry_, event);
    SealedEvent sealed;
    sealed.leaf = leaf_hash(entry_);
    sealed.stream_previous = stream_mac.value_or(Hash{});
    if (state_.scheme == KeyScheme::v2) {
        sealed.previous = state_.mac;
        sealed.mac = link_mac(key_.v2(), sealed.previous, sealed.stream_previous, sealed.leaf);
    } else {
        sealed.previous = sealed.stream_previous;
        sealed.mac =
            compat_mac(key_.compat(), {event.stream, event.type, event.payload_hash, stream_mac, state_.first});
    }
    state_.head = event.sequence;
    state_.mac = sealed.mac;
    state_.tree.append(sealed.leaf);
    return sealed;
}

SealedReceipt Chain::add_empty_receipt(const CommandId& command, std::string_view fingerprint) {
    const EmptyReceipt receipt{.number = state_.empty_receipts + 1,
                               .first = state_.head + 1,
                               .command = command,
                               .previous = state_.newest_empty,
                               .fingerprint = fingerprint,
                               .key_id = key_.id()};
    state_.empty_receipts = receipt.number;
    state_.newest_empty = key_.v2().mac({empty_receipt_message(receipt)});
    return {receipt.number, *state_.newest_empty};
}

SealedKeyChange Chain::change_key(JournalKey key, std::uint64_t number) {
    const KeyChange change{.number = number,
                           .first = state_.head + 1,
                           .root = state_.tree.root(),
                           .mac = state_.mac,
                           .old_id = key_.id(),
                           .new_id = key.id()};
    const std::string message = key_change_message(change);
    const SealedKeyChange sealed{.first = change.first,
                                 .root = change.root,
                                 .by_old = key_.v2().mac({message}),
                                 .by_new = key.v2().mac({message})};
    key_ = std::move(key);
    state_.scheme = KeyScheme::v2;
    return sealed;
}

} // namespace evenfold::journal::chain

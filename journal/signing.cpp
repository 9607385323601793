#include "evenfold/journal/signing.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <string>
#include <utility>

#include "evenfold/journal/chain/chain_entries.hpp"

namespace evenfold::journal {

namespace {

using chain::ChainEntries;
using chain::ChainState;
using chain::ChainStore;
using chain::GrowingTree;
using chain::Hash;
using chain::KeyRow;

Failure other_key(std::string_view place, const KeyRow& in_force, const chain::JournalKey& given) {
    return {.kind = FailureKind::unsigned_writer,
            .what = fmt::format("{}: the journal is signed with the key {}, and the secret that was given is of the "
                                "key {}",
                                place, in_force.id, given.id()),
            .remedy = "Name the secret of that key, as EVENFOLD_HMAC_SECRET or as `current` in the folder of keys."};
}

Failure used_before(std::string_view place, const chain::JournalKey& key) {
    return {.kind = FailureKind::invalid,
            .what = fmt::format("{}: the key {} has already signed this journal", place, key.id()),
            .remedy = "Make a new secret (`evenfold keys new`), and change to that."};
}

Failure damaged_chain(const ChainStore& store, std::string_view what) {
    return store.damage(fmt::format("its signatures cannot be continued: {}", what));
}

/// Returns the state of the chain after `head`, without its tree.
std::expected<ChainState, Failure> stored_state(ChainStore& store, const KeyRow& first_key, Sequence head) {
    ChainState state;
    state.head = head;
    auto mac = chain::hash_from(first_key.by_new);
    if (head >= first_key.first) {
        const auto stored = store.mac_of(head);
        if (!stored) return std::unexpected(stored.error());
        mac = chain::hash_from(*stored);
    }
    if (!mac) return std::unexpected(damaged_chain(store, fmt::format("event {} has no mac", head)));
    state.mac = *mac;
    const auto count = store.empty_receipts();
    if (!count) return std::unexpected(count.error());
    state.empty_receipts = *count;
    if (state.empty_receipts == 0) return state;
    const auto newest = store.empty_receipt(state.empty_receipts);
    if (!newest) return std::unexpected(newest.error());
    state.newest_empty = *newest ? chain::hash_from((*newest)->mac) : std::nullopt;
    if (!state.newest_empty)
        return std::unexpected(damaged_chain(store, "the newest receipt without events has no mac"));
    return state;
}

} // namespace

Instant present() {
    const auto time = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::milliseconds>(time).count()};
}

Failure key_missing(std::string_view place) {
    return {.kind = FailureKind::unsigned_writer,
            .what = fmt::format("{}: the journal is signed, and no secret was given to sign with", place),
            .remedy =
                "Name its secret, as EVENFOLD_HMAC_SECRET or as `current` in a folder of keys. Reading needs none."};
}

Failure signed_already(std::string_view place) {
    return {.kind = FailureKind::exists,
            .what = fmt::format("{}: the journal is signed already", place),
            .remedy = "To sign with another key from now on, change the key (`evenfold keys rotate`)."};
}

Failure unsigned_journal(std::string_view place) {
    return {.kind = FailureKind::invalid,
            .what = fmt::format("{}: the journal is not signed", place),
            .remedy = "Start signing first (`evenfold keys start`)."};
}

std::expected<JournalSigner, Failure>
load_signer(ChainStore& store, const std::optional<SigningOptions>& options, Sequence head) {
    if (!options) return std::unexpected(key_missing(store.place()));
    const auto keys = store.keys();
    if (!keys) return std::unexpected(keys.error());
    if (keys->empty()) return std::unexpected(damaged_chain(store, "the table keys is empty"));
    const KeyRow& in_force = keys->back();
    if (in_force.id != options->key.id()) return std::unexpected(other_key(store.place(), in_force, options->key));
    if (in_force.scheme != "v2")
        return std::unexpected(damaged_chain(store, "its newest key is of the scheme " + in_force.scheme));
    auto state = stored_state(store, keys->front(), head);
    if (!state) return std::unexpected(std::move(state.error()));
    ChainEntries entries(store);
    auto tree = GrowingTree::load(entries, head);
    if (!tree) return std::unexpected(std::move(tree.error()));
    state->tree = tree->frontier();
    return JournalSigner(chain::Chain(options->key, *std::move(state)), *std::move(tree), in_force.number,
                         options->salts);
}

std::expected<chain::TreeFrontier, Failure>
build_tree(ChainStore& store, std::uint64_t full_tiles, std::uint64_t size, const AddTiles& add_tiles) {
    ChainEntries entries(store);
    auto tree = GrowingTree::load(entries, full_tiles * chain::tile_width);
    if (!tree) return std::unexpected(std::move(tree.error()));
    std::vector<Hash> leaves;
    while (tree->size() < size) {
        leaves.resize(std::min<std::uint64_t>(size - tree->size(), chain::tile_width));
        if (auto read = entries.compute_leaves(tree->size(), leaves); !read) return std::unexpected(read.error());
        for (const Hash& leaf : leaves) tree->append(leaf);
        if (auto added = add_tiles(tree->take_full()); !added) return std::unexpected(added.error());
    }
    return tree->frontier();
}

KeyRow first_key(const chain::JournalKey& key, const chain::ChainNames& names, const chain::TreeFrontier& sealed) {
    const chain::Chain chain = chain::Chain::begin(key, names, sealed);
    const Hash root = sealed.root();
    return {.number = 1,
            .id = key.id(),
            .scheme = "v2",
            .first = sealed.size() + 1,
            .root = std::string(chain::bytes_of(root)),
            .by_old = {},
            .by_new = std::string(chain::bytes_of(chain.state().mac))};
}

std::expected<KeyRow, Failure> next_key(ChainStore& store, const JournalSigner& signer,
                                        const chain::JournalKey& current, const chain::JournalKey& next) {
    const auto keys = store.keys();
    if (!keys) return std::unexpected(keys.error());
    if (std::ranges::find(*keys, next.id(), &KeyRow::id) != keys->end())
        return std::unexpected(used_before(store.place(), next));
    chain::Chain chain(current, signer.state());
    const std::uint64_t number = signer.key_number() + 1;
    const chain::SealedKeyChange change = chain.change_key(next, number);
    return KeyRow{.number = number,
                  .id = next.id(),
                  .scheme = "v2",
                  .first = change.first,
                  .root = std::string(chain::bytes_of(change.root)),
                  .by_old = std::string(chain::bytes_of(change.by_old)),
                  .by_new = std::string(chain::bytes_of(change.by_new))};
}

} // namespace evenfold::journal

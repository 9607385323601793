/// `Chain`: the state from which the next events of a journal are signed. A plain value: a writer copies it before a
/// transaction, and drops the copy that a rollback has made wrong.
/// Shapes: the mac of an event is a function of all events before it and the keys alone. Per stream, it also covers the
/// mac of the stream's previous event, which the writer passes in, because a chain does not keep one per stream.
/// Memory: one mac, one key, and at most 64 hashes of the tree.
///
///     Chain chain = Chain::begin(key, {.origin = "journal/1", .domain = "plans"}, TreeFrontier());
///     CoveredEvent event{.sequence = 1, .version = 1, .stream = "plan-7"}; // and its other fields
///     const SealedEvent sealed = chain.extend(event, std::nullopt);
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "evenfold/journal/chain/compat.hpp"
#include "evenfold/journal/chain/entry.hpp"
#include "evenfold/journal/chain/keys/journal_key.hpp"
#include "evenfold/journal/chain/tree/frontier.hpp"

namespace evenfold::journal::chain {

/// How the events under a key are signed. The tree has the same leaves under both.
enum class KeyScheme : std::uint8_t { v2, compat };

/// The names that the genesis binds a chain to.
struct ChainNames {
    std::string_view origin;
    std::string_view domain;
};

/// The values that are stored beside an event.
struct SealedEvent {
    Hash previous{};        // of the event before; under compat-v1 of the stream's, zero if it is the first
    Hash stream_previous{}; // zero if the stream has no earlier signed event
    Hash leaf{};
    Hash mac{};
    friend bool operator==(const SealedEvent&, const SealedEvent&) = default;
};

/// The values that are stored beside a receipt without events.
struct SealedReceipt {
    std::uint64_t number = 0;
    Hash mac{};
    friend bool operator==(const SealedReceipt&, const SealedReceipt&) = default;
};

/// The values that are stored of a change of keys.
struct SealedKeyChange {
    Sequence first = 0;
    Hash root{};
    Hash by_old{};
    Hash by_new{};
    friend bool operator==(const SealedKeyChange&, const SealedKeyChange&) = default;
};

/// The parts of a chain as a journal stores them.
struct ChainState {
    Sequence head = 0;
    Hash mac{};                       // of the event `head`, or the genesis
    std::uint64_t empty_receipts = 0; // the number of the newest
    std::optional<Hash> newest_empty; // its mac
    TreeFrontier tree;                // over the events 1 to `head`
    KeyScheme scheme = KeyScheme::v2;
    FirstPrevious first = FirstPrevious::empty; // under compat-v1
    friend bool operator==(const ChainState&, const ChainState&) = default;
};

class Chain {
public:
    /// Continues at `state` under `key`.
    Chain(JournalKey key, ChainState state);

    /// Starts a chain behind the events that `sealed` is the tree of. Its mac is the genesis.
    [[nodiscard]] static Chain
    begin(JournalKey key, const ChainNames& names, TreeFrontier sealed, KeyScheme scheme = KeyScheme::v2);

    /// Signs the next event and moves behind it. Sets `key_id` and `newest_empty` of `event`, whose sequence must be
    /// head + 1. `stream_mac` is the mac of the stream's previous event, if it is signed.
    SealedEvent extend(CoveredEvent& event, const std::optional<Hash>& stream_mac);

    /// Signs the receipt of a command without events.
    SealedReceipt add_empty_receipt(const CommandId& command, std::string_view fingerprint);

    /// Replaces the key. `number` is that of the new key. Events from the next one on are signed by `key` under v2.
    SealedKeyChange change_key(JournalKey key, std::uint64_t number);

    [[nodiscard]] const ChainState& state() const { return state_; }
    [[nodiscard]] const JournalKey& key() const { return key_; }

private:
    JournalKey key_;
    ChainState state_;
    std::string entry_; // reused
};

/// Returns the mac of an event under v2.
[[nodiscard]] Hash link_mac(const HmacKey& key, const Hash& previous, const Hash& stream_previous, const Hash& leaf);

} // namespace evenfold::journal::chain

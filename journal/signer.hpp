/// `JournalSigner`: signs the batches that an adapter stores, one event after the other. Every adapter uses it, so that
/// equal events, salts and keys have equal signatures in all of them.
/// Shapes: per event a salt, three hashes and the number of the key; per receipt without events a number and a mac; and
/// full tiles of the tree. docs/signed-journal.md specifies them.
/// Lifetime: a signer belongs to one writer, and moves ahead with each event. After a rollback it is wrong, and must be
/// replaced by one that was loaded again.
/// Errors: a Failure if no random salts can be had.
///
///     JournalSigner signer(std::move(chain), std::move(tree), 1, options.salts);
///     if (auto drawn = signer.draw_salts(batch.events.size()); !drawn) return drawn;
///     const SignedColumns columns = signer.sign(batch, 0, {.sequence = 7, .version = 2}, stream_mac);
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "evenfold/journal/chain/chain.hpp"
#include "evenfold/journal/chain/tree/tiles.hpp"
#include "evenfold/journal/journal.hpp"

namespace evenfold::journal {

using chain::salt_bytes;

/// Fills the span with salts, one after the other. Salts must be random: they keep a removed payload from being
/// guessed.
using SaltSource = std::function<std::expected<void, Failure>(std::span<char> salts)>;

/// The key that signs what a journal appends.
struct SigningOptions {
    chain::JournalKey key;
    SaltSource salts{}; // NOLINT(readability-redundant-member-init): empty for random bytes of the operating system
};

/// The values that are stored beside an event.
struct SignedColumns {
    std::array<char, salt_bytes> salt{};
    chain::Hash payload_hash{};
    chain::Hash previous{};
    chain::Hash mac{};
};

/// The position of a new event.
struct EventPosition {
    Sequence sequence = 0;
    StreamVersion version = 0;
};

class JournalSigner {
public:
    /// `key_number` is that of the chain's key in the journal; `tree` has the events up to the chain's head.
    JournalSigner(chain::Chain chain, chain::GrowingTree tree, std::uint64_t key_number, SaltSource salts);

    /// Draws the salts of the next `count` events.
    [[nodiscard]] std::expected<void, Failure> draw_salts(std::size_t count);

    /// Signs event `index` of `batch`. A salt must have been drawn. `stream_mac` is that of the stream's previous
    /// event, if it is signed.
    [[nodiscard]] SignedColumns sign(const Batch& batch, std::uint32_t index, const EventPosition& position,
                                     const std::optional<chain::Hash>& stream_mac);

    /// Signs the receipt of `batch`, which has no events.
    [[nodiscard]] chain::SealedReceipt sign_receipt(const Batch& batch);

    /// Returns the tiles that became full since the last call.
    [[nodiscard]] std::vector<chain::TreeTile> take_full_tiles() { return tree_.take_full(); }

    [[nodiscard]] const chain::ChainState& state() const { return chain_.state(); }
    [[nodiscard]] std::uint64_t key_number() const { return key_number_; }

private:
    chain::Chain chain_;
    chain::GrowingTree tree_;
    std::uint64_t key_number_;
    SaltSource salts_;
    std::string drawn_; // salts
    std::size_t used_ = 0;
};

} // namespace evenfold::journal

/// The steps of signing that every adapter takes: to start it, to continue it, and to change the key. They read the
/// journal as a `ChainStore`; the adapter stores the rows that they return, in a transaction.
/// Errors: FailureKind::unsigned_writer if the key is not the one in force; damage if the tree cannot be continued.
///
///     auto signer = load_signer(store, options.signing, head);
///     if (!signer) return std::unexpected(signer.error());
///     const SignedColumns columns = signer->sign(batch, 0, {.sequence = head + 1, .version = 1}, std::nullopt);
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "evenfold/journal/chain/chain_store.hpp"
#include "evenfold/journal/signer.hpp"

namespace evenfold::journal {

/// Returns a signer that continues a signed journal behind the event `head`. `options` has its key.
[[nodiscard]] std::expected<JournalSigner, Failure>
load_signer(chain::ChainStore& store, const std::optional<SigningOptions>& options, Sequence head);

/// Stores full tiles of the tree.
using AddTiles = std::function<std::expected<void, Failure>(const std::vector<chain::TreeTile>& tiles)>;

/// Builds the tree over the first `size` events, of which the first `full_tiles` tiles of leaves are stored already,
/// and returns its frontier. O(events behind these tiles).
[[nodiscard]] std::expected<chain::TreeFrontier, Failure>
build_tree(chain::ChainStore& store, std::uint64_t full_tiles, std::uint64_t size, const AddTiles& add_tiles);

/// Returns the row of the first key, which seals the events of the tree `sealed`. Its `by_new` is the genesis.
[[nodiscard]] chain::KeyRow
first_key(const chain::JournalKey& key, const chain::ChainNames& names, const chain::TreeFrontier& sealed);

/// Returns the row of a change from the key `current` of `signer` to `next`, which must not have signed before.
[[nodiscard]] std::expected<chain::KeyRow, Failure> next_key(chain::ChainStore& store, const JournalSigner& signer,
                                                             const chain::JournalKey& current,
                                                             const chain::JournalKey& next);

/// Returns the time of the system clock, for rows that an adapter stores on its own.
[[nodiscard]] Instant present();

// The failures of journals whose state does not fit. `place` is the journal's name.

[[nodiscard]] Failure key_missing(std::string_view place);
[[nodiscard]] Failure signed_already(std::string_view place);
[[nodiscard]] Failure unsigned_journal(std::string_view place);

} // namespace evenfold::journal

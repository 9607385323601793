/// Proofs over the tree of a journal: that an event is in a tree of a given size (inclusion), and that a tree is the
/// beginning of a larger one (consistency). Whoever has the roots can check both without the journal.
/// Shapes: `index` of an event is its sequence minus 1; a proof is a list of at most 64 hashes, ordered as in RFC 6962.
/// Making a proof reads O(log n) ranges of hashes from a `TreeHashes`.
/// Errors: the failures of the source. `is_included` and `is_consistent` return false for anything that proves nothing.
/// Source: RFC 6962, section 2.1; the checks are those of RFC 9162, sections 2.1.3.2 and 2.1.4.2.
///
///     const auto proof = inclusion_proof(hashes, 41006, 81234);
///     if (!proof) return std::unexpected(proof.error());
///     assert(is_included(leaf, 41006, 81234, *proof, root));
#pragma once

#include <cstdint>
#include <expected>
#include <span>
#include <vector>

#include "evenfold/journal/chain/hash.hpp"
#include "evenfold/journal/chain/tree/frontier.hpp"
#include "evenfold/system/failure.hpp"

namespace evenfold::journal::chain {

using TreeProof = std::vector<Hash>;

/// Reads hashes of complete subtrees, which a journal stores or computes from its leaves.
class TreeHashes {
public:
    TreeHashes() = default;
    TreeHashes(const TreeHashes&) = delete;
    TreeHashes& operator=(const TreeHashes&) = delete;
    virtual ~TreeHashes() = default;

    /// Fills `hashes` with the roots of neighbouring subtrees of 256^level leaves each, from the subtree `first` on.
    /// They are part of one tile: at most 128, and `first` is a multiple of their number. All of their leaves exist.
    [[nodiscard]] virtual std::expected<void, system::Failure>
    read(unsigned level, std::uint64_t first, std::span<Hash> hashes) = 0;
};

/// Returns the frontier of the first `size` leaves, from which more can be appended.
[[nodiscard]] std::expected<TreeFrontier, system::Failure> tree_frontier(TreeHashes& hashes, std::uint64_t size);

/// Returns the root of the first `size` leaves.
[[nodiscard]] std::expected<Hash, system::Failure> tree_root(TreeHashes& hashes, std::uint64_t size);

/// Returns the proof that leaf `index` is in the tree of `size` leaves; `index` must be less than `size`.
[[nodiscard]] std::expected<TreeProof, system::Failure>
inclusion_proof(TreeHashes& hashes, std::uint64_t index, std::uint64_t size);

/// Returns the proof that the tree of `size` leaves begins with that of `old_size`, which must be 1 to `size`.
[[nodiscard]] std::expected<TreeProof, system::Failure>
consistency_proof(TreeHashes& hashes, std::uint64_t old_size, std::uint64_t size);

/// Returns whether `proof` shows that `leaf` has `index` in the tree of `size` leaves with `root`.
[[nodiscard]] bool
is_included(const Hash& leaf, std::uint64_t index, std::uint64_t size, std::span<const Hash> proof, const Hash& root);

/// The size and root of a tree.
struct TreeHead {
    std::uint64_t size = 0;
    Hash root{};
    friend bool operator==(const TreeHead&, const TreeHead&) = default;
};

/// Returns whether `proof` shows that `newer` begins with `older`. The tree of size 0 begins every tree, by an empty
/// proof.
[[nodiscard]] bool is_consistent(const TreeHead& older, const TreeHead& newer, std::span<const Hash> proof);

} // namespace evenfold::journal::chain

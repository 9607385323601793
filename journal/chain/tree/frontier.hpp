/// The Merkle tree of RFC 6962 over the leaves of a journal, kept as its frontier: the roots of the complete subtrees
/// that its size is made of. It is enough to append leaves and to compute the root, and holds at most 64 hashes.
/// Shapes: a leaf hash has the prefix 0, an inner node the prefix 1; the tree of no leaves is the hash of nothing.
/// Source: RFC 6962, section 2.1.
///
///     TreeFrontier frontier;
///     frontier.append(leaf_hash("an entry"));
///     frontier.root(); // equals leaf_hash("an entry")
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "evenfold/journal/chain/hash.hpp"

namespace evenfold::journal::chain {

[[nodiscard]] Hash leaf_hash(std::string_view entry);
[[nodiscard]] Hash node_hash(const Hash& left, const Hash& right);
[[nodiscard]] Hash empty_tree_root();

class TreeFrontier {
public:
    TreeFrontier() = default;

    /// Returns the frontier of a tree of `size` leaves, or nullopt if such a tree has another number of hashes.
    [[nodiscard]] static std::optional<TreeFrontier> from(std::uint64_t size, std::span<const Hash> hashes);

    void append(const Hash& leaf);

    [[nodiscard]] Hash root() const;
    /// Returns the number of leaves.
    [[nodiscard]] std::uint64_t size() const { return size_; }
    /// Returns the roots of the complete subtrees, the largest first: one per bit of size().
    [[nodiscard]] std::span<const Hash> hashes() const { return hashes_; }

    friend bool operator==(const TreeFrontier&, const TreeFrontier&) = default;

private:
    std::uint64_t size_ = 0;
    std::vector<Hash> hashes_;
};

} // namespace evenfold::journal::chain

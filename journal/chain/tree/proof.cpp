#include "evenfold/journal/chain/tree/proof.hpp"

#include <array>
#include <bit>
#include <cassert>

namespace evenfold::journal::chain {
namespace {

using system::Failure;

constexpr unsigned tile_height = 8; // a tile is a complete subtree of 2^8 hashes
constexpr std::size_t read_max = std::size_t{1} << (tile_height - 1);

/// Returns the greatest power of two below `size`, which must be at least 2.
std::uint64_t split_of(std::uint64_t size) {
    return std::bit_floor(size - 1);
}

/// Returns the root of the complete subtree of 2^height leaves from the leaf `begin` on.
std::expected<Hash, Failure> complete_root(TreeHashes& hashes, std::uint64_t begin, unsigned height) {
    const unsigned level = height / tile_height;
    const std::size_t count = std::size_t{1} << (height % tile_height);
    std::array<Hash, read_max> nodes{};
    const auto read = hashes.read(level, begin >> (level * tile_height), std::span(nodes).first(count));
    if (!read) return std::unexpected(read.error());
    for (std::size_t width = count; width > 1; width /= 2) {
        for (std::size_t i = 0; i < width / 2; ++i) nodes[i] = node_hash(nodes[2 * i], nodes[2 * i + 1]);
    }
    return nodes[0];
}

/// Returns the roots of the complete subtrees that the leaves from `begin` on are made of, the largest first. The
/// leaves are a subtree of some tree.
std::expected<std::vector<Hash>, Failure> complete_roots(TreeHashes& hashes, std::uint64_t begin, std::uint64_t size) {
    std::vector<Hash> roots;
    while (size > 0) {
        const std::uint64_t width = std::bit_floor(size);
        const auto root = complete_root(hashes, begin, static_cast<unsigned>(std::countr_zero(width)));
        if (!root) return std::unexpected(root.error());
        roots.push_back(*root);
        begin += width;
        size -= width;
    }
    return roots;
}

/// Returns the root of the leaves from `begin` on.
std::expected<Hash, Failure> range_root(TreeHashes& hashes, std::uint64_t begin, std::uint64_t size) {
    const auto roots = complete_roots(hashes, begin, size);
    if (!roots) return std::unexpected(roots.error());
    if (roots->empty()) return empty_tree_root();
    Hash root = roots->back();
    for (std::size_t i = roots->size() - 1; i-- > 0;) root = node_hash((*roots)[i], root);
    return root;
}

/// A subtree: `size` leaves from the leaf `begin` on.
struct LeafRange {
    std::uint64_t begin = 0;
    std::uint64_t size = 0;
};

/// Returns the roots of `ranges`, the last one first: proofs begin at the leaves.
std::expected<TreeProof, Failure> roots_upwards(TreeHashes& hashes, std::span<const LeafRange> ranges) {
    TreeProof proof;
    for (std::size_t i = ranges.size(); i-- > 0;) {
        const auto root = range_root(hashes, ranges[i].begin, ranges[i].size);
        if (!root) return std::unexpected(root.error());
        proof.push_back(*root);
    }
    return proof;
}

/// A way from a leaf, or a subtree, to the root of a tree: the positions of both among the nodes of their level.
struct UpwardPath {
    std::uint64_t node = 0;
    std::uint64_t last = 0; // the last node of the level

    [[nodiscard]] bool has_left_sibling() const { return (node & 1U) != 0 || node == last; }
    void rise() {
        node >>= 1U;
        last >>= 1U;
    }
    /// Passes the levels at which the node, as the last of its level, has no sibling.
    void pass_levels_without_sibling() {
        while ((node & 1U) == 0 && node != 0) rise();
    }
};

} // namespace

std::expected<TreeFrontier, Failure> tree_frontier(TreeHashes& hashes, std::uint64_t size) {
    const auto roots = complete_roots(hashes, 0, size);
    if (!roots) return std::unexpected(roots.error());
    return TreeFrontier::from(size, *roots).value(); // one per bit of the size
}

std::expected<Hash, Failure> tree_root(TreeHashes& hashes, std::uint64_t size) {
    return range_root(hashes, 0, size);
}

std::expected<TreeProof, Failure> inclusion_proof(TreeHashes& hashes, std::uint64_t index, std::uint64_t size) {
    assert(index < size);
    std::vector<LeafRange> siblings;
    LeafRange range{0, size};
    while (range.size > 1) {
        const std::uint64_t split = split_of(range.size);
        const LeafRange left{range.begin, split};
        const LeafRange right{range.begin + split, range.size - split};
        const bool is_left = index < right.begin;
        siblings.push_back(is_left ? right : left);
        range = is_left ? left : right;
    }
    return roots_upwards(hashes, siblings);
}

std::expected<TreeProof, Failure> consistency_proof(TreeHashes& hashes, std::uint64_t old_size, std::uint64_t size) {
    assert(old_size > 0 && old_size <= size);
    std::vector<LeafRange> siblings;
    LeafRange range{0, size};
    while (range.begin + range.size > old_size) {
        const std::uint64_t split = split_of(range.size);
        const LeafRange left{range.begin, split};
        const LeafRange right{range.begin + split, range.size - split};
        const bool is_left = old_size <= right.begin;
        siblings.push_back(is_left ? right : left);
        range = is_left ? left : right;
    }
    if (range.begin > 0) siblings.push_back(range); // else the old root is this subtree, which the verifier knows
    return roots_upwards(hashes, siblings);
}

bool is_included(const Hash& leaf, std::uint64_t index, std::uint64_t size, std::span<const Hash> proof,
                 const Hash& root) {
    if (index >= size) return false;
    UpwardPath path{index, size - 1};
    Hash hash = leaf;
    for (const Hash& sibling : proof) {
        if (path.last == 0) return false;
        if (path.has_left_sibling()) {
            hash = node_hash(sibling, hash);
            path.pass_levels_without_sibling();
        } else {
            hash = node_hash(hash, sibling);
        }
        path.rise();
    }
    return path.last == 0 && equal_in_constant_time(hash, root);
}

bool is_consistent(const TreeHead& older, const TreeHead& newer, std::span<const Hash> proof) {
    if (older.size > newer.size) return false;
    if (older.size == newer.size) return proof.empty() && equal_in_constant_time(older.root, newer.root);
    if (older.size == 0) return proof.empty() && equal_in_constant_time(older.root, empty_tree_root());
    const bool is_complete = std::has_single_bit(older.size);
    if (!is_complete && proof.empty()) return false;
    UpwardPath path{older.size - 1, newer.size - 1};
    while ((path.node & 1U) != 0) path.rise();
    Hash old_root = is_complete ? older.root : proof.front();
    Hash new_root = old_root;
    for (const Hash& sibling : is_complete ? proof : proof.subspan(1)) {
        if (path.last == 0) return false;
        if (path.has_left_sibling()) {
            old_root = node_hash(sibling, old_root);
            new_root = node_hash(sibling, new_root);
            path.pass_levels_without_sibling();
        } else {
            new_root = node_hash(new_root, sibling);
        }
        path.rise();
    }
    return path.last == 0 && equal_in_constant_time(old_root, older.root) &&
           equal_in_constant_time(new_root, newer.root);
}

} // namespace evenfold::journal::chain

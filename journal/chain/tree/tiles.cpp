#include "evenfold/journal/chain/tree/tiles.hpp"

#include <bit>
#include <utility>

namespace evenfold::journal::chain {
namespace {

using system::Failure;

constexpr unsigned level_bits = 8; // of 256 hashes

/// Returns the root of a complete subtree, whose number of nodes is a power of two.
Hash root_of(std::span<const Hash> nodes) {
    std::vector<Hash> level(nodes.begin(), nodes.end());
    for (; level.size() > 1; level.resize(level.size() / 2)) {
        for (std::size_t i = 0; i < level.size() / 2; ++i) level[i] = node_hash(level[2 * i], level[2 * i + 1]);
    }
    return level.front();
}

/// Splits `nodes` into complete subtrees, the largest first, and calls `visit` with each.
template <class Visit>
void for_each_subtree(std::span<Hash> nodes, const Visit& visit) {
    for (std::size_t begin = 0; begin < nodes.size();) {
        const std::size_t size = std::bit_floor(nodes.size() - begin);
        visit(begin, nodes.subspan(begin, size));
        begin += size;
    }
}

void copy_hash(const std::string& tile, std::size_t index, Hash& hash) {
    tile.copy(reinterpret_cast<char*>(hash.data()), hash_size, index * hash_size);
}

} // namespace

std::expected<std::optional<std::string>, Failure> StoredTree::tile(unsigned level, std::uint64_t number) {
    auto hashes = store_->tile(level, number);
    if (hashes && *hashes && (*hashes)->size() != tile_width * hash_size)
        return std::unexpected(store_->damaged_tile(level, number));
    return hashes;
}

std::expected<Hash, Failure> StoredTree::root_of_tile(unsigned level, std::uint64_t number) {
    const auto stored = tile(level, number);
    if (!stored) return std::unexpected(stored.error());
    if (!*stored) return std::unexpected(store_->damaged_tile(level, number));
    std::array<Hash, tile_width> nodes{};
    for (std::size_t i = 0; i < tile_width; ++i) copy_hash(**stored, i, nodes[i]);
    return root_of(nodes);
}

std::expected<void, Failure> StoredTree::read(unsigned level, std::uint64_t first, std::span<Hash> hashes) {
    const auto stored = tile(level, first / tile_width);
    if (!stored) return std::unexpected(stored.error());
    if (*stored) {
        for (std::size_t i = 0; i < hashes.size(); ++i) copy_hash(**stored, first % tile_width + i, hashes[i]);
        return {};
    }
    if (level == 0) return store_->compute_leaves(first, hashes);
    for (std::size_t i = 0; i < hashes.size(); ++i) {
        const auto root = root_of_tile(level - 1, first + i);
        if (!root) return std::unexpected(root.error());
        hashes[i] = *root;
    }
    return {};
}

std::expected<GrowingTree, Failure> GrowingTree::load(TileStore& store, std::uint64_t size) {
    StoredTree stored(store);
    GrowingTree tree;
    tree.size_ = size;
    for (unsigned level = 0; level < level_count; ++level) {
        const std::uint64_t end = size >> (level * level_bits);
        std::vector<Hash>& open = tree.open_[level];
        open.resize(end % tile_width);
        std::expected<void, Failure> read;
        for_each_subtree(open, [&](std::size_t begin, std::span<Hash> nodes) {
            if (read) read = stored.read(level, end - open.size() + begin, nodes);
        });
        if (!read) return std::unexpected(std::move(read.error()));
    }
    return tree;
}

void GrowingTree::add(unsigned level, const Hash& hash) {
    std::vector<Hash>& open = open_[level];
    open.push_back(hash);
    if (open.size() < tile_width) return;
    TreeTile tile{.level = level, .number = ((size_ + 1) >> ((level + 1) * level_bits)) - 1, .hashes = {}};
    tile.hashes.reserve(tile_width * hash_size);
    for (const Hash& node : open) tile.hashes += bytes_of(node);
    const Hash root = root_of(open);
    open.clear();
    full_.push_back(std::move(tile));
    if (level + 1 < level_count) add(level + 1, root);
}

void GrowingTree::append(const Hash& leaf) {
    add(0, leaf);
    ++size_;
}

std::vector<TreeTile> GrowingTree::take_full() {
    return std::exchange(full_, {});
}

TreeFrontier GrowingTree::frontier() const {
    std::vector<Hash> hashes;
    for (unsigned level = level_count; level-- > 0;) {
        std::vector<Hash> open = open_[level];
        for_each_subtree(open, [&](std::size_t, std::span<Hash> nodes) { hashes.push_back(root_of(nodes)); });
    }
    return TreeFrontier::from(size_, hashes).value();
}

} // namespace evenfold::journal::chain

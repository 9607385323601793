#include "evenfold/tests/journal/chain/memory_tree.hpp"

#include <bit>

namespace evenfold::tests::chain {

Hash plain_root(std::span<const Hash> leaves) {
    if (leaves.empty()) return journal::chain::empty_tree_root();
    if (leaves.size() == 1) return leaves.front();
    const std::size_t split = std::bit_floor(leaves.size() - 1);
    return journal::chain::node_hash(plain_root(leaves.first(split)), plain_root(leaves.subspan(split)));
}

std::expected<void, system::Failure> MemoryTree::read(unsigned level, std::uint64_t first, std::span<Hash> hashes) {
    ++reads;
    if (fails) return std::unexpected(system::Failure{.what = "the disk has failed", .remedy = {}});
    const std::size_t width = std::size_t{1} << (8 * level);
    for (std::size_t i = 0; i < hashes.size(); ++i) {
        hashes[i] = plain_root(std::span(leaves_).subspan((first + i) * width, width));
    }
    return {};
}

} // namespace evenfold::tests::chain

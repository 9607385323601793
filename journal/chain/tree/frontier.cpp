#include "evenfold/journal/chain/tree/frontier.hpp"

#include <array>
#include <bit>

namespace evenfold::journal::chain {

Hash leaf_hash(std::string_view entry) {
    return hash_of(std::string_view("\0", 1), entry);
}

Hash node_hash(const Hash& left, const Hash& right) {
    std::array<char, 1 + 2 * sizeof(Hash)> node{1};
    bytes_of(left).copy(node.data() + 1, sizeof(Hash));
    bytes_of(right).copy(node.data() + 1 + sizeof(Hash), sizeof(Hash));
    return hash_of({node.data(), node.size()});
}

Hash empty_tree_root() {
    return hash_of({});
}

std::optional<TreeFrontier> TreeFrontier::from(std::uint64_t size, std::span<const Hash> hashes) {
    if (hashes.size() != static_cast<std::size_t>(std::popcount(size))) return std::nullopt;
    TreeFrontier frontier;
    frontier.size_ = size;
    frontier.hashes_.assign(hashes.begin(), hashes.end());
    return frontier;
}

void TreeFrontier::append(const Hash& leaf) {
    Hash subtree = leaf;
    for (std::uint64_t rest = size_; (rest & 1U) != 0; rest >>= 1U) {
        subtree = node_hash(hashes_.back(), subtree);
        hashes_.pop_back();
    }
    hashes_.push_back(subtree);
    ++size_;
}

Hash TreeFrontier::root() const {
    if (hashes_.empty()) return empty_tree_root();
    Hash root = hashes_.back();
    for (std::size_t i = hashes_.size() - 1; i-- > 0;) root = node_hash(hashes_[i], root);
    return root;
}

} // namespace evenfold::journal::chain

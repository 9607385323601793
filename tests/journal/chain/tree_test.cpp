#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <array>
#include <string>
#include <vector>

#include "evenfold/core/values/hex.hpp"
#include "evenfold/journal/chain/tree/frontier.hpp"
#include "evenfold/journal/chain/tree/proof.hpp"
#include "evenfold/tests/journal/chain/memory_tree.hpp"

namespace evenfold::journal::chain {
namespace {

using tests::chain::MemoryTree;
using tests::chain::plain_root;

Hash hash_of_hex(std::string_view digits) {
    return hash_from(hex::decode(digits).value()).value();
}

TreeProof proof_of_hex(std::initializer_list<std::string_view> digits) {
    TreeProof proof;
    for (const std::string_view one : digits) proof.push_back(hash_of_hex(one));
    return proof;
}

/// The eight leaves with which implementations of Certificate Transparency are tested.
std::vector<Hash> known_leaves() {
    std::vector<Hash> leaves;
    for (const std::string_view entry :
         {"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"})
        leaves.push_back(leaf_hash(hex::decode(entry).value()));
    return leaves;
}

std::vector<Hash> counted_leaves(std::size_t size) {
    std::vector<Hash> leaves;
    for (std::size_t i = 0; i < size; ++i) leaves.push_back(leaf_hash(std::to_string(i)));
    return leaves;
}

TreeFrontier frontier_of(std::span<const Hash> leaves) {
    TreeFrontier frontier;
    for (const Hash& leaf : leaves) frontier.append(leaf);
    return frontier;
}

std::uint64_t drawn(std::uint64_t from, std::uint64_t to) {
    return *rc::gen::inRange(from, to + 1);
}

} // namespace

TEST_CASE("TreeFrontier: the roots of Certificate Transparency's eight test leaves.") {
    constexpr std::array<std::string_view, 9> roots{"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                                                    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                                                    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                                                    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                                                    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                                                    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                                                    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                                                    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                                                    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
    MemoryTree tree(known_leaves());
    TreeFrontier frontier;
    for (std::size_t size = 0; size <= tree.leaves().size(); ++size) {
        CHECK(hex::encode(frontier.root()) == roots[size]);
        CHECK(tree_root(tree, size) == frontier.root());
        if (size < tree.leaves().size()) frontier.append(tree.leaves()[size]);
    }
}

TEST_CASE("TreeProof: the proofs of Certificate Transparency's eight test leaves.") {
    constexpr std::string_view second = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7";
    constexpr std::string_view third_and_fourth = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e";
    constexpr std::string_view last_four = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4";
    constexpr std::string_view fifth = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b";
    constexpr std::string_view seventh_and_eighth = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0";
    constexpr std::string_view first_four = "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7";
    constexpr std::string_view first_two = "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125";
    constexpr std::string_view fifth_and_sixth = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a";
    MemoryTree tree(known_leaves());
    CHECK(inclusion_proof(tree, 0, 1) == TreeProof{});
    CHECK(inclusion_proof(tree, 0, 8) == proof_of_hex({second, third_and_fourth, last_four}));
    CHECK(inclusion_proof(tree, 5, 8) == proof_of_hex({fifth, seventh_and_eighth, first_four}));
    CHECK(inclusion_proof(tree, 2, 3) == proof_of_hex({first_two}));
    CHECK(consistency_proof(tree, 1, 1) == TreeProof{});
    CHECK(consistency_proof(tree, 1, 8) == proof_of_hex({second, third_and_fourth, last_four}));
    CHECK(consistency_proof(tree, 6, 8) == proof_of_hex({fifth_and_sixth, seventh_and_eighth, first_four}));
    CHECK(consistency_proof(tree, 2, 5) == proof_of_hex({third_and_fourth, fifth}));
}

TEST_CASE("TreeFrontier: its root is that of the recursive definition, at every size to 600 (SL7).") {
    const std::vector<Hash> leaves = counted_leaves(600);
    TreeFrontier frontier;
    for (std::size_t size = 0; size < leaves.size(); ++size) {
        REQUIRE(frontier.root() == plain_root(std::span(leaves).first(size)));
        REQUIRE(TreeFrontier::from(size, frontier.hashes()) == frontier);
        frontier.append(leaves[size]);
    }
    CHECK_FALSE(TreeFrontier::from(leaves.size() + 1, frontier.hashes()));
}

TEST_CASE("TreeProof: each leaf is in each tree at or after it, and any two trees are consistent (SL7).") {
    MemoryTree tree(counted_leaves(70));
    for (std::uint64_t size = 1; size <= tree.leaves().size(); ++size) {
        const Hash root = tree.root(size);
        for (std::uint64_t older = 1; older <= size; ++older) {
            const auto inclusion = inclusion_proof(tree, older - 1, size);
            REQUIRE(inclusion);
            REQUIRE(is_included(tree.leaves()[older - 1], older - 1, size, *inclusion, root));
            const auto consistency = consistency_proof(tree, older, size);
            REQUIRE(consistency);
            REQUIRE(is_consistent({older, tree.root(older)}, {size, root}, *consistency));
        }
        REQUIRE(is_consistent({0, empty_tree_root()}, {size, root}, {}));
    }
}

TEST_CASE("TreeProof: none verifies for another leaf, index, size, root or hash (SL7).") {
    MemoryTree tree(counted_leaves(300));
    CHECK(rc::check("inclusion", [&] {
        const std::uint64_t size = drawn(1, 300);
        const std::uint64_t index = drawn(0, size - 1);
        const TreeProof proof = inclusion_proof(tree, index, size).value();
        const Hash& leaf = tree.leaves()[index];
        const Hash root = tree.root(size);
        RC_ASSERT(is_included(leaf, index, size, proof, root));
        const std::uint64_t other = drawn(0, 299);
        RC_ASSERT(is_included(tree.leaves()[other], index, size, proof, root) == (other == index));
        RC_ASSERT(is_included(leaf, other, size, proof, root) == (other == index));
        RC_ASSERT(is_included(leaf, index, size, proof, tree.root(other)) == (other == size));
        // A size with the same path gives the same check: the proof is for a root, and the root is of one size.
        RC_ASSERT(!is_included(leaf, index, other, proof, tree.root(other)) || other == size);
        TreeProof longer = proof;
        longer.push_back(root);
        RC_ASSERT(!is_included(leaf, index, size, longer, root));
        if (proof.empty()) return;
        RC_ASSERT(!is_included(leaf, index, size, std::span(proof).first(proof.size() - 1), root));
        TreeProof changed = proof;
        changed[drawn(0, proof.size() - 1)][drawn(0, 31)] ^= static_cast<std::uint8_t>(1U << drawn(0, 7));
        RC_ASSERT(!is_included(leaf, index, size, changed, root));
    }));
    CHECK(rc::check("consistency", [&] {
        const std::uint64_t size = drawn(1, 300);
        const std::uint64_t older = drawn(1, size);
        const TreeProof proof = consistency_proof(tree, older, size).value();
        const TreeHead old_head{older, tree.root(older)};
        const TreeHead head{size, tree.root(size)};
        RC_ASSERT(is_consistent(old_head, head, proof));
        const std::uint64_t other = drawn(1, 300);
        const TreeHead other_head{other, tree.root(other)};
        RC_ASSERT(!is_consistent(other_head, head, proof) || other == older);
        RC_ASSERT(!is_consistent(old_head, other_head, proof) || other == size);
        RC_ASSERT(!is_consistent({older, tree.root(other)}, head, proof) || other == older);
        TreeProof longer = proof;
        longer.push_back(head.root);
        RC_ASSERT(!is_consistent(old_head, head, longer));
        if (proof.empty()) return;
        RC_ASSERT(!is_consistent(old_head, head, std::span(proof).first(proof.size() - 1)));
        TreeProof changed = proof;
        changed[drawn(0, proof.size() - 1)][drawn(0, 31)] ^= static_cast<std::uint8_t>(1U << drawn(0, 7));
        RC_ASSERT(!is_consistent(old_head, head, changed));
    }));
}

TEST_CASE("TreeProof: a proof over many leaves reads few ranges of hashes.") {
    MemoryTree tree(counted_leaves(70'000));
    const TreeHead head{70'000, frontier_of(tree.leaves()).root()};
    CHECK(tree_root(tree, head.size) == head.root);
    for (const std::uint64_t index : {std::uint64_t{0}, std::uint64_t{65'535}, std::uint64_t{69'999}}) {
        tree.reads = 0;
        const auto proof = inclusion_proof(tree, index, head.size);
        REQUIRE(proof);
        CHECK(tree.reads <= 40);
        CHECK(is_included(tree.leaves()[index], index, head.size, *proof, head.root));
    }
    const auto proof = consistency_proof(tree, 66'000, head.size);
    REQUIRE(proof);
    CHECK(is_consistent({66'000, frontier_of(std::span(tree.leaves()).first(66'000)).root()}, head, *proof));
}

TEST_CASE("TreeProof: a failure of the source is returned.") {
    MemoryTree tree(counted_leaves(9));
    tree.fails = true;
    CHECK(tree_root(tree, 9).error().what == "the disk has failed");
    CHECK_FALSE(inclusion_proof(tree, 3, 9));
    CHECK_FALSE(consistency_proof(tree, 3, 9));
}

} // namespace evenfold::journal::chain

/// Keys, heads and the vector of the format for the tests of signed notes.
/// Shape: fixed values; the seed of a key is its number repeated.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "evenfold/journal/heads/head.hpp"
#include "evenfold/tests/journal/chain/memory_tree.hpp"

namespace evenfold::tests::heads {

using namespace journal::heads;
using journal::chain::TreeHead;

/// The vectors "head" and "erasure" of tests/journal/chain/vectors.json.
struct HeadVector {
    std::string seed;
    std::string public_key;
    std::uint64_t time = 0;
    std::string note_id; // hexadecimal
    std::string cosignature_id;
    std::string note;
    std::string root; // of the tree of 3 events
    std::string entry_of_second;
    journal::chain::TreeProof inclusion_of_second;
    std::string removal_note; // of the vector "erasure": both name the second event
    std::string erasure_note;
    std::string removed_leaves;
};
[[nodiscard]] const HeadVector& head_vector();

[[nodiscard]] std::span<const std::uint8_t> octets_of(const std::string& bytes);
[[nodiscard]] SigningKey signing_key(std::uint8_t number, const std::string& name = "journal/test");
/// The key of the vector.
[[nodiscard]] SigningKey vector_key();
[[nodiscard]] TreeHead vector_tree();

/// Returns a tree of `size` leaves that depend on `seed`.
[[nodiscard]] chain::MemoryTree random_tree(std::uint64_t seed, std::uint64_t size);

} // namespace evenfold::tests::heads

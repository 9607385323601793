/// A tree of leaves in memory: the source of hashes for proofs, and plain recursive functions to compare with.
/// Shapes: the definitions of RFC 6962, section 2.1, written as they stand there.
#pragma once

#include <expected>
#include <span>
#include <vector>

#include "evenfold/journal/chain/tree/frontier.hpp"
#include "evenfold/journal/chain/tree/proof.hpp"

namespace evenfold::tests::chain {

using journal::chain::Hash;

/// Returns the root of `leaves` by its recursive definition.
[[nodiscard]] Hash plain_root(std::span<const Hash> leaves);

/// Reads from leaves in memory, and counts the reads.
class MemoryTree final : public journal::chain::TreeHashes {
public:
    explicit MemoryTree(std::vector<Hash> leaves) : leaves_(std::move(leaves)) {}

    [[nodiscard]] std::expected<void, system::Failure>
    read(unsigned level, std::uint64_t first, std::span<Hash> hashes) override;

    [[nodiscard]] const std::vector<Hash>& leaves() const { return leaves_; }
    [[nodiscard]] Hash root(std::uint64_t size) const { return plain_root(std::span(leaves_).first(size)); }

    std::size_t reads = 0;
    bool fails = false; // so that errors of a source are tested

private:
    std::vector<Hash> leaves_;
};

} // namespace evenfold::tests::chain

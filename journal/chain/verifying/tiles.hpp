/// Compares the stored tiles of the tree with the verified events, in step with the pass. Proofs are made from tiles,
/// so a changed tile makes proofs that nobody can check.
/// Shapes: at most 256 hashes per level. The root of a tile comes from the frontier, which has it already, so that a
/// tile costs eight hashes. Tiles that began before the pass are left out.
#pragma once

#include <array>
#include <string>

#include "evenfold/journal/chain/source.hpp"
#include "evenfold/journal/chain/tree/frontier.hpp"
#include "evenfold/journal/chain/verifying/checked.hpp"

namespace evenfold::journal::chain {

class TileChecks {
public:
    /// The source must outlive it.
    explicit TileChecks(ChainSource& source) : source_(&source), is_stored_(source.stores_tiles()) {}

    /// Compares the tiles that are full with the event `due`. `before` is the tree of the events before it.
    [[nodiscard]] Checked add_leaf(Sequence due, const Hash& leaf, const TreeFrontier& before);

private:
    [[nodiscard]] Checked compare(unsigned level, Sequence due);

    static constexpr unsigned level_count = 8; // of 256 hashes each: 2^64 leaves

    ChainSource* source_;
    bool is_stored_;
    std::array<std::string, level_count> open_; // the hashes of the tile of each level that is not full
};

} // namespace evenfold::journal::chain

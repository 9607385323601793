#include "evenfold/journal/chain/verifying/tiles.hpp"

#include "evenfold/journal/chain/tree/tiles.hpp"

namespace evenfold::journal::chain {
namespace {

constexpr unsigned height_of_tile = 8;

} // namespace

Checked TileChecks::add_leaf(Sequence due, const Hash& leaf, const TreeFrontier& before) {
    if (!is_stored_) return {};
    Hash root = leaf;
    std::size_t subtrees = before.hashes().size();
    for (unsigned level = 0; level < level_count; ++level) {
        open_.at(level) += bytes_of(root);
        if ((due >> (level * height_of_tile)) % tile_width != 0) return {};
        if (const Checked compared = compare(level, due); !compared) return compared;
        for (unsigned height = 0; height < height_of_tile; ++height)
            root = node_hash(before.hashes()[--subtrees], root);
    }
    return {};
}

Checked TileChecks::compare(unsigned level, Sequence due) {
    std::string& computed = open_.at(level);
    const bool is_whole = computed.size() == tile_width * hash_size;
    const std::uint64_t number = (due >> ((level + 1) * height_of_tile)) - 1;
    auto stored = source_->tile(level, number);
    if (!stored) return failed(std::move(stored.error()));
    const bool is_right = *stored && (!is_whole || equal_in_constant_time(**stored, computed));
    computed.clear();
    if (is_right) return {};
    return broken(BreakReason::format, due,
                  "tile " + std::to_string(number) + " of level " + std::to_string(level) + " of the tree " +
                      (*stored ? "is not that of the events" : "is missing"));
}

} // namespace evenfold::journal::chain

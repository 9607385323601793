/// The tree of a journal as tiles that are stored: whoever appends or proves reads a few of them instead of all events.
/// Shapes: a tile has 256 neighbouring hashes of one level, as in C2SP tlog-tiles; the hashes of level 0 are leaves,
/// and each hash of a higher level is the root of a full tile below. Only full tiles are stored, and never change.
/// Memory: at most 255 hashes per level.
/// Errors: the failures of the store.
/// Source: https://c2sp.org/tlog-tiles
///
///     auto tree = GrowingTree::load(store, head);
///     if (!tree) return std::unexpected(tree.error());
///     tree->append(leaf);
///     for (const TreeTile& tile : tree->take_full()) insert(tile);
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "evenfold/journal/chain/tree/frontier.hpp"
#include "evenfold/journal/chain/tree/proof.hpp"

namespace evenfold::journal::chain {

inline constexpr std::size_t tile_width = 256;

/// A full tile: the hashes `number * 256` and following of `level`, one after the other.
struct TreeTile {
    unsigned level = 0;
    std::uint64_t number = 0;
    std::string hashes;
    friend bool operator==(const TreeTile&, const TreeTile&) = default;
};

/// Reads full tiles, and computes the leaves behind the last of them.
class TileStore {
public:
    TileStore() = default;
    TileStore(const TileStore&) = delete;
    TileStore& operator=(const TileStore&) = delete;
    virtual ~TileStore() = default;

    /// Returns the hashes of a tile, or nullopt if it is not stored.
    [[nodiscard]] virtual std::expected<std::optional<std::string>, system::Failure>
    tile(unsigned level, std::uint64_t number) = 0;

    /// Fills `leaves` with those from the index `first` on, computed from the events.
    [[nodiscard]] virtual std::expected<void, system::Failure>
    compute_leaves(std::uint64_t first, std::span<Hash> leaves) = 0;

    /// Returns the failure that a stored tile is missing or has another size.
    [[nodiscard]] virtual system::Failure damaged_tile(unsigned level, std::uint64_t number) const = 0;
};

/// The hashes of a tree whose tiles are in a store. The store must outlive it.
class StoredTree final : public TreeHashes {
public:
    explicit StoredTree(TileStore& store) : store_(&store) {}

    [[nodiscard]] std::expected<void, system::Failure>
    read(unsigned level, std::uint64_t first, std::span<Hash> hashes) override;

private:
    [[nodiscard]] std::expected<std::optional<std::string>, system::Failure> tile(unsigned level, std::uint64_t number);
    [[nodiscard]] std::expected<Hash, system::Failure> root_of_tile(unsigned level, std::uint64_t number);

    TileStore* store_;
};

/// A tree to which leaves are appended: its tiles that are not full yet, and the full ones that nobody has taken.
class GrowingTree {
public:
    GrowingTree() = default;

    /// Returns the tree of the first `size` leaves.
    [[nodiscard]] static std::expected<GrowingTree, system::Failure> load(TileStore& store, std::uint64_t size);

    void append(const Hash& leaf);

    /// Returns the tiles that became full since the last call.
    [[nodiscard]] std::vector<TreeTile> take_full();

    [[nodiscard]] std::uint64_t size() const { return size_; }
    [[nodiscard]] TreeFrontier frontier() const;

private:
    void add(unsigned level, const Hash& hash);

    static constexpr unsigned level_count = 8; // of 256 hashes each: 2^64 leaves

    std::uint64_t size_ = 0;
    std::array<std::vector<Hash>, level_count> open_; // the tile of each level that is not full
    std::vector<TreeTile> full_;
};

} // namespace evenfold::journal::chain

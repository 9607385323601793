/// The rows of signatures as arrays, one per column, so that one INSERT stores all of a group.
/// Shapes: the columns of docs/journal-postgres.md.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "evenfold/journal/chain/chain.hpp"
#include "evenfold/journal/chain/tree/tiles.hpp"
#include "evenfold/journal/postgres/address.hpp"

namespace evenfold::journal::postgres {

/// The links of receipts that have no events.
class LinkRows {
public:
    /// Stores those that do not exist, because the group may have a repeat, which its receipt shows.
    static constexpr std::string_view insert = "INSERT INTO empty_receipts (number, command, mac, key) "
                                               "SELECT * FROM unnest($1::bigint[], $2::uuid[], $3::bytea[], $4::int[]) "
                                               "ON CONFLICT DO NOTHING";

    void add(std::uint64_t number, const CommandId& command, std::string_view mac, std::uint64_t key);
    [[nodiscard]] std::size_t size() const { return number_.size(); }
    [[nodiscard]] QueryParameters parameters();

private:
    ArrayColumn number_{ValueType::int8}, command_{ValueType::uuid};
    ArrayColumn mac_{ValueType::bytea}, key_{ValueType::int4};
};

/// Full tiles of the tree.
class TileRows {
public:
    static constexpr std::string_view insert = "INSERT INTO tiles (level, number, hashes) "
                                               "SELECT * FROM unnest($1::int[], $2::bigint[], $3::bytea[])";

    explicit TileRows(const std::vector<chain::TreeTile>& tiles);
    [[nodiscard]] std::size_t size() const { return number_.size(); }
    [[nodiscard]] QueryParameters parameters();

private:
    ArrayColumn level_{ValueType::int4}, number_{ValueType::int8}, hashes_{ValueType::bytea};
};

} // namespace evenfold::journal::postgres

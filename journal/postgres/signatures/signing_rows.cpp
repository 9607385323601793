#include "evenfold/journal/postgres/signatures/signing_rows.hpp"

#include <vector>

#include "evenfold/journal/postgres/head_row.hpp"
#include "evenfold/journal/postgres/signatures/signature_rows.hpp"
#include "evenfold/journal/postgres/signatures/stored_rows.hpp"
#include "evenfold/journal/signing.hpp"

namespace evenfold::journal::postgres {

namespace {

std::expected<void, Failure> insert_tiles(ServerConnection& connection, const std::vector<chain::TreeTile>& tiles) {
    if (tiles.empty()) return {};
    TileRows rows(tiles);
    return store_rows(connection,
                      {.operation = "add tiles of the tree", .sql = TileRows::insert, .parameters = rows.parameters()},
                      rows.size());
}

/// Builds the tree over the events up to `head`, and stores those of its tiles that are missing.
std::expected<chain::TreeFrontier, Failure> grown_tree(ServerConnection& connection, Sequence head) {
    const auto full = connection.query({.operation = "look for tiles of the tree",
                                        .sql = "SELECT coalesce(max(number) + 1, 0) FROM tiles WHERE level = 0"});
    if (!full) return std::unexpected(full.error());
    StoredRows rows(connection);
    return build_tree(rows, static_cast<std::uint64_t>(full->integer(0, 0)), head,
                      [&](const std::vector<chain::TreeTile>& tiles) { return insert_tiles(connection, tiles); });
}

} // namespace

std::expected<void, Failure> store_rows(ServerConnection& connection, const ServerQuery& query, std::size_t wanted) {
    const auto stored = connection.query(query);
    if (!stored) return std::unexpected(stored.error());
    if (stored->affected() == wanted) return {};
    return std::unexpected(not_stored(connection.place(), "rows"));
}

std::expected<void, Failure> store_missing_tiles(ServerConnection& connection, Sequence head) {
    const auto tree = grown_tree(connection, head);
    return tree ? std::expected<void, Failure>() : std::unexpected(tree.error());
}

std::expected<void, Failure> insert_removal(ServerConnection& connection, const chain::RemovalRow& removal) {
    ServerQuery query{.operation = "add a removal", .sql = "INSERT INTO removals (number, note) VALUES ($1, $2)"};
    query.parameters.add(removal.number).add(removal.note, ValueType::text);
    return store_rows(connection, query, 1);
}

ServerQuery insert_head_query(const chain::HeadRow& head, Instant at) {
    ServerQuery query{.operation = "add a head",
                      .sql = "INSERT INTO heads (size, root, frontier, at_ms, note) VALUES ($1, $2, $3, $4, $5) "
                             "ON CONFLICT (size) DO NOTHING"};
    query.parameters.add(head.size)
        .add(head.root, ValueType::bytea)
        .add(head.frontier, ValueType::bytea)
        .add(at.unix_ms)
        .add(head.note, ValueType::text);
    return query;
}

std::expected<void, Failure> insert_key(ServerConnection& connection, const chain::KeyRow& key, Instant at) {
    ServerQuery query{.operation = "add a key",
                      .sql = "INSERT INTO keys (number, id, scheme, first_sequence, root, by_old, by_new, at_ms) "
                             "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"};
    query.parameters.add(key.number)
        .add(key.id, ValueType::text)
        .add(key.scheme, ValueType::text)
        .add(key.first)
        .add(key.root, ValueType::bytea);
    if (key.by_old.empty())
        query.parameters.add_null(ValueType::bytea);
    else
        query.parameters.add(key.by_old, ValueType::bytea);
    query.parameters.add(key.by_new, ValueType::bytea).add(at.unix_ms);
    return store_rows(connection, query, 1);
}

std::expected<void, Failure>
seal_journal(ServerConnection& connection, const chain::JournalKey& key, Instant at, Sequence head) {
    const auto names = connection.query(
        {.operation = "read the names of the journal", .sql = "SELECT origin, domain FROM journal WHERE one"});
    if (!names) return std::unexpected(names.error());
    if (names->rows() != 1)
        return std::unexpected(damaged(connection.place(), "the row of the table journal is missing"));
    const auto tree = grown_tree(connection, head);
    if (!tree) return std::unexpected(tree.error());
    const chain::KeyRow first = first_key(key, {.origin = names->bytes(0, 0), .domain = names->bytes(0, 1)}, *tree);
    if (auto added = insert_key(connection, first, at); !added) return added;
    ServerQuery genesis{.operation = "record the genesis",
                        .sql = "UPDATE head SET mac = $1 WHERE one AND sequence = $2"};
    genesis.parameters.add(first.by_new, ValueType::bytea).add(head);
    return store_rows(connection, genesis, 1);
}

} // namespace evenfold::journal::postgres

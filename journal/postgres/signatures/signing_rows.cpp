#include "evenfold/journal/postgres/signatures/signing_rows.hpp"

#include <vector>

#include "evenfold/journal/postgres/signatures/signature_rows.hpp"
#include "evenfold/journal/postgres/signatures/stored_rows.hpp"
#include "evenfold/journal/signing.hpp"

namespace evenfold::journal::postgres {

namespace {

/// Runs a query that must store `wanted` rows.
std::expected<void, Failure> store(ServerConnection& connection, const ServerQuery& query, std::size_t wanted) {
    const auto stored = connection.query(query);
    if (!stored) return std::unexpected(stored.error());
    if (stored->affected() == wanted) return {};
    return std::unexpected(damaged(connection.place(), std::string(query.operation) +
                                                           ": not all rows were stored, as if a trigger or a rule "
                                                           "prevented it"));
}

std::expected<void, Failure> insert_tiles(ServerConnection& connection, const std::vector<chain::TreeTile>& tiles) {
    if (tiles.empty()) return {};
    TileRows rows(tiles);
    return store(connection,
                 {.operation = "add tiles of the tree", .sql = TileRows::insert, .parameters = rows.parameters()},
                 rows.size());
}

} // namespace

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
    return store(connection, query, 1);
}

std::expected<void, Failure>
seal_journal(ServerConnection& connection, const chain::JournalKey& key, Instant at, Sequence head) {
    const auto names = connection.query(
        {.operation = "read the names of the journal", .sql = "SELECT origin, domain FROM journal WHERE one"});
    if (!names) return std::unexpected(names.error());
    if (names->rows() != 1)
        return std::unexpected(damaged(connection.place(), "the row of the table journal is missing"));
    StoredRows rows(connection);
    const auto tree = build_tree(
        rows, 0, head, [&](const std::vector<chain::TreeTile>& tiles) { return insert_tiles(connection, tiles); });
    if (!tree) return std::unexpected(tree.error());
    const chain::KeyRow first = first_key(key, {.origin = names->bytes(0, 0), .domain = names->bytes(0, 1)}, *tree);
    if (auto added = insert_key(connection, first, at); !added) return added;
    ServerQuery genesis{.operation = "record the genesis",
                        .sql = "UPDATE head SET mac = $1 WHERE one AND sequence = $2"};
    genesis.parameters.add(first.by_new, ValueType::bytea).add(head);
    return store(connection, genesis, 1);
}

} // namespace evenfold::journal::postgres

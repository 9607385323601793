/// Stores the rows beside the events of a signed journal, in the transaction of the caller, which has locked the head.
/// Shapes: the tables keys, heads, removals, tiles and head of docs/journal-postgres.md. Errors: a Failure of the
/// server, or damage.
#pragma once

#include <cstddef>
#include <expected>

#include "evenfold/journal/chain/keys/journal_key.hpp"
#include "evenfold/journal/chain/rows.hpp"
#include "evenfold/journal/postgres/address.hpp"

namespace evenfold::journal::postgres {

/// Signs the journal with `key` from the event after `head` on. The tree over all events is sealed by the genesis.
/// O(events).
[[nodiscard]] std::expected<void, Failure>
seal_journal(ServerConnection& connection, const chain::JournalKey& key, Instant at, Sequence head);

/// Stores the full tiles of the tree over the events up to `head` that are missing.
[[nodiscard]] std::expected<void, Failure> store_missing_tiles(ServerConnection& connection, Sequence head);

[[nodiscard]] std::expected<void, Failure>
insert_key(ServerConnection& connection, const chain::KeyRow& key, Instant at);
[[nodiscard]] std::expected<void, Failure>
insert_removal(ServerConnection& connection, const chain::RemovalRow& removal);

/// Returns the query that stores a head, unless there is one of its size. The head must outlive it.
[[nodiscard]] ServerQuery insert_head_query(const chain::HeadRow& head, Instant at);

/// Runs a query that must store `wanted` rows.
[[nodiscard]] std::expected<void, Failure>
store_rows(ServerConnection& connection, const ServerQuery& query, std::size_t wanted);

} // namespace evenfold::journal::postgres

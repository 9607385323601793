/// Stores the rows with which signing starts, or the key changes, in the transaction of the caller.
/// Shapes: the tables keys, tiles and head of docs/journal-postgres.md. Errors: a Failure of the server, or damage.
#pragma once

#include <expected>

#include "evenfold/journal/chain/keys/journal_key.hpp"
#include "evenfold/journal/chain/rows.hpp"
#include "evenfold/journal/postgres/address.hpp"

namespace evenfold::journal::postgres {

/// Signs the journal with `key` from the event after `head` on. The tree over all events is sealed by the genesis.
/// O(events). The head must be locked.
[[nodiscard]] std::expected<void, Failure>
seal_journal(ServerConnection& connection, const chain::JournalKey& key, Instant at, Sequence head);

[[nodiscard]] std::expected<void, Failure>
insert_key(ServerConnection& connection, const chain::KeyRow& key, Instant at);

} // namespace evenfold::journal::postgres

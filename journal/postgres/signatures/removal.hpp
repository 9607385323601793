/// Removes payloads from a signed journal, and the bytes of removed ones from the storage of its tables.
/// Shapes: `data` becomes empty, `salt` NULL, and `removed` the number of the note. docs/erasure.md lists the copies
/// that the server keeps elsewhere, such as its write-ahead log.
/// Errors: FailureKind::denied unless the user owns the tables, because only an owner may lift a trigger and rebuild a
/// table; invalid for a removal of other events; busy if a session may still read an older state.
#pragma once

#include <chrono>
#include <expected>

#include "evenfold/journal/postgres/address.hpp"
#include "evenfold/journal/signatures.hpp"

namespace evenfold::journal::postgres {

/// Empties the payloads that `removal` names, in the transaction of the caller, which has locked the head. The trigger
/// against changes of events is lifted meanwhile. A note that is stored already changes nothing.
[[nodiscard]] std::expected<void, Failure>
remove_payloads(ServerConnection& connection, const PayloadRemoval& removal, Sequence head);

/// Rebuilds the table of events from its rows: O(journal), and as much space again meanwhile. Until it has finished,
/// readers and writers wait. Waits at most `wait` for the sessions that may still read an older state, because their
/// rows would be kept. No transaction may be open.
[[nodiscard]] std::expected<void, Failure>
overwrite_removed(ServerConnection& connection, std::chrono::milliseconds wait);

} // namespace evenfold::journal::postgres

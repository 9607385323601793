/// Removes payloads from a journal of format 2, and their bytes from its files.
/// Shapes: `data` becomes a BLOB without bytes, by which readers know the event, and `salt` NULL.
/// Errors: FailureKind::invalid for a removal of other events; busy if a reader of an older state keeps its bytes.
/// Callers hold the WriterLock.
#pragma once

#include <expected>

#include "evenfold/journal/signatures.hpp"
#include "evenfold/journal/sqlite/schema.hpp"
#include "evenfold/storage/sqlite/write_ahead_log.hpp"

namespace evenfold::journal::sqlite {

/// Empties the payloads that `removal` names, in the transaction of the caller. The trigger against changes of events
/// is lifted meanwhile.
[[nodiscard]] std::expected<void, Failure> remove_payloads(const Database& database, const PayloadRemoval& removal);

/// Rebuilds the file from its rows and truncates the log: O(journal), and as much space again meanwhile. Overwriting
/// the freed bytes alone would not do, because earlier changes may have left copies of rows in unused parts of the
/// file.
[[nodiscard]] std::expected<void, Failure>
overwrite_removed(const Database& database, storage::sqlite::Checkpointer& checkpointer);

} // namespace evenfold::journal::sqlite

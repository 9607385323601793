/// The write-ahead log as a file: how it gets onto the disk when its own commit does not vouch for that.
/// Shapes: SQLite's own handle of the log, so that whatever stands in for the system sees these writes as well.
/// Errors: Failure with the log's name. Callers hold the Turn.
#pragma once

#include <expected>

#include "evenfold/journal/sqlite/database.hpp"

namespace evenfold::journal::sqlite {

/// Writes the whole log again, byte for byte, and syncs it. After a sync that failed the system takes its pages for
/// written, and syncs no more of them: only what is written again gets onto the disk. O(log).
[[nodiscard]] std::expected<void, Failure> write_log_again(const Database& database);

/// Syncs what others have written to the log and did not live to sync.
[[nodiscard]] std::expected<void, Failure> sync_log(const Database& database);

} // namespace evenfold::journal::sqlite

/// The write-ahead log as a file: how it gets onto the disk where no commit vouches for that.
/// Shapes: SQLite's own handle of the log, so that whatever stands in for the system sees these writes as well.
/// Errors: Failure with the log's name. Callers hold the Turn.
#pragma once

#include <expected>

#include "evenfold/journal/sqlite/database.hpp"

namespace evenfold::journal::sqlite {

/// Writes the whole log again, byte for byte, and syncs it: O(log). While a connection lives SQLite shows nobody a
/// commit before its sync; but who opens the file first takes every commit in the log for good, also one whose writer
/// was killed before the sync or had it fail. A failed sync cannot be repeated: the system takes those pages for
/// written, so only what is written again gets onto the disk.
[[nodiscard]] std::expected<void, Failure> write_log_again(const Database& database);

} // namespace evenfold::journal::sqlite

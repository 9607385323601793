/// The write-ahead log of a database: whether there is one, how it becomes durable, and its checkpoints.
/// Shapes: the file `<database>-wal`, accessed through SQLite's own handle, so that a virtual file system sees it, too.
/// Errors: Failure with the log's name. Callers hold the WriterLock, except for has_log.
#pragma once

#include <expected>
#include <filesystem>

#include "evenfold/storage/sqlite/database.hpp"

namespace evenfold::storage::sqlite {

/// Returns whether the write-ahead log beside `file` is not empty.
[[nodiscard]] bool has_log(const std::filesystem::path& file);

/// Writes the whole log again, byte for byte, and syncs it: O(log). While a connection is open SQLite shows no commit
/// before its sync. But the first connection to a file accepts every commit in the log, even if its sync failed or
/// never ran. A failed sync cannot be repeated, because the system regards those pages as written. Only pages that are
/// written again reach the disk.
[[nodiscard]] std::expected<void, Failure> rewrite_log(const Database& database);

/// Copies the log into the database file when it has grown. The connection must outlive it. Not movable.
class Checkpointer {
public:
    explicit Checkpointer(const Database& database);
    Checkpointer(const Checkpointer&) = delete;
    Checkpointer& operator=(const Checkpointer&) = delete;

    /// Runs a checkpoint if the log has grown by 1,000 pages since the last one. Returns false on an error.
    [[nodiscard]] bool run_when_due();

    /// Copies the whole log without waiting for other connections, and truncates it if no reader needs it.
    void run_all();

private:
    const Database& database_;
    int log_pages_ = 0;
    int checkpointed_pages_ = 0;
};

} // namespace evenfold::storage::sqlite

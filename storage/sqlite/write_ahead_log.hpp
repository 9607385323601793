/// The write-ahead log of a database: whether there is one, how it becomes durable, and its checkpoints.
/// Shapes: the file `<database>-wal`, accessed through SQLite's own handle, so that a virtual file system sees it, too.
/// Errors: Failure with the log's name. Callers hold the WriterLock, except for has_log.
#pragma once

#include <expected>
#include <filesystem>
#include <optional>

#include "evenfold/storage/sqlite/database.hpp"
#include "evenfold/system/file_status.hpp"

namespace evenfold::storage::sqlite {

/// Returns whether the write-ahead log beside `file` is not empty.
[[nodiscard]] bool has_log(const std::filesystem::path& file);

/// Returns the status of a database that is complete without a log, so that it can be read without creating files
/// beside it (OpenMode::frozen). A reading is valid if the status is still the same afterwards. Returns nothing if
/// there is a log or a rollback journal.
[[nodiscard]] std::optional<system::FileStatus> at_rest(const std::filesystem::path& file);

/// Writes the whole log again, byte for byte, and syncs it: O(log). While a connection is open SQLite shows no commit
/// before its sync. But the first connection to a file accepts every commit in the log, even if its sync failed or
/// never ran. A failed sync cannot be repeated, because the system regards those pages as written. Only pages that are
/// written again reach the disk.
[[nodiscard]] std::expected<void, Failure> rewrite_log(const Database& database);

/// How much of the log a checkpoint has copied. `wholly`: the database file alone has all that was committed.
enum class Checkpointed : std::uint8_t { not_due, partly, wholly, failed };

/// Copies the log into the database file when it has grown. The connection must outlive it. Not movable.
class Checkpointer {
public:
    explicit Checkpointer(const Database& database);
    Checkpointer(const Checkpointer&) = delete;
    Checkpointer& operator=(const Checkpointer&) = delete;

    /// Runs a checkpoint if the log has grown by 1,000 pages since the last one.
    [[nodiscard]] Checkpointed run_when_due();

    /// Copies what no reader prevents, without waiting.
    [[nodiscard]] Checkpointed run();

    /// Copies the whole log without waiting for other connections, and truncates it if no reader needs it.
    void run_all();

    /// Copies the whole log and truncates it to no bytes. Waits for readers of an older state as long as the connection
    /// waits for locks, and then fails as `busy`.
    [[nodiscard]] std::expected<void, Failure> truncate_log();

private:
    const Database& database_;
    int log_pages_ = 0;
    int checkpointed_pages_ = 0;
};

} // namespace evenfold::storage::sqlite

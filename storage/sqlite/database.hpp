/// A connection to an SQLite file. No other code in the program opens one.
/// Errors: Failure with the file and the operation. Not for use by two threads at once.
///
///     auto database = Database::open("journal.db", OpenMode::read, std::chrono::seconds(10));
///     if (!database) return std::unexpected(database.error());
///     auto head = database->number("SELECT max(sequence) FROM events");
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <sqlite3.h>
#include <string>
#include <string_view>

#include "evenfold/storage/sqlite/inode_registry.hpp"
#include "evenfold/storage/sqlite/statement.hpp"
#include "evenfold/system/failure.hpp"

namespace evenfold::storage::sqlite {

using system::Failure;
using system::FailureKind;

/// Modes to open a file. `frozen` promises SQLite that no process writes the file, so that it needs no locks. Use it
/// for folders that are not writable.
enum class OpenMode : std::uint8_t { read, frozen, write, create };

/// An open connection. It never checkpoints by itself, not even when it is closed: the application decides when.
class Database {
public:
    [[nodiscard]] static std::expected<Database, Failure>
    open(const std::filesystem::path& file, OpenMode mode, std::chrono::milliseconds busy_wait);

    [[nodiscard]] const std::filesystem::path& file() const { return file_; }
    [[nodiscard]] sqlite3* handle() const { return handle_.get(); }
    [[nodiscard]] bool is_read_only() const { return sqlite3_db_readonly(handle_.get(), "main") == 1; }

    /// Returns whether nobody else has the file open.
    [[nodiscard]] bool is_alone() const { return registered_.is_alone(); }

    /// Prepares a statement. If that fails, it is not ready, and each step returns the error.
    [[nodiscard]] Statement prepare(std::string_view sql) const { return {handle_.get(), sql}; }

    /// Runs all statements of `sql`.
    [[nodiscard]] std::expected<void, Failure> execute(const char* sql) const;

    /// Returns the first column of the first row of `sql`; empty or 0 when there is no row.
    [[nodiscard]] std::expected<std::string, Failure> text(std::string_view sql) const;
    [[nodiscard]] std::expected<std::int64_t, Failure> number(std::string_view sql) const;

    /// Returns the row id that the last INSERT on this connection assigned.
    [[nodiscard]] std::int64_t last_insert_id() const { return sqlite3_last_insert_rowid(handle_.get()); }

    /// Returns the number of rows that the last INSERT, UPDATE or DELETE has changed.
    [[nodiscard]] std::int64_t changes() const { return sqlite3_changes64(handle_.get()); }

    /// Returns the extended result code of the last failed call on this connection.
    [[nodiscard]] int error_code() const { return sqlite3_extended_errcode(handle_.get()); }

    /// Returns SQLite's last error on this connection as a failure of `operation`.
    [[nodiscard]] Failure failure(std::string_view operation) const;

private:
    struct CloseConnection {
        void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
    };

    Database(std::filesystem::path file, sqlite3* handle) : file_(std::move(file)), handle_(handle) {}

    std::filesystem::path file_;
    RegisteredFile registered_; // before handle_, so that it is destroyed after the connection is closed
    std::unique_ptr<sqlite3, CloseConnection> handle_;
};

} // namespace evenfold::storage::sqlite

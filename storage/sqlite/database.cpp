#include "evenfold/storage/sqlite/database.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <limits>
#include <utility>

#include "evenfold/storage/sqlite/failure.hpp"

namespace evenfold::storage::sqlite {

namespace {

std::string percent_encoded(const std::string& path) {
    std::string encoded;
    for (const char byte : path) {
        const bool plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                           (byte >= '0' && byte <= '9') || byte == '/' || byte == '.' || byte == '-' || byte == '_';
        encoded += plain ? std::string(1, byte) : fmt::format("%{:02X}", static_cast<std::uint8_t>(byte));
    }
    return encoded;
}

int flags_of(OpenMode mode) {
    switch (mode) {
    case OpenMode::read: return SQLITE_OPEN_READONLY;
    case OpenMode::frozen: return SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;
    case OpenMode::write: return SQLITE_OPEN_READWRITE;
    case OpenMode::create: return SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    }
    return SQLITE_OPEN_READONLY;
}

/// Returns the system's last error on a file of `handle`; `which` selects the database or its log.
int last_errno(sqlite3* handle, int which) {
    sqlite3_file* file = nullptr;
    int error = 0;
    sqlite3_file_control(handle, "main", which, static_cast<void*>(&file));
    if (file && file->pMethods) file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &error);
    return error;
}

/// Returns the errno of the last error. SQLite keeps it only for some of its errors, so this also queries its files.
int system_error_of(sqlite3* handle) {
    if (!handle) return 0;
    const int kept = sqlite3_system_errno(handle);
    if (kept != 0 || (sqlite3_errcode(handle) & 0xff) != SQLITE_IOERR) return kept;
    const int of_log = last_errno(handle, SQLITE_FCNTL_JOURNAL_POINTER);
    return of_log != 0 ? of_log : last_errno(handle, SQLITE_FCNTL_FILE_POINTER);
}

int milliseconds_of(std::chrono::milliseconds span) {
    return static_cast<int>(std::clamp<std::int64_t>(span.count(), 0, std::numeric_limits<int>::max()));
}

} // namespace

std::expected<Database, Failure>
Database::open(const std::filesystem::path& file, OpenMode mode, std::chrono::milliseconds busy_wait) {
    const std::string name =
        mode == OpenMode::frozen ? "file:" + percent_encoded(file.string()) + "?immutable=1" : file.string();
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(name.c_str(), &handle, flags_of(mode) | SQLITE_OPEN_NOMUTEX, nullptr);
    Database database(file, handle);
    if (code != SQLITE_OK) return std::unexpected(database.failure("open"));
    auto registered = RegisteredFile::of(file); // before the first statement, which locks the file
    if (!registered) return std::unexpected(registered.error());
    database.registered_ = *std::move(registered);
    if (mode != OpenMode::frozen) {
        if (auto checked = database.registered_.check_index(file); !checked) return std::unexpected(checked.error());
    }
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_busy_timeout(handle, milliseconds_of(busy_wait));
    sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_wal_autocheckpoint(handle, 0);
    return database;
}

std::expected<void, Failure> Database::execute(const char* sql) const {
    if (sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr) == SQLITE_OK) return {};
    return std::unexpected(failure(std::string_view(sql).substr(0, 60)));
}

std::expected<std::string, Failure> Database::text(std::string_view sql) const {
    Statement statement = prepare(sql);
    const int code = statement.step();
    if (code == SQLITE_ROW) return std::string(statement.bytes(0));
    if (code == SQLITE_DONE) return std::string();
    return std::unexpected(failure(sql));
}

std::expected<std::int64_t, Failure> Database::number(std::string_view sql) const {
    Statement statement = prepare(sql);
    const int code = statement.step();
    if (code == SQLITE_ROW) return statement.integer(0);
    if (code == SQLITE_DONE) return 0;
    return std::unexpected(failure(sql));
}

Failure Database::failure(std::string_view operation) const {
    sqlite3* handle = handle_.get();
    return failure_of(file_, operation,
                      SqliteError{.code = sqlite3_extended_errcode(handle),
                                  .system_error = system_error_of(handle),
                                  .message = sqlite3_errmsg(handle)});
}

} // namespace evenfold::storage::sqlite

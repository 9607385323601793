#include "evenfold/journal/sqlite/database.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <limits>
#include <utility>

#include "evenfold/core/text/utf8.hpp"
#include "evenfold/journal/sqlite/failure.hpp"

namespace evenfold::journal::sqlite {

namespace {

/// Returns whether other programs can show `bytes` as text. SQLite's own functions stop at a NUL, and Python refuses
/// text that is not UTF-8.
bool is_clean_text(std::string_view bytes) {
    return bytes.find('\0') == std::string_view::npos && utf8::is_valid(bytes);
}

std::string percent_encoded(const std::string& path) {
    std::string encoded;
    for (const char byte : path) {
        const bool plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                           (byte >= '0' && byte <= '9') || byte == '/' || byte == '.' || byte == '-' || byte == '_';
        encoded += plain ? std::string(1, byte) : fmt::format("%{:02X}", static_cast<std::uint8_t>(byte));
    }
    return encoded;
}

int flags_of(Mode mode) {
    switch (mode) {
    case Mode::read: return SQLITE_OPEN_READONLY;
    case Mode::frozen: return SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;
    case Mode::write: return SQLITE_OPEN_READWRITE;
    case Mode::create: return SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    }
    return SQLITE_OPEN_READONLY;
}

/// The system's last error on a file of `handle`; `which` points to the database or to its log.
int last_errno(sqlite3* handle, int which) {
    sqlite3_file* file = nullptr;
    int error = 0;
    sqlite3_file_control(handle, "main", which, static_cast<void*>(&file));
    if (file && file->pMethods) file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &error);
    return error;
}

/// SQLite keeps the system's error for some of its own only; its files remember theirs.
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

Statement::Statement(sqlite3* database, std::string_view sql) {
    sqlite3_stmt* statement = nullptr;
    error_ = sqlite3_prepare_v3(database, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                &statement, nullptr);
    statement_.reset(statement);
    if (!statement_) message_ = sqlite3_errmsg(database);
}

void Statement::note(int code) {
    if (error_ == SQLITE_OK) error_ = code;
}

void Statement::bind(int place, std::int64_t value) {
    note(sqlite3_bind_int64(statement_.get(), place, value));
}

void Statement::bind(int place, std::uint64_t value) {
    constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    bind(place, static_cast<std::int64_t>(std::min(value, most)));
}

void Statement::bind(int place, std::string_view value) {
    const char* bytes = value.empty() ? "" : value.data(); // a null pointer would be bound as NULL
    const auto size = static_cast<sqlite3_uint64>(value.size());
    note(is_clean_text(value) ? sqlite3_bind_text64(statement_.get(), place, bytes, size, SQLITE_STATIC, SQLITE_UTF8)
                              : sqlite3_bind_blob64(statement_.get(), place, bytes, size, SQLITE_STATIC));
}

void Statement::bind(int place, PlainText value) {
    note(
        sqlite3_bind_text64(statement_.get(), place, value.text.data(), value.text.size(), SQLITE_STATIC, SQLITE_UTF8));
}

void Statement::bind(int place, const std::optional<std::uint64_t>& value) {
    if (value) return bind(place, *value);
    note(sqlite3_bind_null(statement_.get(), place));
}

int Statement::step() {
    return error_ == SQLITE_OK ? sqlite3_step(statement_.get()) : error_;
}

void Statement::reset() {
    if (!statement_) return; // keeps the error of a failed preparation
    sqlite3_reset(statement_.get());
    error_ = SQLITE_OK;
}

std::int64_t Statement::integer(int column) const {
    return sqlite3_column_int64(statement_.get(), column);
}

bool Statement::is_null(int column) const {
    return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

std::string_view Statement::bytes(int column) const {
    const void* bytes = sqlite3_column_blob(statement_.get(), column);
    const int size = sqlite3_column_bytes(statement_.get(), column);
    return bytes ? std::string_view(static_cast<const char*>(bytes), static_cast<std::size_t>(size))
                 : std::string_view{};
}

std::expected<Database, Failure>
Database::open(const std::filesystem::path& file, Mode mode, std::chrono::milliseconds busy_wait) {
    const std::string name =
        mode == Mode::frozen ? "file:" + percent_encoded(file.string()) + "?immutable=1" : file.string();
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(name.c_str(), &handle, flags_of(mode) | SQLITE_OPEN_NOMUTEX, nullptr);
    Database database(file, handle);
    if (code != SQLITE_OK) return std::unexpected(database.failure("open"));
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

Failure Database::failure(std::string_view place) const {
    sqlite3* handle = handle_.get();
    return failure_of(file_, place,
                      Trouble{.code = sqlite3_extended_errcode(handle),
                              .system_error = system_error_of(handle),
                              .message = sqlite3_errmsg(handle)});
}

} // namespace evenfold::journal::sqlite

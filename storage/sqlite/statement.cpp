#include "evenfold/storage/sqlite/statement.hpp"

#include <algorithm>
#include <limits>

#include "evenfold/core/text/utf8.hpp"

namespace evenfold::storage::sqlite {

namespace {

/// Returns whether other programs can show `bytes` as text. SQLite's own functions stop at a NUL, and Python refuses
/// text that is not UTF-8.
bool is_clean_text(std::string_view bytes) {
    return bytes.find('\0') == std::string_view::npos && utf8::is_valid(bytes);
}

} // namespace

Statement::Statement(sqlite3* database, std::string_view sql) {
    sqlite3_stmt* statement = nullptr;
    error_ = sqlite3_prepare_v3(database, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                &statement, nullptr);
    statement_.reset(statement);
    if (!statement_) message_ = sqlite3_errmsg(database);
}

void Statement::record_error(int code) {
    if (error_ == SQLITE_OK) error_ = code;
}

void Statement::bind(int index, std::int64_t value) {
    record_error(sqlite3_bind_int64(statement_.get(), index, value));
}

void Statement::bind(int index, std::uint64_t value) {
    constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    bind(index, static_cast<std::int64_t>(std::min(value, most)));
}

void Statement::bind(int index, std::string_view value) {
    const char* bytes = value.empty() ? "" : value.data(); // a null pointer would be bound as NULL
    const auto size = static_cast<sqlite3_uint64>(value.size());
    record_error(is_clean_text(value)
                     ? sqlite3_bind_text64(statement_.get(), index, bytes, size, SQLITE_STATIC, SQLITE_UTF8)
                     : sqlite3_bind_blob64(statement_.get(), index, bytes, size, SQLITE_STATIC));
}

void Statement::bind(int index, PlainText value) {
    record_error(
        sqlite3_bind_text64(statement_.get(), index, value.text.data(), value.text.size(), SQLITE_STATIC, SQLITE_UTF8));
}

void Statement::bind(int index, BlobValue value) {
    const char* bytes = value.bytes.empty() ? "" : value.bytes.data(); // a null pointer would be bound as NULL
    record_error(sqlite3_bind_blob64(statement_.get(), index, bytes, value.bytes.size(), SQLITE_STATIC));
}

void Statement::bind_null(int index) {
    record_error(sqlite3_bind_null(statement_.get(), index));
}

void Statement::bind(int index, const std::optional<BlobValue>& value) {
    value ? bind(index, *value) : bind_null(index);
}

void Statement::bind(int index, const std::optional<std::uint64_t>& value) {
    value ? bind(index, *value) : bind_null(index);
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

bool Statement::is_empty_blob(int column) const {
    return sqlite3_column_type(statement_.get(), column) == SQLITE_BLOB &&
           sqlite3_column_bytes(statement_.get(), column) == 0;
}

std::string_view Statement::bytes(int column) const {
    const void* bytes = sqlite3_column_blob(statement_.get(), column);
    const int size = sqlite3_column_bytes(statement_.get(), column);
    return bytes ? std::string_view(static_cast<const char*>(bytes), static_cast<std::size_t>(size))
                 : std::string_view{};
}

} // namespace evenfold::storage::sqlite

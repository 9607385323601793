#include "evenfold/storage/sqlite/statement.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

namespace evenfold::storage::sqlite {

namespace {

bool is_continuation(std::uint8_t byte) {
    return (byte & 0xc0U) == 0x80U;
}

/// Returns the length of the UTF-8 character at the start of `text`; 0 when it is none, or NUL.
std::size_t character_bytes(std::string_view text) {
    const auto at = [&](std::size_t place) { return static_cast<std::uint8_t>(text[place]); };
    const std::uint8_t lead = at(0);
    if (lead == 0 || (lead >= 0x80 && lead < 0xc2) || lead > 0xf4) return 0;
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (text.size() < length) return 0;
    for (std::size_t place = 1; place < length; ++place) {
        if (!is_continuation(at(place))) return 0;
    }
    if (lead == 0xe0 && at(1) < 0xa0) return 0; // overlong
    if (lead == 0xed && at(1) > 0x9f) return 0; // surrogate
    if (lead == 0xf0 && at(1) < 0x90) return 0; // overlong
    if (lead == 0xf4 && at(1) > 0x8f) return 0; // beyond U+10FFFF
    return length;
}

/// Counts bytes at the start of `text` that are ASCII without NUL, eight at a time, because payloads are mostly that.
std::size_t ascii_bytes(std::string_view text) {
    constexpr std::uint64_t high_bits = 0x8080808080808080U;
    constexpr std::uint64_t low_bits = 0x0101010101010101U;
    std::size_t place = 0;
    for (; place + sizeof(std::uint64_t) <= text.size(); place += sizeof(std::uint64_t)) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + place, sizeof word);
        if (((word | (word - low_bits)) & high_bits) != 0) break; // a byte beyond ASCII, or a NUL that borrowed
    }
    return place;
}

/// Whether other programs can show `bytes` as text: SQLite's own functions stop at a NUL, Python refuses bad UTF-8.
bool is_clean_text(std::string_view bytes) {
    for (;;) {
        bytes.remove_prefix(ascii_bytes(bytes));
        if (bytes.empty()) return true;
        const std::size_t length = character_bytes(bytes);
        if (length == 0) return false;
        bytes.remove_prefix(length);
    }
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

} // namespace evenfold::storage::sqlite

#include "evenfold/journal/sqlite/log_file.hpp"

#include <algorithm>
#include <array>

#include "evenfold/journal/sqlite/failure.hpp"

namespace evenfold::journal::sqlite {

namespace {

constexpr sqlite3_int64 piece_bytes = 1 << 16;

/// The log of a database that a statement has read from.
class Log {
public:
    explicit Log(const Database& database) : database_(database) {
        sqlite3_file_control(database.handle(), "main", SQLITE_FCNTL_JOURNAL_POINTER, static_cast<void*>(&file_));
    }

    [[nodiscard]] std::expected<void, Failure> write_again() const {
        if (!is_open()) return std::unexpected(failure("open", SQLITE_CANTOPEN));
        sqlite3_int64 size = 0;
        if (const int code = file_->pMethods->xFileSize(file_, &size)) return std::unexpected(failure("measure", code));
        std::array<char, piece_bytes> piece{};
        for (sqlite3_int64 place = 0; place < size; place += piece_bytes) {
            const auto length = static_cast<int>(std::min(piece_bytes, size - place));
            if (const int code = file_->pMethods->xRead(file_, piece.data(), length, place))
                return std::unexpected(failure("read", code));
            if (const int code = file_->pMethods->xWrite(file_, piece.data(), length, place))
                return std::unexpected(failure("write", code));
        }
        return {};
    }

    [[nodiscard]] std::expected<void, Failure> sync() const {
        if (!is_open()) return std::unexpected(failure("open", SQLITE_CANTOPEN));
        if (const int code = file_->pMethods->xSync(file_, SQLITE_SYNC_NORMAL))
            return std::unexpected(failure("sync", code));
        return {};
    }

private:
    [[nodiscard]] bool is_open() const { return file_ && file_->pMethods; }

    [[nodiscard]] Failure failure(std::string_view place, int code) const {
        int error = 0;
        if (is_open()) file_->pMethods->xFileControl(file_, SQLITE_FCNTL_LAST_ERRNO, &error);
        return failure_of(database_.file().string() + "-wal", place,
                          Trouble{.code = code, .system_error = error, .message = sqlite3_errstr(code)});
    }

    const Database& database_;
    sqlite3_file* file_ = nullptr;
};

} // namespace

std::expected<void, Failure> write_log_again(const Database& database) {
    if (auto begun = database.execute("BEGIN IMMEDIATE"); !begun) return begun; // keeps out who knows no turns
    const Log log(database);
    auto written = log.write_again();
    if (written) written = log.sync();
    auto ended = database.execute("ROLLBACK");
    return written ? ended : written;
}

} // namespace evenfold::journal::sqlite

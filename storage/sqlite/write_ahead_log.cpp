#include "evenfold/storage/sqlite/write_ahead_log.hpp"

#include <algorithm>
#include <array>
#include <system_error>

#include "evenfold/storage/sqlite/failure.hpp"
#include "evenfold/storage/sqlite/file_names.hpp"

namespace evenfold::storage::sqlite {

namespace {

constexpr sqlite3_int64 chunk_bytes = 1 << 16;
constexpr int checkpoint_pages = 1000;

int note_log_pages(void* pages, sqlite3*, const char*, int count) {
    *static_cast<int*>(pages) = count;
    return SQLITE_OK;
}

Checkpointed checkpoint(const Database& database, int mode) {
    int pages = 0;
    int copied = 0;
    const int code = sqlite3_wal_checkpoint_v2(database.handle(), "main", mode, &pages, &copied);
    if (code != SQLITE_OK) return (code & 0xff) == SQLITE_BUSY ? Checkpointed::partly : Checkpointed::failed;
    return pages == copied ? Checkpointed::wholly : Checkpointed::partly;
}

/// The log of a database that a statement has read from.
class WriteAheadLogFile {
public:
    explicit WriteAheadLogFile(const Database& database) : database_(database) {
        sqlite3_file_control(database.handle(), "main", SQLITE_FCNTL_JOURNAL_POINTER, static_cast<void*>(&file_));
    }

    [[nodiscard]] std::expected<void, Failure> rewrite() const {
        if (!is_open()) return std::unexpected(failure("open", SQLITE_CANTOPEN));
        sqlite3_int64 size = 0;
        if (const int code = file_->pMethods->xFileSize(file_, &size)) return std::unexpected(failure("measure", code));
        std::array<char, chunk_bytes> chunk{};
        for (sqlite3_int64 offset = 0; offset < size; offset += chunk_bytes) {
            const auto length = static_cast<int>(std::min(chunk_bytes, size - offset));
            if (const int code = file_->pMethods->xRead(file_, chunk.data(), length, offset))
                return std::unexpected(failure("read", code));
            if (const int code = file_->pMethods->xWrite(file_, chunk.data(), length, offset))
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

    [[nodiscard]] Failure failure(std::string_view operation, int code) const {
        int error = 0;
        if (is_open()) file_->pMethods->xFileControl(file_, SQLITE_FCNTL_LAST_ERRNO, &error);
        return failure_of(database_.file().string() + "-wal", operation,
                          SqliteError{.code = code, .system_error = error, .message = sqlite3_errstr(code)});
    }

    const Database& database_;
    sqlite3_file* file_ = nullptr;
};

} // namespace

bool has_log(const std::filesystem::path& file) {
    const auto log = system::status_of(beside(file, "-wal"), system::Links::keep);
    return log && log->bytes > 0;
}

std::optional<system::FileStatus> at_rest(const std::filesystem::path& file) {
    const auto rollback = system::status_of(beside(file, "-journal"), system::Links::keep);
    if (has_log(file) || (rollback && rollback->bytes > 0)) return std::nullopt;
    const auto status = system::status_of(file, system::Links::keep);
    return status ? std::optional(*status) : std::nullopt;
}

std::expected<void, Failure> rewrite_log(const Database& database) {
    if (auto begun = database.execute("BEGIN IMMEDIATE"); !begun)
        return begun; // excludes programs that do not use the writer lock
    const WriteAheadLogFile log(database);
    auto written = log.rewrite();
    if (written) written = log.sync();
    auto ended = database.execute("ROLLBACK");
    return written ? ended : written;
}

Checkpointer::Checkpointer(const Database& database) : database_(database) {
    sqlite3_wal_hook(database.handle(), note_log_pages, &log_pages_);
}

Checkpointed Checkpointer::run_when_due() {
    if (log_pages_ < checkpointed_pages_) checkpointed_pages_ = 0; // the log has started again
    if (log_pages_ < checkpointed_pages_ + checkpoint_pages) return Checkpointed::not_due;
    return run();
}

Checkpointed Checkpointer::run() {
    checkpointed_pages_ = log_pages_;
    return checkpoint(database_, SQLITE_CHECKPOINT_PASSIVE);
}

std::expected<void, Failure> Checkpointer::truncate_log() {
    if (checkpoint(database_, SQLITE_CHECKPOINT_TRUNCATE) == Checkpointed::wholly && !has_log(database_.file()))
        return {};
    return std::unexpected(database_.failure("truncate the log"));
}

void Checkpointer::run_all() {
    sqlite3_busy_timeout(database_.handle(), 0);
    (void)checkpoint(database_, SQLITE_CHECKPOINT_TRUNCATE);
}

} // namespace evenfold::storage::sqlite

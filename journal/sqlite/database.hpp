/// One connection to a SQLite file, and the statements prepared on it, closed when they go out of scope.
/// Shapes: bytes are stored as TEXT when they are UTF-8 without NUL, else as BLOB, and come back the same.
/// Errors: result codes from statements, Failure from the connection. Not for use by two threads at once.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <sqlite3.h>
#include <string>
#include <string_view>

#include "evenfold/journal/journal.hpp"

namespace evenfold::journal::sqlite {

/// Text that is known to be ASCII without NUL, such as an id.
struct PlainText {
    std::string_view text;
};

/// A prepared statement. An error in a binding is kept and shown by the step that follows.
class Statement {
public:
    Statement() = default;
    Statement(sqlite3* database, std::string_view sql);

    /// Start again with `values` in the places ?1, ?2, ... They must live until the last step.
    template <class... Values>
    Statement& with(const Values&... values) {
        reset();
        int place = 0;
        (bind(++place, values), ...);
        return *this;
    }

    /// Whether it was prepared: the tables have what it names. If not, `error` and `message` tell why.
    [[nodiscard]] bool is_ready() const { return statement_ != nullptr; }
    [[nodiscard]] int error() const { return error_; }
    [[nodiscard]] const std::string& message() const { return message_; }

    /// SQLITE_ROW, SQLITE_DONE, or an error's code.
    [[nodiscard]] int step();

    /// Ends the statement's hold on the file. Harmless at any time.
    void reset();

    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] bool is_null(int column) const;
    /// Valid until the next step or reset.
    [[nodiscard]] std::string_view bytes(int column) const;

private:
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };

    void bind(int place, std::int64_t value);
    void bind(int place, std::uint64_t value);
    void bind(int place, std::string_view value);
    void bind(int place, PlainText value);
    void bind(int place, const std::optional<std::uint64_t>& value);
    void note(int code);

    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
    int error_ = SQLITE_OK;
    std::string message_;
};

/// How a file is opened. `frozen` promises SQLite that nobody writes, for a folder in which no lock can be made.
enum class Mode : std::uint8_t { read, frozen, write, create };

/// An open connection; it never checkpoints by itself, not even when closed.
class Database {
public:
    [[nodiscard]] static std::expected<Database, Failure>
    open(const std::filesystem::path& file, Mode mode, std::chrono::milliseconds busy_wait);

    [[nodiscard]] const std::filesystem::path& file() const { return file_; }
    [[nodiscard]] sqlite3* handle() const { return handle_.get(); }
    [[nodiscard]] bool is_read_only() const { return sqlite3_db_readonly(handle_.get(), "main") == 1; }

    /// A statement that cannot be prepared says so at each step, and is not ready.
    [[nodiscard]] Statement prepare(std::string_view sql) const { return {handle_.get(), sql}; }

    /// Runs all statements of `sql`.
    [[nodiscard]] std::expected<void, Failure> execute(const char* sql) const;

    /// The first column of the first row of `sql`; empty or 0 when there is none.
    [[nodiscard]] std::expected<std::string, Failure> text(std::string_view sql) const;
    [[nodiscard]] std::expected<std::int64_t, Failure> number(std::string_view sql) const;

    /// What SQLite said last.
    [[nodiscard]] Failure failure(std::string_view place) const;

private:
    struct Close {
        void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
    };

    Database(std::filesystem::path file, sqlite3* handle) : file_(std::move(file)), handle_(handle) {}

    std::filesystem::path file_;
    std::unique_ptr<sqlite3, Close> handle_;
};

} // namespace evenfold::journal::sqlite

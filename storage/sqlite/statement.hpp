/// A statement prepared on a connection, finalized when it goes out of scope.
/// Shapes: bytes are stored as TEXT when they are UTF-8 without NUL, else as BLOB, and are read back the same.
/// Errors: SQLite's result codes. Not for use by two threads at once.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <sqlite3.h>
#include <string>
#include <string_view>

namespace evenfold::storage::sqlite {

/// Text that is known to be ASCII without NUL, such as an id.
struct PlainText {
    std::string_view text;
};

/// Bytes that are stored as BLOB even if they are text, as columns of type BLOB require.
struct BlobValue {
    std::string_view bytes;
};

/// A prepared statement. An error of a binding is returned by the next step.
class Statement {
public:
    Statement() = default;
    Statement(sqlite3* database, std::string_view sql);

    /// Resets the statement and binds `values` to ?1, ?2, ... They must live until the last step.
    template <class... Values>
    Statement& with(const Values&... values) {
        reset();
        int index = 0;
        (bind(++index, values), ...);
        return *this;
    }

    /// Returns whether the statement was prepared. If not, `error` and `message` have the reason.
    [[nodiscard]] bool is_ready() const { return statement_ != nullptr; }
    [[nodiscard]] int error() const { return error_; }
    [[nodiscard]] const std::string& message() const { return message_; }

    /// Returns SQLITE_ROW, SQLITE_DONE, or an error's code.
    [[nodiscard]] int step();

    /// Releases the statement's locks on the file. May be called at any time.
    void reset();

    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] bool is_null(int column) const;
    /// Returns whether the value is a BLOB without bytes. An empty text is none.
    [[nodiscard]] bool is_empty_blob(int column) const;
    /// Valid until the next step or reset.
    [[nodiscard]] std::string_view bytes(int column) const;

private:
    struct FinalizeStatement {
        void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };

    void bind(int index, std::int64_t value);
    void bind(int index, std::uint64_t value);
    void bind(int index, std::string_view value);
    void bind(int index, PlainText value);
    void bind(int index, BlobValue value);
    void bind(int index, const std::optional<BlobValue>& value);
    void bind(int index, const std::optional<std::uint64_t>& value);
    void bind_null(int index);
    void record_error(int code);

    std::unique_ptr<sqlite3_stmt, FinalizeStatement> statement_;
    int error_ = SQLITE_OK;
    std::string message_;
};

} // namespace evenfold::storage::sqlite

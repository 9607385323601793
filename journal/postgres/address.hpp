/// The address of a journal: a database, and the schema in it. Connects sessions with the settings of a journal.
/// Shapes: the URL of a database with `journal=NAME`; a name is 1 to 48 characters a-z, 0-9 and _, not a digit first.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "evenfold/journal/failure.hpp"
#include "evenfold/storage/postgres/server_connection.hpp"

namespace evenfold::journal::postgres {

using storage::postgres::ArrayColumn;
using storage::postgres::damaged;
using storage::postgres::QueryParameters;
using storage::postgres::QueryResult;
using storage::postgres::ServerConnection;
using storage::postgres::ServerQuery;
using storage::postgres::ValueType;

enum class SessionKind : std::uint8_t { reader, writer };

class JournalAddress {
public:
    [[nodiscard]] static std::expected<JournalAddress, Failure> parse(std::string_view url);

    /// Connects. The session reads and writes the journal's tables by their plain names.
    [[nodiscard]] std::expected<ServerConnection, Failure>
    connect(SessionKind kind, std::chrono::milliseconds lock_wait) const;

    /// Returns the name of the schema, which is an SQL identifier that needs quotes only if it is a keyword.
    [[nodiscard]] const std::string& schema() const { return schema_; }
    /// Returns the URL for messages, without a password.
    [[nodiscard]] const std::string& shown() const { return url_.shown(); }
    /// Returns the channel on which appends are notified.
    [[nodiscard]] std::string channel() const { return "evenfold_" + schema_; }
    /// Returns the number of the advisory lock that a writer holds while it appends.
    [[nodiscard]] std::int64_t lock_number() const;

private:
    JournalAddress(storage::postgres::ServerUrl url, std::string schema)
        : url_(std::move(url)), schema_(std::move(schema)) {}

    storage::postgres::ServerUrl url_;
    std::string schema_;
};

} // namespace evenfold::journal::postgres

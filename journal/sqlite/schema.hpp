/// The tables of a journal file, how to recognise the file, and the settings for its durability.
/// Shapes: formats 1 and 2, specified in docs/journal-sqlite.md: 2 is 1 with signatures. Errors: Failure with the file
/// and the position.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "evenfold/journal/journal.hpp"
#include "evenfold/storage/sqlite/database.hpp"
#include "evenfold/storage/sqlite/failure.hpp"

namespace evenfold::journal::sqlite {

using storage::sqlite::BlobValue;
using storage::sqlite::damaged;
using storage::sqlite::Database;
using storage::sqlite::failure_of;
using storage::sqlite::OpenMode;
using storage::sqlite::PlainText;
using storage::sqlite::Statement;

inline constexpr std::int64_t application_id = 0x45766e66; // the letters "Evnf"

/// The format of a journal, which is its PRAGMA user_version.
enum class JournalFormat : std::uint8_t { unsigned_rows = 1, signed_rows = 2 };

/// The content of a database: a journal, or nothing, so that one may be created in it.
enum class Content : std::uint8_t { journal, nothing };

/// Returns the failure that the file belongs to another application.
[[nodiscard]] Failure not_a_journal(const std::filesystem::path& file, std::string_view because);

/// Refuses other databases, later formats, and journals whose tables are not those of the format (schema_check.hpp).
[[nodiscard]] std::expected<Content, Failure> recognise(const Database& database);

/// The same in the transaction of the caller.
[[nodiscard]] std::expected<Content, Failure> recognise_now(const Database& database);

/// Refuses a journal that was created for another domain. If `domain` is empty, accepts all.
[[nodiscard]] std::expected<void, Failure> check_domain(const Database& database, std::string_view domain);

/// Returns the format of a journal that was recognised.
[[nodiscard]] std::expected<JournalFormat, Failure> format_of(const Database& database);

/// Fails if `statement` could not be prepared, because the tables are not those of the format.
[[nodiscard]] std::expected<void, Failure> check_ready(const Database& database, const Statement& statement);

/// Creates the tables of format 1 in the transaction of the caller. Afterwards the file is a journal of `domain`
/// without events, with the name `origin`, or a random one if that is empty.
[[nodiscard]] std::expected<void, Failure>
create_tables(const Database& database, std::string_view domain, std::string_view origin);

/// Changes the tables of format 1 to those of format 2 in the transaction of the caller. No row is rewritten.
[[nodiscard]] std::expected<void, Failure> add_signed_tables(const Database& database);

/// Runs `change` in a transaction of its own, all or nothing.
template <class Change>
[[nodiscard]] std::expected<void, Failure> in_transaction(const Database& database, const Change& change) {
    if (auto begun = database.execute("BEGIN IMMEDIATE"); !begun) return begun;
    std::expected<void, Failure> made = change();
    if (made) made = database.execute("COMMIT");
    if (!made) (void)database.execute("ROLLBACK"); // the first failure is the one to return
    return made;
}

/// Applies the settings that survive a loss of power: write-ahead log, fsync at each commit, no automatic checkpoint.
[[nodiscard]] std::expected<void, Failure> make_durable(const Database& database);

/// Reads the settings back. Fails with FailureKind::weaker if they would not survive a loss of power.
[[nodiscard]] std::expected<void, Failure> check_durable(const Database& database);

/// Counts the events that a receipt names; the parameters are its first sequence, its count and its command.
inline constexpr std::string_view rows_of_receipt =
    "SELECT count(*) FROM events WHERE sequence >= ?1 AND sequence < ?1 + ?2 AND command = ?3";

/// Returns the failure that the journal has `receipt`, but not its events.
[[nodiscard]] Failure events_gone(const std::filesystem::path& file, const Receipt& receipt);

} // namespace evenfold::journal::sqlite

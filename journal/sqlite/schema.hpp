/// The tables of a journal file, how the file is told from others, and the settings that keep its promise.
/// Shapes: format version 1, told in docs/journal-sqlite.md. Errors: Failure with file and place.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string_view>

#include "evenfold/journal/journal.hpp"
#include "evenfold/storage/sqlite/database.hpp"
#include "evenfold/storage/sqlite/failure.hpp"

namespace evenfold::journal::sqlite {

using storage::sqlite::damaged;
using storage::sqlite::Database;
using storage::sqlite::failure_of;
using storage::sqlite::Mode;
using storage::sqlite::PlainText;
using storage::sqlite::Statement;

inline constexpr std::int64_t application_id = 0x45766e66; // the letters "Evnf"
inline constexpr std::int64_t format_version = 1;

/// What a database is to us: a journal, or a file in which one may be made.
enum class Content : std::uint8_t { journal, nothing };

/// Returns a failure: the file belongs to another application.
[[nodiscard]] Failure not_a_journal(const std::filesystem::path& file, std::string_view because);

/// Refuses other databases, later formats, and journals with a table missing.
[[nodiscard]] std::expected<Content, Failure> recognise(const Database& database);

/// Refuses a journal that was made for another domain. No domain asked for: any will do.
[[nodiscard]] std::expected<void, Failure> check_domain(const Database& database, std::string_view domain);

/// Refuses a statement that could not be prepared, since the tables are not those of the format.
[[nodiscard]] std::expected<void, Failure> check_ready(const Database& database, const Statement& statement);

/// Makes the tables, all or none. Afterwards the file is a journal of `domain` without events.
[[nodiscard]] std::expected<void, Failure> create_tables(const Database& database, std::string_view domain);

/// Asks for the settings that survive a loss of power: write-ahead log, fsync at each commit, no checkpoint but ours.
[[nodiscard]] std::expected<void, Failure> make_durable(const Database& database);

/// Reads the settings back; refuses with FailureKind::weaker what would not survive a loss of power.
[[nodiscard]] std::expected<void, Failure> check_durable(const Database& database);

/// An actor as it is spelled in the column, and back; nothing for another spelling.
[[nodiscard]] std::string_view name_of(Actor actor);
[[nodiscard]] std::optional<Actor> actor_named(std::string_view name);

} // namespace evenfold::journal::sqlite

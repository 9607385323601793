/// The identity of a journal, and whether the write-ahead log beside a file belongs to it. A log names no database:
/// SQLite replays the log of another journal, or one that is newer than a restored backup, if it lies beside the file,
/// and mixes the pages of both. Each append therefore writes a row that says whose log it is, and which head the file
/// had when the log began.
/// Shapes: the tables `origin` and `journal_tail` of docs/journal-sqlite.md, one row each, beside format 1.
#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <string>

#include "evenfold/journal/sqlite/schema.hpp"
#include "evenfold/journal/sqlite/sqlite_journal.hpp"

namespace evenfold::journal::sqlite {

struct Identity {
    std::string origin; // unique per journal; a copy of the file has the same
    Sequence head = 0;  // of the last event, as the last append stored it
    Sequence base = 0;  // a head that the database file, without its log, had reached when the log began
    friend bool operator==(const Identity&, const Identity&) = default;
};

/// Returns the identity; nullopt for a journal of an evenfold that stored none. Fails if its tables are not valid.
[[nodiscard]] std::expected<std::optional<Identity>, Failure> identity_of(const Database& database);

/// Creates the tables of the identity in the transaction of the caller, with a new random origin if `origin` is empty.
[[nodiscard]] std::expected<void, Failure> create_identity(const Database& database, std::string_view origin);

/// Gives a journal without identity one, once: O(receipts), because it verifies that no event was lost until now.
[[nodiscard]] std::expected<void, Failure> add_identity(const Database& database);

/// Refuses a log beside the file of `database` that does not continue that file. O(1). Nothing is written. Whoever
/// calls it to write must hold the writer lock. A reader accepts what it cannot verify while others have the journal
/// open, since they have verified it.
[[nodiscard]] std::expected<void, Failure> check_log(const Database& database, Access access);

/// Fails if `file` was moved here without its log, so that its newest events would be missing.
[[nodiscard]] std::expected<void, Failure> check_former_path(const std::filesystem::path& file);

/// Records the path of `file` for check_former_path, where the file system can.
void note_path(const std::filesystem::path& file);

} // namespace evenfold::journal::sqlite

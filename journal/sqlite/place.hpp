/// What lies at the path of a journal, told from the files' own bytes: SQLite makes files beside what it opens.
/// Shapes: the file itself, `-wal` beside it, and the `-journal` of a first page that was never finished.
/// Source: https://sqlite.org/fileformat2.html
#pragma once

#include <expected>
#include <filesystem>

#include "evenfold/journal/sqlite/sqlite_journal.hpp"

namespace evenfold::journal::sqlite {

/// Refuses what no access can open, and other applications' files, leaving them and their folder as they are. What
/// passes is a journal, or is none yet, or can be told by SQLite only.
[[nodiscard]] std::expected<void, Failure> check_place(const std::filesystem::path& file, Access access);

/// Whether somebody was interrupted while making the first page, so that who opens the file next has to empty it.
[[nodiscard]] bool is_half_made(const std::filesystem::path& file);

/// Whether the write-ahead log beside `file` holds anything.
[[nodiscard]] bool has_log(const std::filesystem::path& file);

/// That there is nothing in `file`, or nothing of a journal.
[[nodiscard]] Failure no_journal(const std::filesystem::path& file);

} // namespace evenfold::journal::sqlite

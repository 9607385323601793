/// Recognises a journal's file by its bytes before SQLite opens it, because SQLite creates files beside it.
/// Shapes: the file itself, `-wal` beside it, and the `-journal` of a first page that was never finished.
/// Source: https://sqlite.org/fileformat2.html
#pragma once

#include <expected>
#include <filesystem>

#include "evenfold/journal/sqlite/sqlite_journal.hpp"

namespace evenfold::journal::sqlite {

/// Refuses files that no access can open, and other applications' files, without changing them or their folder. A file
/// that passes is a journal, or not one yet, or only SQLite can check it.
[[nodiscard]] std::expected<void, Failure> check_file(const std::filesystem::path& file, Access access);

/// Returns whether a process was interrupted while it wrote the first page. The next one to open the file empties it.
[[nodiscard]] bool is_creation_interrupted(const std::filesystem::path& file);

/// Returns the failure that `file` is empty or contains no journal.
[[nodiscard]] Failure no_journal(const std::filesystem::path& file);

} // namespace evenfold::journal::sqlite

/// Journals of evenfold among a project's files, recognised by their first bytes.
/// Shapes: a name in an open folder; paths relative to the project's folder.
/// Source: https://www.sqlite.org/fileformat2.html#the_database_header; docs/journal-sqlite.md.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace evenfold::git {

/// The endings of the names of the journal, and of the files and the folder that SQLite and evenfold keep beside it.
inline constexpr std::array<std::string_view, 6> journal_endings{"", "-journal", "-lock", "-shm", "-wal", "-worktrees"};

/// Returns whether the file `name` of `folder`, of `size` bytes, is a journal; false if it cannot be read.
[[nodiscard]] bool is_journal(int folder, const std::string& name, std::uint64_t size);

/// Returns whether `path` is that of the journal with one of these endings, or below it.
[[nodiscard]] bool belongs_to(std::string_view path, std::string_view journal);

} // namespace evenfold::git

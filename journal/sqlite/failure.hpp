/// Failures of a SQLite file in words for a person: what broke, where, and what to do.
/// Shapes: SQLite's extended result codes, the system's error numbers.
/// Source: https://sqlite.org/rescode.html
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "evenfold/journal/journal.hpp"

namespace evenfold::journal::sqlite {

/// What SQLite said about `file` while at `place`.
struct Trouble {
    int code = 0;         // extended result code
    int system_error = 0; // errno as SQLite kept it, or 0
    std::string_view message;
};

[[nodiscard]] Failure failure_of(const std::filesystem::path& file, std::string_view place, const Trouble& trouble);

/// What the system said (an errno) about `file` while at `place`.
[[nodiscard]] Failure failure_of(const std::filesystem::path& file, std::string_view place, int system_error);

/// The file is another application's.
[[nodiscard]] Failure not_a_journal(const std::filesystem::path& file, std::string_view because);

/// The file holds what no journal holds.
[[nodiscard]] Failure damaged(const std::filesystem::path& file, std::string_view place);

} // namespace evenfold::journal::sqlite

/// Failures of an SQLite file as text for users: the file, the operation, and a remedy.
/// Shapes: SQLite's extended result codes, the system's error numbers.
/// Source: https://sqlite.org/rescode.html
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "evenfold/system/failure.hpp"

namespace evenfold::storage::sqlite {

using system::Failure;
using system::FailureKind;

/// An error as SQLite reports it.
struct SqliteError {
    int code = 0;         // extended result code
    int system_error = 0; // errno as SQLite kept it, or 0
    std::string_view message;
};

[[nodiscard]] Failure
failure_of(const std::filesystem::path& file, std::string_view operation, const SqliteError& error);

/// Returns the failure of `operation` with an errno. Its remedy fits a database, unlike that of system::failure_of.
[[nodiscard]] Failure failure_of(const std::filesystem::path& file, std::string_view operation, int system_error);

/// Returns a failure of FailureKind::damaged: the file contains `what`, which is not valid.
[[nodiscard]] Failure damaged(const std::filesystem::path& file, std::string_view what);

} // namespace evenfold::storage::sqlite

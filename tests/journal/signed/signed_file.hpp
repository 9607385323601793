/// Signed journals in SQLite files, for tests: they are opened with the keys of stored_journal.hpp.
/// Shapes: each function fails the test if the journal refuses.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "evenfold/journal/sqlite/sqlite_journal.hpp"

namespace evenfold::tests::chain {

/// Returns the options of a writer that signs with the test key `key`.
[[nodiscard]] journal::SqliteOptions signed_with(std::uint64_t key);

[[nodiscard]] std::unique_ptr<journal::Journal> opened(const std::filesystem::path& file,
                                                       const journal::SqliteOptions& options,
                                                       journal::Access access = journal::Access::create);

void append(journal::Journal& journal, const std::vector<journal::Batch>& group);

/// Returns the first column of the first row of `sql`.
[[nodiscard]] std::string text_in(const std::filesystem::path& file, const std::string& sql);

/// Runs `sql` on the file, past the journal. Returns whether it succeeded.
[[nodiscard]] bool run_sql(const std::filesystem::path& file, const std::string& sql);

} // namespace evenfold::tests::chain

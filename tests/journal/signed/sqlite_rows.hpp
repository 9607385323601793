/// Writes the rows of a signed journal into a file as they are, also wrong ones, so that a verification of the file can
/// be compared with one of memory.
/// Shapes: a file of format 2 without triggers. Errors: throws for a file that cannot be written.
#pragma once

#include <filesystem>

#include "evenfold/storage/sqlite/database.hpp"
#include "evenfold/tests/journal/chain/stored_journal.hpp"

namespace evenfold::tests::chain {

/// A file whose rows can be replaced many times.
class SqliteRows {
public:
    /// Creates a signed journal at `file`.
    explicit SqliteRows(const std::filesystem::path& file);

    /// Replaces all rows by those of `stored`. Returns false if the tables cannot have them, as two events with one
    /// sequence; then the file has no rows.
    [[nodiscard]] bool replace(const StoredJournal& stored);

    [[nodiscard]] const std::filesystem::path& file() const { return database_.file(); }

private:
    [[nodiscard]] bool insert(const StoredJournal& stored);

    storage::sqlite::Database database_;
};

/// Returns the report of a verification of the file.
[[nodiscard]] ChainReport
report_of_file(const std::filesystem::path& file, const ChainTrust& trust, VerifyScope scope = VerifyScope::all);

} // namespace evenfold::tests::chain

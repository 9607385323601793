/// Writes the rows of an append one by one, each in a transaction of its own, as a writer without care does. It is the
/// negative control of all tests that interrupt an append.
/// Shapes: a copy of a signed journal is one append behind the journal itself, and gets its rows in the order in which
/// the journal writes them.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "evenfold/storage/sqlite/database.hpp"

namespace evenfold::tests::faults {

class RowWriter {
public:
    /// Creates a signed journal in `folder`, and a copy without its last append of three events.
    explicit RowWriter(const std::filesystem::path& folder);

    [[nodiscard]] const std::filesystem::path& file() const { return file_; }

    /// Writes the next row. Returns false after the last one, and if it cannot be written.
    [[nodiscard]] bool write_row();

private:
    std::filesystem::path file_;
    std::vector<std::string> rows_; // statements
    std::size_t next_ = 0;
};

} // namespace evenfold::tests::faults

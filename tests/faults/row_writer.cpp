#include "evenfold/tests/faults/row_writer.hpp"

#include <doctest/doctest.h>

#include <memory>

#include "evenfold/journal/journal.hpp"
#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/journal/signed/signed_file.hpp"

namespace evenfold::tests::faults {

namespace {

using journal::contract::batch;

} // namespace

RowWriter::RowWriter(const std::filesystem::path& folder) : file_(folder / "copy.db") {
    const auto whole = folder / "whole.db";
    chain::append(*chain::opened(whole, chain::signed_with(1)), {batch(1, {"a", "b"})});
    std::filesystem::copy_file(whole, file_);
    chain::append(*chain::opened(whole, chain::signed_with(1)), {batch(2, {"a", "b", "c"})});
    const std::string other = "ATTACH '" + whole.string() + "' AS whole; INSERT INTO main.";
    rows_.push_back(other + "receipts SELECT * FROM whole.receipts WHERE first = 3; DETACH whole");
    rows_.push_back(other + "streams SELECT * FROM whole.streams WHERE name = 'c'; DETACH whole");
    for (const char* sequence : {"3", "4", "5"})
        rows_.push_back(other + "events SELECT * FROM whole.events WHERE sequence = " + sequence + "; DETACH whole");
}

bool RowWriter::write_row() {
    return next_ < rows_.size() && chain::run_sql(file_, rows_[next_++]);
}

} // namespace evenfold::tests::faults

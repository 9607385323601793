#include <doctest/doctest.h>

#include "evenfold/tests/journal/scratch_folder.hpp"
#include "evenfold/tests/journal/signed/damaged_tables.hpp"
#include "evenfold/tests/journal/signed/sqlite_rows.hpp"

namespace evenfold::tests::chain {
namespace {

/// Calls `check` with the tables of a file in memory.
void with_tables(void (*check)(const TablesUnderTest& tables)) {
    const journal::ScratchFolder folder(journal::memory_storage());
    SqliteRows rows(folder / "journal.db");
    check({.replace = [&](const StoredJournal& stored) { return rows.replace(stored); },
           .report = [&](const ChainTrust& trust,
                         VerifyScope scope) { return report_of_file(rows.file(), trust, scope); }});
}

} // namespace

TEST_CASE("Signed file: every kind of damage is found as in memory, with the same report (SL2, SL4).") {
    with_tables(check_damaged_tables);
}

TEST_CASE("Signed file: untouched histories are proven, with the same report as in memory (SL1, SL4).") {
    with_tables(check_untouched_tables);
}

} // namespace evenfold::tests::chain

/// Checks of damage in the tables of an adapter: a verification of the tables reports the same as one of the same rows
/// in memory, which chain/damage_test.cpp compares with the expected reason and place.
/// Shapes: each kind of damage is applied 100 times, or ten times as often as EVENFOLD_FAULT_ROUNDS says;
/// EVENFOLD_FAULT_STRIDE divides it.
#pragma once

#include <functional>

#include "evenfold/tests/journal/chain/stored_journal.hpp"

namespace evenfold::tests::chain {

/// Tables whose rows can be replaced.
struct TablesUnderTest {
    /// Returns false if the tables cannot have these rows.
    std::function<bool(const StoredJournal& stored)> replace;
    std::function<ChainReport(const ChainTrust& trust, VerifyScope scope)> report;
    int slowness = 1; // divides the counts
};

void check_damaged_tables(const TablesUnderTest& tables);

/// Checks that untouched histories are proven, with the same report as in memory.
void check_untouched_tables(const TablesUnderTest& tables);

} // namespace evenfold::tests::chain

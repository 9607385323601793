// All kinds of damage in a file: a verification of the file says the same as one of the same rows in memory, which
// chain/damage_test.cpp compares with the expected reason and place.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include "evenfold/tests/journal/chain/damage.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"
#include "evenfold/tests/journal/signed/sqlite_rows.hpp"

namespace evenfold::tests::chain {
namespace {

/// Returns how often each kind is applied: 10 times, or as EVENFOLD_DAMAGE_RUNS says, for .ci/long.
std::uint64_t runs() {
    const char* wish = std::getenv("EVENFOLD_DAMAGE_RUNS"); // NOLINT(concurrency-mt-unsafe): one thread
    return wish ? std::stoull(wish) : 10;
}

std::vector<DamageKind> all_kinds() {
    std::vector<DamageKind> all = event_damage();
    for (const auto& more : {order_damage(), table_damage()}) all.insert(all.end(), more.begin(), more.end());
    return all;
}

} // namespace

TEST_CASE("Signed file: every kind of damage is found as in memory, with the same report (SL2, SL4).") {
    const journal::ScratchFolder folder;
    SqliteRows rows(folder / "journal.db");
    std::uint64_t kinds = 0;
    for (const DamageKind& kind : all_kinds()) {
        if (kind.as_lines) continue; // a table has no lines
        CAPTURE(kind.name);
        std::uint64_t applied = 0;
        bool is_storable = false;
        for (std::uint64_t seed = 0; applied < runs() && seed < 20 * runs(); ++seed) {
            CAPTURE(seed);
            HistoryWriter history = signed_history(seed);
            if (!kind.apply(history)) continue;
            ++applied;
            if (!rows.replace(history.stored)) continue;
            is_storable = true;
            const ChainTrust trust = trust_of(std::max<std::uint64_t>(history.stored.keys.size(), 3));
            const ChainReport report = report_of_file(rows.file(), trust);
            CHECK(!report.ok());
            CHECK(to_json(report) == to_json(report_of(history.stored, trust)));
            const Sequence trusted = history.stored.heads.empty() ? 0 : history.stored.heads.back().size;
            if (report.ok() || report.broken->broken_at <= trusted) continue; // a head is trusted for these
            CHECK(to_json(report_of_file(rows.file(), trust, VerifyScope::from_head)) ==
                  to_json(report_of(history.stored, trust, VerifyScope::from_head)));
        }
        CHECK(applied == runs());
        if (is_storable) ++kinds;
    }
    MESSAGE(kinds, " kinds of damage could be stored in a file");
    CHECK(kinds >= 50);
}

TEST_CASE("Signed file: untouched histories are proven, with the same report as in memory (SL1, SL4).") {
    const journal::ScratchFolder folder;
    SqliteRows rows(folder / "journal.db");
    for (std::uint64_t seed = 0; seed < 10 * runs(); ++seed) {
        CAPTURE(seed);
        const HistoryWriter history = signed_history(seed);
        REQUIRE(rows.replace(history.stored));
        const ChainTrust trust = trust_of(history.stored.keys.size());
        const ChainReport report = report_of_file(rows.file(), trust);
        CHECK(report.ok());
        CHECK(to_json(report) == to_json(report_of(history.stored, trust)));
        CHECK(to_json(report_of_file(rows.file(), trust, VerifyScope::from_head)) ==
              to_json(report_of(history.stored, trust, VerifyScope::from_head)));
    }
}

} // namespace evenfold::tests::chain

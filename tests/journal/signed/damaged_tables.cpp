#include "evenfold/tests/journal/signed/damaged_tables.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "evenfold/tests/journal/chain/damage.hpp"
#include "evenfold/tests/support/process/fault_rounds.hpp"

namespace evenfold::tests::chain {

namespace {

constexpr std::uint64_t rounds_per_resumption = 10; // a verification from a head on costs as much as one of all events

std::uint64_t rounds_of(const TablesUnderTest& tables) {
    return static_cast<std::uint64_t>(std::max(10 * fault_rounds(10) / fault_stride(1) / tables.slowness, 1));
}

std::vector<DamageKind> kinds_in_tables() {
    std::vector<DamageKind> all = event_damage();
    for (const auto& more : {order_damage(), table_damage()}) all.insert(all.end(), more.begin(), more.end());
    std::erase_if(all, [](const DamageKind& kind) { return kind.as_lines; }); // a table has no lines
    return all;
}

ChainTrust trust_for(const HistoryWriter& history) {
    return trust_of(std::max<std::uint64_t>(history.stored.keys.size(), 3));
}

/// Returns whether one of the histories with this damage could be stored.
bool check_kind(const TablesUnderTest& tables, const DamageKind& kind) {
    const std::uint64_t rounds = rounds_of(tables);
    std::uint64_t applied = 0;
    bool is_storable = false;
    for (std::uint64_t seed = 0; applied < rounds && seed < 20 * rounds + 100; ++seed) {
        CAPTURE(seed);
        HistoryWriter history = signed_history(seed);
        if (!kind.apply(history)) continue;
        ++applied;
        if (!tables.replace(history.stored)) continue;
        is_storable = true;
        const ChainTrust trust = trust_for(history);
        const ChainReport report = tables.report(trust, VerifyScope::all);
        CHECK(!report.ok());
        CHECK(to_json(report) == to_json(report_of(history.stored, trust)));
        const Sequence trusted = history.stored.heads.empty() ? 0 : history.stored.heads.back().size;
        if (report.ok() || report.broken->broken_at <= trusted) continue; // a head is trusted for these
        if (applied % rounds_per_resumption != 1) continue;
        CHECK(to_json(tables.report(trust, VerifyScope::from_head)) ==
              to_json(report_of(history.stored, trust, VerifyScope::from_head)));
    }
    CHECK(applied == rounds);
    return is_storable;
}

} // namespace

void check_damaged_tables(const TablesUnderTest& tables) {
    std::uint64_t kinds = 0;
    for (const DamageKind& kind : kinds_in_tables()) {
        CAPTURE(kind.name);
        if (check_kind(tables, kind)) ++kinds;
    }
    MESSAGE(kinds, " kinds of damage could be stored in tables");
    CHECK(kinds >= 50);
}

void check_untouched_tables(const TablesUnderTest& tables) {
    for (std::uint64_t seed = 0; seed < rounds_of(tables); ++seed) {
        CAPTURE(seed);
        const HistoryWriter history = signed_history(seed);
        REQUIRE(tables.replace(history.stored));
        const ChainTrust trust = trust_of(history.stored.keys.size());
        const ChainReport report = tables.report(trust, VerifyScope::all);
        CHECK(report.ok());
        CHECK(to_json(report) == to_json(report_of(history.stored, trust)));
        if (seed % rounds_per_resumption != 0) continue;
        CHECK(to_json(tables.report(trust, VerifyScope::from_head)) ==
              to_json(report_of(history.stored, trust, VerifyScope::from_head)));
    }
}

} // namespace evenfold::tests::chain

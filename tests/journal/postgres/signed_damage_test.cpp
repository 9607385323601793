// All kinds of damage in PostgreSQL: a verification of the tables reports the same as one of the same rows in memory,
// which chain/damage_test.cpp compares with the expected reason and place.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/journal/chain/damage.hpp"
#include "evenfold/tests/journal/postgres/postgres_rows.hpp"

namespace evenfold::tests::chain {
namespace {

/// Returns how often each kind is applied: 10 times, or as EVENFOLD_DAMAGE_RUNS says, for .ci/long.
std::uint64_t runs() {
    const char* wish = std::getenv("EVENFOLD_DAMAGE_RUNS"); // NOLINT(concurrency-mt-unsafe): one thread
    return wish ? std::stoull(wish) : 10;
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
bool check_kind(PostgresRows& rows, const DamageKind& kind) {
    std::uint64_t applied = 0;
    bool is_storable = false;
    for (std::uint64_t seed = 0; applied < runs() && seed < 20 * runs(); ++seed) {
        CAPTURE(seed);
        HistoryWriter history = signed_history(seed);
        if (!kind.apply(history)) continue;
        ++applied;
        if (!rows.replace(history.stored)) continue;
        is_storable = true;
        const ChainTrust trust = trust_for(history);
        const ChainReport report = report_of_database(rows.url(), trust);
        CHECK(!report.ok());
        CHECK(to_json(report) == to_json(report_of(history.stored, trust)));
        const Sequence trusted = history.stored.heads.empty() ? 0 : history.stored.heads.back().size;
        if (report.ok() || report.broken->broken_at <= trusted) continue; // a head is trusted for these
        CHECK(to_json(report_of_database(rows.url(), trust, VerifyScope::from_head)) ==
              to_json(report_of(history.stored, trust, VerifyScope::from_head)));
    }
    CHECK(applied == runs());
    return is_storable;
}

} // namespace

TEST_CASE("Signed tables: every kind of damage is found as in memory, with the same report (SL2, SL4).") {
    EVENFOLD_REQUIRE_SERVER(server);
    PostgresRows rows(*server);
    std::uint64_t kinds = 0;
    for (const DamageKind& kind : kinds_in_tables()) {
        CAPTURE(kind.name);
        if (check_kind(rows, kind)) ++kinds;
    }
    MESSAGE(kinds, " kinds of damage could be stored in tables");
    CHECK(kinds >= 50);
}

TEST_CASE("Signed tables: untouched histories are proven, with the same report as in memory.") {
    EVENFOLD_REQUIRE_SERVER(server);
    PostgresRows rows(*server);
    for (std::uint64_t seed = 0; seed < 3 * runs(); ++seed) {
        CAPTURE(seed);
        const HistoryWriter history = signed_history(seed);
        REQUIRE(rows.replace(history.stored));
        const ChainTrust trust = trust_of(history.stored.keys.size());
        const ChainReport report = report_of_database(rows.url(), trust);
        CHECK(report.ok());
        CHECK(to_json(report) == to_json(report_of(history.stored, trust)));
        CHECK(to_json(report_of_database(rows.url(), trust, VerifyScope::from_head)) ==
              to_json(report_of(history.stored, trust, VerifyScope::from_head)));
    }
}

TEST_CASE("Signed tables: a tail that is cut with its receipts contradicts the row of the head, unless that is changed "
          "as well.") {
    EVENFOLD_REQUIRE_SERVER(server);
    PostgresRows rows(*server);
    HistoryWriter history = signed_history(1, 10, false);
    history.stored.heads.clear();
    const StoredJournal older = history.stored;
    history.append(2);
    REQUIRE(rows.replace(history.stored));
    journal::TableAccess owner(rows.url());
    const std::string head = owner.text("SELECT sequence FROM head");
    const std::string mac = owner.text("SELECT encode(mac, 'hex') FROM head");
    REQUIRE(rows.replace(older));
    CHECK_MESSAGE(report_of_database(rows.url(), trust_of(1)).ok(), "only a signed head shows it (negative control)");
    REQUIRE(!owner.run("UPDATE head SET sequence = " + head + ", mac = decode('" + mac + "', 'hex')"));
    const auto source = journal::open_postgres_chain(rows.url());
    REQUIRE(source);
    const auto report = verify(**source, trust_of(1));
    REQUIRE(!report);
    CHECK(report.error().kind == journal::FailureKind::damaged);
}

TEST_CASE("Signed tables: tables that are not those of the format are verified as far as they can be read.") {
    EVENFOLD_REQUIRE_SERVER(server);
    PostgresRows rows(*server);
    HistoryWriter history = signed_history(2, 10, false);
    history.stored.heads.clear();
    REQUIRE(rows.replace(history.stored));
    journal::TableAccess owner(rows.url());
    REQUIRE(!owner.run("ALTER TABLE events DROP CONSTRAINT events_pkey, DROP CONSTRAINT "
                       "events_stream_version_key; ALTER TABLE events ADD COLUMN remark text; "
                       "DROP INDEX streams_name"));
    CHECK(journal::refusal_of(rows.url(), journal::Access::read_only)->kind == journal::FailureKind::damaged);
    CHECK(report_of_database(rows.url(), trust_of(1)).ok());
    // Without the primary key an event can be stored twice.
    REQUIRE(!owner.run("INSERT INTO events SELECT * FROM events WHERE sequence = 3"));
    const ChainReport report = report_of_database(rows.url(), trust_of(1));
    REQUIRE(report.broken);
    CHECK(report.broken->reason == BreakReason::duplicate_id);
    CHECK(report.broken->broken_at == 4);
    REQUIRE(!owner.run("ALTER TABLE events DROP COLUMN mac CASCADE"));
    const auto source = journal::open_postgres_chain(rows.url());
    REQUIRE(source);
    CHECK(verify(**source, trust_of(1)).error().kind == journal::FailureKind::damaged);
}

TEST_CASE("Signed tables: an event that is stored twice is found at the border of two pages, too.") {
    EVENFOLD_REQUIRE_SERVER(server);
    const std::string url = server->url(server->new_journal());
    const auto journal = journal::open_journal(url, journal::Access::create,
                                               {.domain = "plans", .signing = journal::SigningOptions{key_of(1)}});
    constexpr Sequence page_events = 512;
    std::vector<journal::Batch> group;
    for (std::uint64_t id = 0; id < page_events + 2; ++id) group.push_back(journal::contract::batch(id, {"a"}));
    REQUIRE(journal->append(group, std::nullopt));
    CHECK(report_of_database(url, trust_of(1)).ok());
    journal::TableAccess owner(url);
    REQUIRE(!owner.run("ALTER TABLE events DROP CONSTRAINT events_pkey, DROP CONSTRAINT events_stream_version_key; "
                       "INSERT INTO events SELECT * FROM events WHERE sequence = 512"));
    const ChainReport report = report_of_database(url, trust_of(1));
    REQUIRE(report.broken);
    CHECK(report.broken->broken_at == page_events + 1);
}

} // namespace evenfold::tests::chain

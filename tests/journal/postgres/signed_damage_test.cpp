// Damage in PostgreSQL: all kinds that are found in memory, and those of the tables themselves.
#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/journal/postgres/postgres_rows.hpp"
#include "evenfold/tests/journal/signed/damaged_tables.hpp"

namespace evenfold::tests::chain {
namespace {

/// Calls `check` with the tables of a journal on the server.
void with_tables(PostgresServer& server, void (*check)(const TablesUnderTest& tables)) {
    PostgresRows rows(server);
    check({.replace = [&](const StoredJournal& stored) { return rows.replace(stored); },
           .report = [&](const ChainTrust& trust,
                         VerifyScope scope) { return report_of_database(rows.url(), trust, scope); },
           .slowness = 5});
}

} // namespace

TEST_CASE("Signed tables: every kind of damage is found as in memory, with the same report (SL2, SL4).") {
    EVENFOLD_REQUIRE_SERVER(server);
    with_tables(*server, check_damaged_tables);
}

TEST_CASE("Signed tables: untouched histories are proven, with the same report as in memory.") {
    EVENFOLD_REQUIRE_SERVER(server);
    with_tables(*server, check_untouched_tables);
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

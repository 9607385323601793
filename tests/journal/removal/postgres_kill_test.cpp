// A removal in PostgreSQL that is cut at any statement: afterwards it was made or not, and repeated it completes.
#include <doctest/doctest.h>

#include <csignal>
#include <string>

#include "evenfold/tests/journal/postgres/cut_process.hpp"
#include "evenfold/tests/journal/postgres/postgres_rows.hpp"
#include "evenfold/tests/journal/removal/server_journal.hpp"

namespace evenfold::tests::removal {

using namespace journal;

namespace {

/// Removes the payloads in the process that is cut. Returns 0 if the journal says that they are removed.
int remove_through(const std::string& url) {
    const auto journal = open_postgres_journal(url, Access::add_heads);
    if (!journal) return 1;
    return (*journal)->signatures()->remove_payloads(removal_of(**journal, server_ranges)) ? 0 : 2;
}

/// Checks a journal after the cut, and completes the removal. Returns whether it had been made before.
bool check_and_complete(ServerJournal& on) {
    const auto journal = open_journal(on.url(), Access::add_heads);
    const std::uint64_t made = journal->position()->erasures;
    const auto report = report_of(*journal, trust_in(*journal));
    CHECK_MESSAGE(report.ok(), (report.broken ? report.broken->detail : ""));
    CHECK(report.events == server_last);
    CHECK(report.removed == (made == 0 ? 0 : server_count));
    remove_now(*journal, server_ranges);
    CHECK(journal->position()->erasures == 1);
    TableAccess owner(on.url());
    CHECK(owner.run("UPDATE events SET actor = 'system' WHERE sequence = 1")); // refused
    const FolderBytes bytes = bytes_of_tables(owner);
    for (Sequence sequence = 1; sequence <= server_last; ++sequence)
        CHECK_MESSAGE((bytes.with(sequence) == 0) == is_in_server_ranges(sequence), sequence);
    const auto writer = open_journal(on.url(), Access::read_write, tests::chain::key_options(1));
    grow(*writer, server_last, 1);
    CHECK(report_of(*writer, trust_in(*writer)).ok());
    return made == 1;
}

} // namespace

TEST_CASE("Removal, PostgreSQL: a process killed at any statement leaves it made or not, and it can be completed.") {
    EVENFOLD_REQUIRE_SERVER(server);
    int made = 0;
    int kills = 0;
    bool is_cut = true;
    for (int statement = 1; is_cut; statement += fault_stride(3), ++kills) {
        CAPTURE(statement);
        ServerJournal on(*server);
        const CutKind kind = kills % 2 == 0 ? CutKind::client_before : CutKind::client_after;
        const CutResult result = run_and_cut(*server, on.name(), at_statement(statement), kind, &remove_through);
        is_cut = result.was_cut;
        CHECK(result.exit == (is_cut ? -SIGKILL : 0));
        made += check_and_complete(on) ? 1 : 0;
    }
    MESSAGE(kills, " kills, ", made, " of them after the removal was stored");
    CHECK(made > 0);
    CHECK(kills - made > 0);
}

TEST_CASE("Removal, PostgreSQL: a process whose backend ends or is killed completes it, or can repeat it.") {
    EVENFOLD_REQUIRE_SERVER(server);
    for (const CutKind kind : {CutKind::backends_ended, CutKind::backends_killed}) {
        bool is_cut = true;
        for (int statement = 5; is_cut; statement += fault_stride(11)) {
            CAPTURE(statement);
            ServerJournal on(*server);
            const CutResult result = run_and_cut(*server, on.name(), at_statement(statement), kind, &remove_through);
            is_cut = result.was_cut;
            CHECK((result.exit == 0 || is_cut));
            check_and_complete(on);
        }
    }
}

TEST_CASE("Removal, PostgreSQL: steps outside of a transaction are found when they are cut (negative control).") {
    EVENFOLD_REQUIRE_SERVER(server);
    ServerJournal on(*server);
    const auto without_transaction = [](const std::string& url) {
        TableAccess tables(url);
        (void)tables.run("BEGIN ISOLATION LEVEL READ COMMITTED; COMMIT"); // begins the count
        (void)tables.run("ALTER TABLE events DISABLE TRIGGER append_only");
        (void)tables.run("UPDATE events SET data = '', salt = NULL, removed = 1 WHERE sequence = 7");
        (void)tables.run("INSERT INTO removals VALUES (1, 'a note')");
        return 0;
    };
    CHECK(run_and_cut(*server, on.name(), at_statement(4), CutKind::client_before, without_transaction).was_cut);
    CHECK(!report_of(on.journal(), trust_in(on.journal())).ok());
}

} // namespace evenfold::tests::removal

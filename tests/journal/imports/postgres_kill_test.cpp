// An import into PostgreSQL that is cut at any statement: afterwards all rows are there or none, and repeated it
// completes.
#include <doctest/doctest.h>

#include <csignal>
#include <string>

#include "evenfold/journal/exchange/row_import.hpp"
#include "evenfold/journal/signatures.hpp"
#include "evenfold/tests/journal/exchange/exports.hpp"
#include "evenfold/tests/journal/postgres/cut_process.hpp"
#include "evenfold/tests/journal/postgres/postgres_rows.hpp"

namespace evenfold::tests::exchange {
namespace {

using journal::Access;
using journal::CutKind;
using journal::CutResult;
using journal::open_journal;
using journal::TableAccess;

/// Imports `stored`, and returns 0 if that succeeds.
int import_through(const std::string& url, const StoredJournal& stored) {
    const auto copy = journal::open_postgres_journal(url, Access::add_heads);
    if (!copy) return 1;
    const auto sink = (*copy)->signatures()->open_sink({});
    if (!sink) return 2;
    chain::MemoryChainSource source(stored);
    return import_rows(source, **sink) ? 0 : 3;
}

/// The rows of a history, into an empty journal.
struct CutImport {
    HistoryWriter history = eventful_history(2, 4);
    std::string name;
    std::string url;

    explicit CutImport(PostgresServer& server) : name(server.new_journal()), url(server.url(name)) {
        (void)open_journal(url, Access::create, {.domain = history.stored.domain, .origin = history.stored.origin});
    }

    /// Checks the copy after the cut, and completes the import. Returns whether it had been made before.
    [[nodiscard]] bool check_and_complete() const {
        const auto copy = open_journal(url, Access::add_heads);
        CHECK(copy->verify());
        const Sequence head = copy->head().value();
        CHECK((head == 0 || head == history.head()));
        CHECK(TableAccess(url).text("SELECT count(*) FROM receipts") ==
              (head == 0 ? "0" : std::to_string(history.stored.receipts.size() + history.stored.links.size())));
        CHECK(import_through(url, history.stored) == 0);
        CHECK(text_of(*copy->signatures()->open_chain().value()) == text_of(history.stored));
        return head > 0;
    }
};

} // namespace

TEST_CASE("Import, PostgreSQL: a process killed at any statement leaves all rows or none, and it can be repeated.") {
    EVENFOLD_REQUIRE_SERVER(server);
    const auto is_made_after = [&](const journal::CutHere& cut_here, CutKind kind, bool& is_cut) {
        const CutImport import(*server);
        const CutResult result = run_and_cut(*server, import.name, cut_here, kind, [&](const std::string& url) {
            return import_through(url, import.history.stored);
        });
        is_cut = result.was_cut;
        CHECK(result.exit == (is_cut ? -SIGKILL : 0));
        return import.check_and_complete();
    };
    bool is_cut = true;
    int kills = 0;
    for (int statement = 1; is_cut; statement += fault_stride(7), ++kills) {
        CAPTURE(statement);
        const CutKind kind = kills % 2 == 0 ? CutKind::client_before : CutKind::client_after;
        (void)is_made_after(journal::at_statement(statement), kind, is_cut);
    }
    MESSAGE(kills, " kills");
    CHECK(kills > 2);
    CHECK(!is_made_after(journal::at_commit(), CutKind::client_before, is_cut));
    CHECK(is_made_after(journal::at_commit(), CutKind::client_after, is_cut));
}

TEST_CASE("Import, PostgreSQL: a process whose backend ends or is killed has imported all rows or none.") {
    EVENFOLD_REQUIRE_SERVER(server);
    for (const CutKind kind : {CutKind::backends_ended, CutKind::backends_killed}) {
        bool is_cut = true;
        for (int statement = 5; is_cut; statement += fault_stride(30)) {
            CAPTURE(statement);
            const CutImport import(*server);
            const CutResult result =
                run_and_cut(*server, import.name, journal::at_statement(statement), kind,
                            [&](const std::string& url) { return import_through(url, import.history.stored); });
            is_cut = result.was_cut;
            CHECK(result.exit == (is_cut ? 3 : 0));
            (void)import.check_and_complete();
        }
    }
}

TEST_CASE("Import, PostgreSQL: rows that are stored outside of a transaction are found (negative control).") {
    EVENFOLD_REQUIRE_SERVER(server);
    const CutImport import(*server);
    const auto without_transaction = [](const std::string& url) {
        TableAccess tables(url);
        (void)tables.run("BEGIN ISOLATION LEVEL READ COMMITTED; COMMIT"); // begins the count
        (void)tables.run("INSERT INTO receipts VALUES (gen_random_uuid(), '', 1, 1)");
        (void)tables.run("UPDATE head SET sequence = 1");
        return 0;
    };
    CHECK(run_and_cut(*server, import.name, journal::at_statement(3), CutKind::client_before, without_transaction)
              .was_cut);
    CHECK(!open_journal(import.url, Access::add_heads)->verify());
}

} // namespace evenfold::tests::exchange

// Connections that are lost at a chosen statement: the outcome is unknown, and appending again finds it out.
#include <doctest/doctest.h>

#include <csignal>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "evenfold/journal/signatures.hpp"
#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/journal/child_process.hpp"
#include "evenfold/tests/journal/postgres/message_proxy.hpp"
#include "evenfold/tests/journal/postgres/postgres_journals.hpp"

namespace evenfold::journal {

namespace {

using contract::batch;

const std::vector<PostgresOptions>& both_kinds() {
    static const std::vector<PostgresOptions> kinds{{}, signed_options()};
    return kinds;
}

/// Returns whether the journal is as its writers left it.
bool is_whole(const std::string& url, const PostgresOptions& options) {
    return open_journal(url, Access::read_only)->verify() && (!options.signing || is_proven(url));
}

struct ProxiedJournal {
    explicit ProxiedJournal(tests::PostgresServer& server, const PostgresOptions& options = {})
        : name(server.new_journal()), direct_url(server.url(name)), proxy(server.port()) {
        proxy.start();
        url = server.url(name, "postgres", proxy.port()) + "&sslmode=disable";
        journal = open_journal(url, Access::create, options);
    }

    std::string name;
    std::string direct_url;
    MessageProxy proxy;
    std::string url;
    std::unique_ptr<Journal> journal;
};

Batch numbered_batch(std::uint64_t number) {
    return batch(number, std::vector<std::string>(1 + number % 3, "a"));
}

/// Appends batches forever, and writes the number of each stored one to `acknowledged`.
int append_for_ever(const std::string& url, const PostgresOptions& options, const Pipe& acknowledged,
                    Acknowledge when) {
    const auto journal = open_postgres_journal(url, Access::read_write, options);
    if (!journal) return 1;
    for (std::uint64_t number = 1;; ++number) {
        if (when == Acknowledge::before) acknowledged.write(number);
        if (!(*journal)->append(std::vector{numbered_batch(number)}, std::nullopt)) return 2;
        if (when == Acknowledge::after) acknowledged.write(number);
    }
}

/// Kills a writer when it executes the `statement`-th statement after its third COMMIT, before or after the server has
/// got it. Returns the number of acknowledged batches that are missing.
std::size_t lost_by_killing(tests::PostgresServer& server, const PostgresOptions& options, ProxyAction action,
                            int statement, Acknowledge when) {
    const std::string name = server.new_journal();
    { REQUIRE(open_journal(server.url(name), Access::create, options)); }
    MessageProxy proxy(server.port());
    Pipe acknowledged;
    ChildProcess writer([&] {
        return append_for_ever(server.url(name, "postgres", proxy.port()) + "&sslmode=disable", options, acknowledged,
                               when);
    });
    acknowledged.close_write();
    proxy.decide_by([action, statement, pid = writer.pid(), commits = 0, executed = 0](std::string_view sql) mutable {
        if (commits >= 3 && ++executed == statement) {
            kill(pid, SIGKILL);
            return action;
        }
        if (sql == "COMMIT") ++commits;
        return ProxyAction::forward;
    });
    proxy.start();
    std::uint64_t last = 0;
    while (const auto number = acknowledged.read()) last = *number;
    CHECK(last >= 2);
    CHECK(writer.end() == -SIGKILL);
    const auto journal = open_journal(server.url(name), Access::read_write, options);
    std::size_t lost = 0;
    std::vector<Batch> batches;
    for (std::uint64_t number = 1; number <= last; ++number) {
        if (!journal->receipt(contract::command(number)).value()) ++lost;
        batches.push_back(numbered_batch(number));
    }
    CHECK(journal->append(batches, std::nullopt)); // waits until the server has noticed the end of the writer
    CHECK(is_whole(server.url(name), options));
    return lost;
}

} // namespace

TEST_CASE("PostgresJournal: a connection lost at COMMIT leaves the outcome unknown, and a repeat is stored once.") {
    EVENFOLD_REQUIRE_SERVER(server);
    for (const PostgresOptions& options : both_kinds())
        for (const ProxyAction action : {ProxyAction::cut_before, ProxyAction::cut_after}) {
            ProxiedJournal proxied(*server, options);
            Journal& journal = *proxied.journal;
            CHECK(!kind_of_append(journal, 1));
            proxied.proxy.cut_next("COMMIT", action);
            CHECK(kind_of_append(journal, 2, 1) == FailureKind::disconnected);
            CHECK(proxied.proxy.cuts() == 1);
            // Negative control: the two cuts have different outcomes.
            CHECK(open_journal(proxied.direct_url, Access::read_only)->head() ==
                  (action == ProxyAction::cut_before ? 1 : 2));
            const auto again = journal.append(std::vector{batch(2, {"a"}), batch(3, {"a"})}, std::nullopt);
            REQUIRE(again);
            CHECK(again->front().first == 2);
            CHECK(again->back().first == 3);
            CHECK(*read_all(journal) ==
                  contract::expected_records({batch(1, {"a"}), batch(2, {"a"}), batch(3, {"a"})}));
            CHECK(is_whole(proxied.direct_url, options));
        }
}

TEST_CASE(
    "PostgresJournal: without idempotent commands, a repeat after a lost COMMIT is stored twice (negative control).") {
    EVENFOLD_REQUIRE_SERVER(server);
    ProxiedJournal proxied(*server);
    proxied.proxy.cut_next("COMMIT", ProxyAction::cut_after);
    CHECK(kind_of_append(*proxied.journal, 1) == FailureKind::disconnected);
    CHECK(!kind_of_append(*proxied.journal, 2)); // the same event as another command
    CHECK(proxied.journal->head() == 2);
}

TEST_CASE("PostgresJournal: after a connection lost at COMMIT during a hold, only a stored batch has a receipt.") {
    EVENFOLD_REQUIRE_SERVER(server);
    for (const ProxyAction action : {ProxyAction::cut_before, ProxyAction::cut_after}) {
        ProxiedJournal proxied(*server);
        Journal& journal = *proxied.journal;
        {
            const auto hold = journal.hold();
            REQUIRE(hold);
            proxied.proxy.cut_next("COMMIT", action);
            CHECK(kind_of_append(journal, 1, 0) == FailureKind::disconnected);
            const auto again = kind_of_append(journal, 1, 0);
            CHECK((action == ProxyAction::cut_after ? !again : again == FailureKind::fenced));
            CHECK(kind_of_append(journal, 2) == FailureKind::fenced);
        }
        CHECK(!kind_of_append(journal, 1));
        CHECK(journal.head() == 1);
    }
}

TEST_CASE("PostgresJournal: a connection lost before COMMIT has stored nothing, and the append is tried again.") {
    EVENFOLD_REQUIRE_SERVER(server);
    ProxiedJournal proxied(*server, signed_options());
    Journal& journal = *proxied.journal;
    CHECK(!kind_of_append(journal, 1));
    std::uint64_t number = 1;
    for (const std::string_view sql : {"BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
                                       "SELECT pg_advisory_xact_lock($1)", "SELECT pg_notify($1, $2)"}) {
        for (const ProxyAction action : {ProxyAction::cut_before, ProxyAction::cut_after}) {
            proxied.proxy.cut_next(sql, action);
            CHECK(!kind_of_append(journal, number + 1, number));
            ++number;
        }
    }
    CHECK(proxied.proxy.cuts() == 6);
    proxied.proxy.cut_all();
    CHECK(journal.head() == number);
    proxied.proxy.cut_all();
    CHECK(!kind_of_append(journal, ++number));
    proxied.proxy.cut_all();
    CHECK(journal.hold());
    CHECK(is_whole(proxied.direct_url, signed_options()));
}

TEST_CASE("PostgresJournal: a connection lost while signing starts or the key changes leaves all or nothing.") {
    EVENFOLD_REQUIRE_SERVER(server);
    for (const ProxyAction action : {ProxyAction::cut_before, ProxyAction::cut_after}) {
        const bool is_stored = action == ProxyAction::cut_after;
        ProxiedJournal proxied(*server);
        Journal& journal = *proxied.journal;
        CHECK(!kind_of_append(journal, 1));
        const chain::JournalKey key = signed_options().signing->key;
        proxied.proxy.cut_next("COMMIT", action);
        CHECK(journal.signatures()->start_signing(key, {}).error().kind == FailureKind::disconnected);
        TableAccess tables(proxied.direct_url);
        CHECK(tables.text("SELECT count(*) FROM keys") == (is_stored ? "1" : "0"));
        CHECK(tables.text("SELECT mac IS NULL FROM head") == (is_stored ? "false" : "true"));
        const auto again = open_journal(proxied.direct_url, Access::read_write, signed_options());
        CHECK(again->signatures()->start_signing(key, {}).has_value() != is_stored);
        CHECK(!kind_of_append(*again, 2));
        CHECK(is_whole(proxied.direct_url, signed_options()));
    }
}

TEST_CASE("PostgresJournal: a writer killed before or after any statement loses no acknowledged batch.") {
    EVENFOLD_REQUIRE_SERVER(server);
    const int rounds = fault_rounds(1); // in the first round, each statement meets one of the two faults
    for (int round = 0; round < rounds; ++round) {
        for (int statement = 1; statement <= 9; ++statement) { // an append has 7, the last of which is COMMIT
            CAPTURE(statement);
            const bool is_before = (statement + round) % 2 == 0;
            const ProxyAction action = is_before ? ProxyAction::cut_before : ProxyAction::cut_after;
            for (const PostgresOptions& options : both_kinds())
                CHECK(lost_by_killing(*server, options, action, statement, Acknowledge::after) == 0);
        }
    }
}

TEST_CASE("PostgresJournal: a writer that acknowledges too early is detected when it is killed (negative control).") {
    EVENFOLD_REQUIRE_SERVER(server);
    for (const PostgresOptions& options : both_kinds())
        CHECK(lost_by_killing(*server, options, ProxyAction::cut_before, 4, Acknowledge::before) == 1);
}

} // namespace evenfold::journal

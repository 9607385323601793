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

} // namespace evenfold::journal

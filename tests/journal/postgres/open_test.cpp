// Opening: recognition, creation, domains, settings, and the reasons for which a server refuses.
#include <doctest/doctest.h>

#include <string>
#include <thread>
#include <vector>

#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/journal/postgres/postgres_journals.hpp"

namespace evenfold::journal {

namespace {

using contract::batch;

constexpr std::array<Access, 3> accesses{Access::read_only, Access::read_write, Access::create};

/// Checks that the journal is refused for every access.
void check_refused(const std::string& url, FailureKind kind, std::string_view words,
                   const PostgresOptions& options = {}) {
    for (const Access access : accesses) {
        const auto failure = refusal_of(url, access, options);
        REQUIRE(failure);
        CAPTURE(failure->what);
        CHECK(failure->kind == kind);
        CHECK(failure->what.find(words) != std::string::npos);
        CHECK(!failure->remedy.empty());
    }
}

} // namespace

TEST_CASE("PostgresJournal: only `create` creates a journal, and no other schema is touched.") {
    EVENFOLD_REQUIRE_SERVER(server);
    const std::string url = server->url(server->new_journal());
    CHECK(refusal_of(url, Access::read_only)->kind == FailureKind::not_found);
    CHECK(refusal_of(url, Access::read_write)->kind == FailureKind::not_found);
    CHECK(!refusal_of(url, Access::create, {.domain = "bank"}));
    CHECK(domain_of_postgres_journal(url) == "bank");
    CHECK(TableAccess(url).text("SELECT origin FROM journal").starts_with("journal/"));
    check_refused(url, FailureKind::other_domain, "a journal of the domain bank", {.domain = "loans"});
    CHECK(!refusal_of(url, Access::read_only));
}

TEST_CASE("PostgresJournal: a Unix socket and TCP lead to the same journal.") {
    EVENFOLD_REQUIRE_SERVER(server);
    const std::string name = server->new_journal();
    CHECK(!kind_of_append(*open_journal(server->socket_url(name)), 1));
    CHECK(open_journal(server->url(name), Access::read_only)->head() == 1);
}

TEST_CASE("PostgresJournal: several creators at once create one journal.") {
    EVENFOLD_REQUIRE_SERVER(server);
    for (int round = 0; round < 3; ++round) {
        const std::string url = server->url(server->new_journal());
        std::vector<std::thread> creators;
        std::atomic<int> refused = 0;
        for (std::uint64_t number = 1; number <= 4; ++number) {
            creators.emplace_back([&, number] {
                const auto journal = open_postgres_journal(url, Access::create);
                if (!journal || !(*journal)->append(std::vector{batch(number, {"a"})}, std::nullopt)) ++refused;
            });
        }
        for (std::thread& creator : creators) creator.join();
        CHECK(refused == 0);
        CHECK(open_journal(url)->head() == 4);
    }
}

TEST_CASE("PostgresJournal: a schema of another application is refused and not changed.") {
    EVENFOLD_REQUIRE_SERVER(server);
    const std::string name = server->new_journal();
    TableAccess tables(server->url(name));
    REQUIRE(!tables.run("CREATE SCHEMA " + name + "; CREATE TABLE " + name + ".users (id int)"));
    check_refused(server->url(name), FailureKind::not_a_journal, "another application");
    CHECK(tables.text("SELECT count(*) FROM pg_tables WHERE schemaname = '" + name + "'") == "1");
    // An empty schema, which an administrator has made, is used.
    const std::string empty = server->new_journal();
    REQUIRE(!tables.run("CREATE SCHEMA " + empty));
    CHECK(!refusal_of(server->url(empty), Access::create));
}

TEST_CASE("PostgresJournal: tables that differ from the format are refused with the difference.") {
    EVENFOLD_REQUIRE_SERVER(server);
    const std::vector<std::pair<std::string, std::string>> changes = {
        {"ALTER TABLE events ADD COLUMN extra int", "the table events is not that of format 2"},
        {"ALTER TABLE events DROP CONSTRAINT events_stream_version_key", "the table events is not"},
        {"DROP INDEX streams_name", "the table streams is not"},
        {"DROP TABLE anchorings", "the table anchorings is missing"},
        {"ALTER TABLE receipts ENABLE ROW LEVEL SECURITY", "row security hides rows of the table receipts"},
        {"CREATE RULE silent AS ON INSERT TO events DO INSTEAD NOTHING", "the rule silent stands"},
        {"CREATE TRIGGER own BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION refuse_change()", "the trigger own"},
        {"ALTER TABLE tiles SET UNLOGGED", "the table tiles is not logged"}};
    for (const auto& [change, words] : changes) {
        CAPTURE(change);
        const std::string url = server->url(server->new_journal());
        { REQUIRE(open_journal(url)); }
        REQUIRE(!TableAccess(url).run(change));
        check_refused(url, FailureKind::damaged, words);
    }
    const std::string url = server->url(server->new_journal());
    { REQUIRE(open_journal(url)); }
    REQUIRE(!TableAccess(url).run("CREATE TABLE mine (id int); CREATE VIEW own AS SELECT * FROM events")); // allowed
    CHECK(!refusal_of(url, Access::create));
    TableAccess tables(url);
    REQUIRE(!tables.run("ALTER TABLE journal DISABLE TRIGGER USER; UPDATE journal SET format = 3"));
    check_refused(url, FailureKind::newer_version, "format version 3");
}

TEST_CASE("PostgresJournal: names that are no plain identifiers are refused.") {
    for (const std::string name : {"", "Caps", "a-b", "a b", "1a", "pg_x", "a\"; DROP SCHEMA public; --", "%61"}) {
        CAPTURE(name);
        const auto failure = refusal_of("postgresql://h/d?journal=" + name, Access::create);
        REQUIRE(failure);
        CHECK(failure->kind == FailureKind::invalid);
    }
    const auto failure = refusal_of("postgresql://h/d?journal=" + std::string(49, 'a'), Access::create);
    CHECK(failure->kind == FailureKind::invalid);
    EVENFOLD_REQUIRE_SERVER(server);
    CHECK(!refusal_of(server->url(std::string(48, 'a')), Access::create));
    CHECK(!refusal_of(server->url("select"), Access::create)); // a keyword
}

TEST_CASE("PostgresJournal: a server that cannot be used is refused with the reason and without the password.") {
    EVENFOLD_REQUIRE_SERVER(server);
    const std::string password = "s3cretword";
    const auto url = [&](const std::string& user, int port, const std::string& database) {
        return "postgresql://" + user + ":" + password + "@127.0.0.1:" + std::to_string(port) + "/" + database;
    };
    const auto check = [&](const std::string& where, FailureKind kind, std::string_view words) {
        const auto failure = refusal_of(where, Access::create);
        REQUIRE(failure);
        CAPTURE(failure->what);
        CHECK(failure->kind == kind);
        CHECK(failure->what.find(words) != std::string::npos);
        CHECK((failure->what + failure->remedy).find(password) == std::string::npos);
    };
    check(url("postgres", 1, "postgres"), FailureKind::unreachable, "refused");
    check(url("postgres", server->port(), "missing"), FailureKind::not_found, "3D000");
    check(url("nobody", server->port(), "postgres"), FailureKind::denied, "28000");
    TableAccess tables(server->url("postgres"));
    REQUIRE(!tables.run("CREATE ROLE poor LOGIN"));
    check(url("poor", server->port(), "postgres"), FailureKind::denied, "42501"); // may not create a schema
}

TEST_CASE("PostgresJournal: settings that lose events in a power failure are refused, also when they change later.") {
    EVENFOLD_REQUIRE_SERVER(server);
    const std::string url = server->url(server->new_journal());
    const auto journal = open_journal(url);
    CHECK(!kind_of_append(*journal, 1));
    TableAccess tables(url);
    const auto wait_for = [&](const std::string& setting, const std::string& value) {
        REQUIRE(!tables.run("SELECT pg_reload_conf()"));
        while (tables.text("SELECT current_setting('" + setting + "')") != value) {}
    };
    for (const std::string setting : {"fsync", "full_page_writes", "synchronous_commit"}) {
        CAPTURE(setting);
        REQUIRE(!tables.run("ALTER SYSTEM SET " + setting + " = off"));
        wait_for(setting, "off");
        CHECK(refusal_of(url, Access::read_write)->kind == FailureKind::weaker);
        CHECK(!refusal_of(url, Access::read_only));
        // The session keeps synchronous_commit; the others belong to the server.
        const auto kind = kind_of_append(*journal, 2);
        CHECK((setting == "synchronous_commit" ? !kind : kind == FailureKind::weaker));
        REQUIRE(!tables.run("ALTER SYSTEM RESET " + setting));
        wait_for(setting, "on");
        CHECK(!refusal_of(url, Access::read_write)); // negative control
    }
    CHECK(journal->head() == 2);
    REQUIRE(!tables.run("ALTER ROLE postgres SET synchronous_commit = off"));
    CHECK(refusal_of(url, Access::read_write)->kind == FailureKind::weaker);
    REQUIRE(!tables.run("ALTER ROLE postgres RESET synchronous_commit"));
}

TEST_CASE("PostgresJournal: a standby can be read and waited for, and is not written.") {
    EVENFOLD_REQUIRE_SERVER(server);
    const std::string url = server->url(server->new_journal());
    CHECK(!kind_of_append(*open_journal(url), 1));
    server->stop();
    server->set_standby(true);
    REQUIRE(server->start());
    CHECK(refusal_of(url, Access::read_write)->kind == FailureKind::read_only);
    {
        const auto journal = open_journal(url, Access::read_only);
        CHECK(journal->head() == 1);
        CHECK(read_all(*journal)->size() == 1);
        CHECK(journal->wait(1, std::chrono::milliseconds(10)) == 1);
        CHECK(journal->verify());
        CHECK(kind_of_append(*journal, 2) == FailureKind::read_only);
    }
    server->stop();
    server->set_standby(false);
    REQUIRE(server->start());
    CHECK(!kind_of_append(*open_journal(url), 2)); // negative control
}

} // namespace evenfold::journal

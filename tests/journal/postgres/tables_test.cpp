// The tables: roles, triggers, the view, and damage that verify and reads find.
#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/journal/postgres/postgres_journals.hpp"

namespace evenfold::journal {

namespace {

using contract::batch;

const std::vector<std::string> tables_of_events = {"streams", "keys",     "events",     "receipts", "empty_receipts",
                                                   "heads",   "removals", "anchorings", "tiles",    "journal"};

/// Returns the URL of a journal with three commands and six events.
std::string filled(tests::PostgresServer& server) {
    std::string url = server.url(server.new_journal());
    const auto journal = open_journal(url);
    REQUIRE(journal->append(std::vector{batch(1, {"a", "b"}), batch(2, {"a"}), batch(3, {"b", "a", "c"})}, 0));
    return url;
}

} // namespace

TEST_CASE("Roles: a writer appends but changes nothing, a reader reads, and others see nothing.") {
    EVENFOLD_REQUIRE_SERVER(server);
    const std::string name = server->new_journal();
    { REQUIRE(!kind_of_append(*open_journal(server->url(name)), 1)); }
    TableAccess owner(server->url(name));
    REQUIRE(!owner.run("CREATE ROLE w LOGIN; GRANT evenfold_writer TO w; CREATE ROLE r LOGIN; "
                       "GRANT evenfold_reader TO r; CREATE ROLE other LOGIN"));
    const auto writer = open_journal(server->url(name, "w"), Access::read_write);
    CHECK(!kind_of_append(*writer, 2));
    CHECK(writer->head() == 2);
    TableAccess as_writer(server->url(name, "w"));
    for (const std::string& table : tables_of_events) {
        CAPTURE(table);
        CHECK(as_writer.run("DELETE FROM " + table) == FailureKind::denied);
        CHECK(as_writer.run("TRUNCATE " + table) == FailureKind::denied);
    }
    CHECK(as_writer.run("UPDATE events SET data = ''") == FailureKind::denied);
    CHECK(as_writer.run("UPDATE journal SET format = 1") == FailureKind::denied);
    CHECK(as_writer.run("DELETE FROM head") == FailureKind::denied);
    CHECK(as_writer.run("ALTER TABLE events DISABLE TRIGGER USER") == FailureKind::denied);

    const auto reader = open_journal(server->url(name, "r"), Access::read_only);
    CHECK(read_all(*reader)->size() == 2);
    CHECK(reader->wait(1, std::chrono::milliseconds(1)) == 2);
    CHECK(reader->verify());
    CHECK(refusal_of(server->url(name, "r"), Access::read_write)->kind == FailureKind::denied);
    TableAccess as_reader(server->url(name, "r"));
    CHECK(as_reader.run("INSERT INTO receipts VALUES (gen_random_uuid(), '', 3, 0)") == FailureKind::denied);
    CHECK(as_reader.run("UPDATE head SET epoch = 9") == FailureKind::denied);
    for (const Access access : {Access::read_only, Access::read_write, Access::create})
        CHECK(refusal_of(server->url(name, "other"), access)->kind == FailureKind::denied);
}

TEST_CASE("Roles: the schema of derived tables belongs to the writers, and a reader may look into it.") {
    EVENFOLD_REQUIRE_SERVER(server);
    const std::string name = server->new_journal();
    TableAccess owner(server->url(name));
    REQUIRE(!owner.run("CREATE ROLE w2 LOGIN; CREATE ROLE r2 LOGIN"));
    { REQUIRE(open_journal(server->url(name))); }
    REQUIRE(!owner.run("GRANT evenfold_writer TO w2; GRANT evenfold_reader TO r2"));
    const std::string derived = name + "_derived";
    CHECK(owner.text("SELECT nspowner::regrole FROM pg_namespace WHERE nspname = '" + derived + "'") ==
          "evenfold_writer");
    TableAccess as_writer(server->url(name, "w2"));
    CHECK(!as_writer.run("CREATE TABLE " + derived + ".tags (tag text)"));
    CHECK(as_writer.run("CREATE TABLE mine (tag text)") == FailureKind::denied); // the journal's own schema
    TableAccess as_reader(server->url(name, "r2"));
    CHECK(as_reader.run("CREATE TABLE " + derived + ".more (tag text)") == FailureKind::denied);
    CHECK(as_reader.text("SELECT has_schema_privilege('" + derived + "', 'USAGE')") == "true");
    CHECK(open_journal(server->url(name), Access::read_only)->verify()); // other tables are no part of the journal
}

TEST_CASE("Roles: a creator who is no member of the writers keeps the derived schema, and lets them use it.") {
    EVENFOLD_REQUIRE_SERVER(server);
    { REQUIRE(open_journal(server->url(server->new_journal()))); } // makes the roles
    const std::string name = server->new_journal();
    TableAccess owner(server->url(name));
    REQUIRE(!owner.run("CREATE ROLE maker LOGIN; GRANT CREATE ON DATABASE postgres TO maker"));
    { REQUIRE(open_journal(server->url(name, "maker"))); }
    CHECK(owner.text("SELECT nspowner::regrole FROM pg_namespace WHERE nspname = '" + name + "_derived'") == "maker");
    CHECK(owner.text("SELECT has_schema_privilege('evenfold_writer', '" + name + "_derived', 'CREATE')") == "true");
}

TEST_CASE("Triggers: not even the owner changes or deletes a row by accident.") {
    EVENFOLD_REQUIRE_SERVER(server);
    const std::string url = filled(*server);
    TableAccess owner(url);
    for (const std::string& table : tables_of_events) {
        CAPTURE(table);
        CHECK(owner.run("DELETE FROM " + table) == FailureKind::damaged); // a constraint violation
        CHECK(owner.run("TRUNCATE " + table + " CASCADE") == FailureKind::damaged);
    }
    CHECK(owner.run("UPDATE events SET data = ''") == FailureKind::damaged);
    CHECK(owner.run("DELETE FROM head") == FailureKind::damaged);
    CHECK(owner.run("TRUNCATE head") == FailureKind::damaged);
    CHECK(owner.text("SELECT count(*) FROM events") == "6");
    // Negative control: without the trigger, the change is made.
    REQUIRE(!owner.run("ALTER TABLE events DISABLE TRIGGER append_only"));
    CHECK(!owner.run("UPDATE events SET data = ''"));
}

TEST_CASE("View log: shows text as text, and other bytes in hexadecimal digits.") {
    EVENFOLD_REQUIRE_SERVER(server);
    const std::string url = server->url(server->new_journal());
    const auto journal = open_journal(url);
    Batch odd = batch(1, {"\xff"});
    odd.events.front().data = std::string("a\0b", 3);
    REQUIRE(journal->append(std::vector{odd, batch(2, {"orders"})}, 0));
    TableAccess tables(url);
    CHECK(tables.text("SELECT stream || ' ' || data FROM log WHERE sequence = 1") == R"(\xff \x610062)");
    CHECK(tables.text("SELECT stream || ' ' || type || ' ' || (data::json->>'number') FROM log WHERE sequence = 2") ==
          "orders Happened 2");
    CHECK(tables.text("SELECT count(*) FROM log WHERE signature IS NULL AND prev_hash IS NULL") == "2");
}

TEST_CASE("PostgresJournal: verify finds events and receipts that contradict each other.") {
    EVENFOLD_REQUIRE_SERVER(server);
    const std::vector<std::pair<std::string, std::string>> changes = {
        {"DELETE FROM events WHERE sequence = 2", "event 2 is missing"},
        {"DELETE FROM events WHERE sequence = 6", "events 6 to 6, which it has stored, are missing"},
        {"UPDATE events SET version = 9 WHERE sequence = 3", "version 8 of its stream is missing"},
        {"DELETE FROM receipts WHERE first = 3", "event 3 has no receipt"},
        {"UPDATE receipts SET count = 1 WHERE first = 1", "event 2 is not where the receipt"},
        {"UPDATE receipts SET count = 9 WHERE first = 4", "event 12 is missing, which the receipt"},
        {"UPDATE head SET sequence = 5", "event 6 is after the head, which is 5"},
        {"UPDATE head SET sequence = 8", "events 7 to 8, which it has stored, are missing"},
        {"DELETE FROM head", "the row of the table head is missing"},
        {"INSERT INTO receipts VALUES (gen_random_uuid(), '', 1, 2)", "which are not there"}};
    for (const auto& [change, words] : changes) {
        CAPTURE(change);
        const std::string url = filled(*server);
        const auto journal = open_journal(url);
        CHECK(journal->verify());                                                            // negative control
        REQUIRE(!TableAccess(url).run("SET session_replication_role = replica; " + change)); // without triggers
        const auto verified = journal->verify();
        REQUIRE(!verified);
        CAPTURE(verified.error().what);
        CHECK(verified.error().kind == FailureKind::damaged);
        CHECK(verified.error().what.find(words) != std::string::npos);
    }
}

TEST_CASE("PostgresJournal: reads find missing events, and no receipt is returned without its events.") {
    EVENFOLD_REQUIRE_SERVER(server);
    const std::string url = filled(*server);
    const auto journal = open_journal(url);
    CHECK(!contract::failure_of(*journal)); // negative control
    REQUIRE(!TableAccess(url).run("SET session_replication_role = replica; DELETE FROM events WHERE sequence = 3"));
    for (const ReadOptions& reading :
         {ReadOptions{}, ReadOptions{.direction = Direction::backward}, ReadOptions{.payload_only = true},
          ReadOptions{.stream = "a"}, ReadOptions{.direction = Direction::backward, .stream = "a"}}) {
        const auto failure = contract::failure_of(*journal, reading);
        REQUIRE(failure);
        CHECK(failure->kind == FailureKind::damaged);
        CHECK(failure->what.find(reading.stream ? "version 2 of a stream" : "event 3") != std::string::npos);
    }
    CHECK(!contract::failure_of(*journal, {.stream = "b"}));
    CHECK(journal->receipt(contract::command(2)).error().kind == FailureKind::damaged);
    CHECK(kind_of_append(*journal, 2) == FailureKind::damaged); // a repeat of batch 2
}

TEST_CASE("PostgresJournal: a head that went back, as after the loss of a primary, is not appended to.") {
    EVENFOLD_REQUIRE_SERVER(server);
    const std::string url = filled(*server);
    const auto journal = open_journal(url);
    CHECK(!kind_of_append(*journal, 9));
    REQUIRE(!TableAccess(url).run("SET session_replication_role = replica; DELETE FROM events WHERE sequence = 7; "
                                  "DELETE FROM receipts WHERE first = 7; UPDATE head SET sequence = 6"));
    CHECK(kind_of_append(*journal, 10) == FailureKind::damaged);
    CHECK(!kind_of_append(*open_journal(url), 10)); // negative control: who has not seen event 7 cannot know
}

} // namespace evenfold::journal

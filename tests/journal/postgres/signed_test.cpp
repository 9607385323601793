// Signed journals in PostgreSQL: what a writer stores, who may write, when signing starts, and how the key changes.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "evenfold/journal/signatures.hpp"
#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/contracts/journal_contract.hpp"
#include "evenfold/tests/journal/postgres/postgres_rows.hpp"

namespace evenfold::tests::chain {
namespace {

using journal::Access;
using journal::Batch;
using journal::Failure;
using journal::FailureKind;
using journal::Journal;
using journal::open_journal;
using journal::TableAccess;
using journal::contract::batch;

Failure failure_of_append(Journal& journal, std::uint64_t number) {
    const auto receipts = journal.append(std::vector{batch(number, {"a"})}, std::nullopt);
    REQUIRE(!receipts);
    return std::get<Failure>(receipts.error());
}

class SignedFixture final : public journal::contract::JournalFixture {
public:
    explicit SignedFixture(PostgresServer& server) : url_(server.url(server.new_journal())) { (void)reopen(); }

    Journal& journal() override { return *journal_; }

    bool reopen() override {
        journal_.reset();
        journal_ = open_journal(url_, Access::create, key_options(1));
        return true;
    }

private:
    std::string url_;
    std::unique_ptr<Journal> journal_;
};

} // namespace

TEST_CASE("Signed tables: satisfy the journal contract.") {
    EVENFOLD_REQUIRE_SERVER(server);
    for (const journal::contract::Rule& rule : journal::contract::rules()) {
        CAPTURE(rule.sentence);
        CHECK(rule.violations([&] { return std::make_unique<SignedFixture>(*server); }) ==
              journal::contract::Violations{});
    }
}

TEST_CASE("Signed tables: every append is proven, over restarts, repeats, refusals and commands without events.") {
    EVENFOLD_REQUIRE_SERVER(server);
    const std::string url = server->url(server->new_journal());
    Sequence events = 0;
    for (std::uint64_t restart = 0; restart < 3; ++restart) {
        const auto journal = open_journal(url, Access::create, key_options(1));
        for (std::uint64_t round = 0; round < 60; ++round) {
            const std::uint64_t id = restart * 1000 + round * 5;
            append(*journal, {batch(id, {"a", "b"}), batch(id + 1, {}), batch(id + 2, {"a"})});
            append(*journal, {batch(id, {"a", "b"})}); // a repeat
            // The second batch of this group is refused, so that the first one is not stored either.
            std::vector<Batch> refused{batch(id + 3, {"c"}), batch(id + 4, {"c"})};
            refused[1].expectations.push_back({.stream = "c", .version = 7});
            CHECK(!journal->append(refused, std::nullopt));
            append(*journal, {batch(id, {"a", "b"}), batch(id + 4, {"a"})}); // a repeat, and a new batch
            events += 4;
        }
    }
    const ChainReport report = report_of_database(url, trust_of(1));
    CHECK_MESSAGE(report.ok(), to_json(report));
    CHECK(report.events == events);
    CHECK(report.signed_events == events);
    TableAccess tables(url);
    CHECK(tables.text("SELECT count(*) FROM tiles") == "2"); // of 720 events
    CHECK(tables.text("SELECT count(*) FROM streams WHERE name = 'c'") == "0");
    CHECK(tables.text("SELECT count(*) FROM receipts") == "720");
    CHECK(tables.text("SELECT encode(mac, 'hex') FROM head") ==
          tables.text("SELECT encode(mac, 'hex') FROM events ORDER BY sequence DESC LIMIT 1"));
}

TEST_CASE("Signed tables: one group of many batches is signed as a whole, and a failed one leaves nothing behind.") {
    EVENFOLD_REQUIRE_SERVER(server);
    const std::string url = server->url(server->new_journal());
    const auto journal = open_journal(url, Access::create, key_options(1));
    std::vector<Batch> group;
    for (std::uint64_t id = 0; id < 1000; ++id) group.push_back(batch(id, {id % 7 == 0 ? "b" : "a"}));
    TableAccess owner(url);
    REQUIRE(!owner.run("ALTER TABLE tiles ADD CONSTRAINT no_more CHECK (number < 2)"));
    CHECK(!journal->append(group, std::nullopt)); // the third tile is refused
    for (const std::string table : {"events", "receipts", "streams", "tiles"}) {
        CAPTURE(table);
        CHECK(owner.text("SELECT count(*) FROM " + table) == "0");
    }
    REQUIRE(!owner.run("ALTER TABLE tiles DROP CONSTRAINT no_more"));
    append(*journal, group);
    const ChainReport report = report_of_database(url, trust_of(1));
    CHECK_MESSAGE(report.ok(), to_json(report));
    CHECK(report.events == 1000);
    CHECK(owner.text("SELECT count(*) FROM tiles") == "3");
}

TEST_CASE("Signed tables: a changed or missing tile of the tree is found when they are verified (SL2).") {
    EVENFOLD_REQUIRE_SERVER(server);
    const std::string url = server->url(server->new_journal());
    {
        const auto journal = open_journal(url, Access::create, key_options(1));
        std::vector<Batch> group;
        for (std::uint64_t id = 0; id < 600; ++id) group.push_back(batch(id, {"a"}));
        append(*journal, group);
    }
    TableAccess owner(url);
    REQUIRE(!owner.run("ALTER TABLE tiles DISABLE TRIGGER ALL"));
    for (const std::string change : {"UPDATE tiles SET hashes = decode(repeat('00', 8192), 'hex') WHERE number = 1",
                                     "DELETE FROM tiles WHERE number = 1"}) {
        CHECK(report_of_database(url, trust_of(1)).ok() == change.starts_with("UPDATE"));
        REQUIRE(!owner.run(change));
        const ChainReport report = report_of_database(url, trust_of(1));
        REQUIRE(report.broken);
        CHECK(report.broken->reason == BreakReason::format);
        CHECK(report.broken->broken_at == 512);
    }
}

TEST_CASE("Signed tables: two writers take turns, and the chain goes through the events of both.") {
    EVENFOLD_REQUIRE_SERVER(server);
    const std::string url = server->url(server->new_journal());
    const auto one = open_journal(url, Access::create, key_options(1));
    const auto other = open_journal(url, Access::read_write, key_options(1));
    for (std::uint64_t round = 0; round < 30; ++round) {
        append(*one, {batch(round * 4, {"a"})});
        append(*other, {batch(round * 4 + 1, {})}); // moves no event, but the chain of receipts
        append(*one, {batch(round * 4 + 2, {"b"})});
        append(*other, {batch(round * 4 + 3, {"a", "c"})});
    }
    const ChainReport report = report_of_database(url, trust_of(1));
    CHECK_MESSAGE(report.ok(), to_json(report));
    CHECK(report.events == 120);
}

TEST_CASE("Signed tables: a writer without the key is refused, and a reader needs none.") {
    EVENFOLD_REQUIRE_SERVER(server);
    const std::string url = server->url(server->new_journal());
    append(*open_journal(url, Access::create, key_options(1)), {batch(1, {"a"})});
    const auto without = journal::refusal_of(url, Access::read_write, {.domain = "plans"});
    REQUIRE(without);
    CHECK(without->kind == FailureKind::unsigned_writer);
    CHECK(without->what.ends_with(": the journal is signed, and no secret was given to sign with"));
    const auto wrong = journal::refusal_of(url, Access::read_write, key_options(2));
    REQUIRE(wrong);
    CHECK(wrong->kind == FailureKind::unsigned_writer);
    CHECK(wrong->what.ends_with(": the journal is signed with the key " + key_of(1).id() +
                                ", and the secret that was given is of the key " + key_of(2).id()));
    const auto reader = open_journal(url, Access::read_only);
    CHECK(reader->head() == 1);
    CHECK(reader->signatures()->start_signing(key_of(1), {}).error().kind == FailureKind::read_only);
}

TEST_CASE("Signed tables: a journal stays unsigned until signing starts, which seals its events as they were found.") {
    EVENFOLD_REQUIRE_SERVER(server);
    const std::string url = server->url(server->new_journal());
    const auto late = open_journal(url, Access::create, {.domain = "plans"});
    append(*late, {batch(1, {"a", "b"}), batch(2, {})});
    const auto journal = open_journal(url, Access::read_write, key_options(1));
    append(*journal, {batch(3, {"a"})});
    TableAccess tables(url);
    CHECK(tables.text("SELECT count(*) FROM keys") == "0"); // never unasked
    CHECK(journal->signatures()->open_tree().error().kind == FailureKind::invalid);
    CHECK(journal->signatures()->newest_head().error().kind == FailureKind::invalid);
    CHECK(journal->signatures()->add_head({}, {}).error().kind == FailureKind::invalid);
    CHECK(journal->signatures()->change_key(key_of(2), {}).error().kind == FailureKind::invalid);

    REQUIRE(journal->signatures()->start_signing(key_of(1), {}));
    append(*journal, {batch(4, {}), batch(5, {"a"})});
    CHECK(failure_of_append(*late, 6).kind == FailureKind::unsigned_writer); // and it loses nothing
    const ChainReport report = report_of_database(url, trust_of(1));
    CHECK_MESSAGE(report.ok(), to_json(report));
    CHECK(report.events == 4);
    CHECK(report.signed_events == 1);
    CHECK(remark_of(report, RemarkKind::unsigned_prefix) == ChainRemark{RemarkKind::unsigned_prefix, 1, 3});
    CHECK(journal->signatures()->start_signing(key_of(1), {}).error().kind == FailureKind::exists);
}

TEST_CASE(
    "Signed tables: signing can start with thousands of events, whose tiles are stored in the same transaction.") {
    EVENFOLD_REQUIRE_SERVER(server);
    const std::string url = server->url(server->new_journal());
    const auto journal = open_journal(url, Access::create, {.domain = "plans"});
    std::vector<Batch> group;
    for (std::uint64_t id = 0; id < 1500; ++id) group.push_back(batch(id, {"a", "b"}));
    append(*journal, group);
    TableAccess owner(url);
    REQUIRE(!owner.run("ALTER TABLE tiles ADD CONSTRAINT no_more CHECK (number < 5)"));
    CHECK(!journal->signatures()->start_signing(key_of(1), {}));
    CHECK(owner.text("SELECT count(*) FROM tiles") == "0");
    CHECK(owner.text("SELECT count(*) FROM keys") == "0");
    REQUIRE(!owner.run("ALTER TABLE tiles DROP CONSTRAINT no_more"));
    REQUIRE(journal->signatures()->start_signing(key_of(1), {}));
    append(*journal, {batch(5000, {"a"})});
    const ChainReport report = report_of_database(url, trust_of(1));
    CHECK_MESSAGE(report.ok(), to_json(report));
    CHECK(report.events == 3001);
    CHECK(owner.text("SELECT count(*) FROM tiles") == "11");
}

TEST_CASE("Signed tables: each event verifies under the key of its time.") {
    EVENFOLD_REQUIRE_SERVER(server);
    const std::string url = server->url(server->new_journal());
    const auto journal = open_journal(url, Access::create, key_options(1));
    const auto other = open_journal(url, Access::read_write, key_options(1));
    append(*journal, {batch(1, {"a"})});
    for (std::uint64_t key = 2; key <= 4; ++key) {
        REQUIRE(journal->signatures()->change_key(key_of(key), {}));
        append(*journal, {batch(key, {"a", "b"})});
    }
    const ChainReport report = report_of_database(url, trust_of(4));
    CHECK_MESSAGE(report.ok(), to_json(report));
    CHECK(report.keys.size() == 4);
    CHECK(remark_of(report, RemarkKind::retired_key) == ChainRemark{RemarkKind::retired_key, 1, 5});
    CHECK(failure_of_append(*other, 9).kind == FailureKind::unsigned_writer);
    const auto used = journal->signatures()->change_key(key_of(2), {});
    REQUIRE(!used);
    CHECK(used.error().what.ends_with(": the key " + key_of(2).id() + " has already signed this journal"));
    append(*journal, {batch(10, {"a"})}); // a refused change leaves the journal usable
    CHECK(report_of_database(url, trust_of(4)).ok());
}

} // namespace evenfold::tests::chain

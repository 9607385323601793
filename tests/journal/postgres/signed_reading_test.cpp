// Signed journals in PostgreSQL, as they are read: by proofs, by verifications, and beside one in memory.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "evenfold/journal/memory/memory_journal.hpp"
#include "evenfold/journal/signatures.hpp"
#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/journal/postgres/postgres_rows.hpp"

namespace evenfold::tests::chain {
namespace {

using journal::Access;
using journal::Anchoring;
using journal::Batch;
using journal::Failure;
using journal::FailureKind;
using journal::Journal;
using journal::open_journal;
using journal::PostgresOptions;
using journal::TableAccess;
using journal::contract::batch;

} // namespace

TEST_CASE("Signed tables: equal events, salts and names have the signatures of a journal in memory (SL5).") {
    EVENFOLD_REQUIRE_SERVER(server);
    const std::string url = server->url(server->new_journal());
    PostgresOptions options = key_options(1);
    options.signing->salts = [](std::span<char> salts) -> std::expected<void, Failure> {
        std::ranges::fill(salts, 's');
        return {};
    };
    const auto tables = open_journal(url, Access::create, options);
    journal::MemoryJournal memory(
        {.domain = "plans", .origin = TableAccess(url).text("SELECT origin FROM journal"), .signing = options.signing});
    for (Journal* one : {tables.get(), static_cast<Journal*>(&memory)}) {
        append(*one, {batch(1, {"a", "b"}), batch(2, {}), batch(3, {"a"})});
        REQUIRE(one->signatures()->change_key(key_of(2), {}));
        append(*one, {batch(4, {"b", "a", "c"})});
    }
    const auto in_tables = tables->signatures()->open_chain();
    const auto in_memory = memory.signatures()->open_chain();
    REQUIRE(in_tables);
    REQUIRE((*in_tables)->start());
    REQUIRE((*in_memory)->start());
    EventRow one;
    EventRow other;
    Sequence events = 0;
    while ((*in_tables)->next_event(one).value()) {
        REQUIRE((*in_memory)->next_event(other).value());
        CHECK(one.mac == other.mac);
        CHECK(one.previous == other.previous);
        CHECK(one.payload_hash == other.payload_hash);
        ++events;
    }
    CHECK(events == 6);
    CHECK(to_json(report_of_database(url, trust_of(2))) ==
          to_json(verify(**memory.signatures()->open_chain(), trust_of(2)).value()));
}

TEST_CASE("Signed tables: each event has a proof of inclusion, and heads and responses of anchors are stored once.") {
    EVENFOLD_REQUIRE_SERVER(server);
    const std::string url = server->url(server->new_journal());
    const auto journal = open_journal(url, Access::create, key_options(1));
    std::vector<Batch> group;
    for (std::uint64_t id = 1; id <= 600; ++id) {
        if (id % 10 == 0) group.push_back(batch(100'000 + id, {}));
        group.push_back(batch(id, {id % 3 == 0 ? "a" : "b"}));
    }
    append(*journal, group);
    const auto tree = open_journal(url, Access::read_only)->signatures()->open_tree();
    REQUIRE(tree);
    append(*journal, {batch(700, {}), batch(701, {"a"})}); // the tree stays as it was
    REQUIRE((*tree)->size() == 600);
    const Hash root = tree_root(**tree, 600).value();
    for (Sequence sequence = 1; sequence <= 600; sequence += 37) {
        CAPTURE(sequence);
        const auto entry = (*tree)->entry_of(sequence);
        const auto proof = inclusion_proof(**tree, sequence - 1, 600);
        REQUIRE(entry);
        REQUIRE(proof);
        CHECK(is_included(leaf_hash(*entry), sequence - 1, 600, *proof, root));
    }
    CHECK((*tree)->entry_of(9999).error().kind == FailureKind::damaged);

    HeadRow head{.size = 600, .root = std::string(32, 'r'), .frontier = std::string(32, 'f'), .note = "a note\n"};
    const Anchoring anchoring{.size = 600, .anchor = "git:/heads", .at = {7}, .response = "anchored"};
    CHECK(journal->signatures()->newest_head().value() == std::nullopt);
    REQUIRE(journal->signatures()->add_head(head, {5}));
    REQUIRE(journal->signatures()->add_anchoring(anchoring));
    head.note = "another note\n";
    REQUIRE(journal->signatures()->add_head(head, {6})); // changes nothing
    REQUIRE(journal->signatures()->add_anchoring({.size = 600, .anchor = "git:/heads", .at = {8}, .response = "no"}));
    CHECK(journal->signatures()->newest_head().value()->note == "a note\n");
    CHECK(journal->signatures()->anchorings() == std::vector{anchoring});
}

TEST_CASE("Signed tables: a verification reads one state, however many events are appended meanwhile.") {
    EVENFOLD_REQUIRE_SERVER(server);
    const std::string url = server->url(server->new_journal());
    const auto journal = open_journal(url, Access::create, key_options(1));
    append(*journal, {batch(1, {"a", "b"}), batch(2, {})});
    const auto source = journal->signatures()->open_chain();
    REQUIRE(source);
    for (std::uint64_t id = 3; id < 20; ++id) append(*journal, {batch(id, {"a"}), batch(1000 + id, {})});
    REQUIRE(journal->signatures()->change_key(key_of(2), {}));
    const auto report = verify(**source, trust_of(1));
    REQUIRE(report);
    CHECK_MESSAGE(report->ok(), to_json(*report));
    CHECK(report->events == 2);
    const auto again = journal->signatures()->open_chain();
    REQUIRE(again);
    const auto stream = verify_stream(**again, trust_of(2), "a");
    REQUIRE(stream);
    CHECK_MESSAGE(stream->ok(), to_json(*stream));
    CHECK(stream->events == 18);
}

TEST_CASE("Signed tables: pages of any size give the same report, and an event of many bytes is read alone.") {
    EVENFOLD_REQUIRE_SERVER(server);
    const std::string url = server->url(server->new_journal());
    const auto journal = open_journal(url, Access::create, key_options(1));
    std::vector<Batch> group;
    for (std::uint64_t id = 0; id < 1100; ++id) group.push_back(batch(id, {"a"})); // more than two pages
    group[700].events[0].data = std::string(3'000'000, 'x');
    group[701].events[0].data = std::string(2'000'000, 'y');
    append(*journal, group);
    append(*journal, {batch(2000, {"a"})});
    const ChainReport report = report_of_database(url, trust_of(1));
    CHECK_MESSAGE(report.ok(), to_json(report));
    CHECK(report.events == 1101);
    const auto source = journal::open_postgres_chain(url);
    REQUIRE(source);
    CHECK(verify_stream(**source, trust_of(1), "a")->events == 1101);
}

} // namespace evenfold::tests::chain

#include "evenfold/tests/journal/imports/import_cases.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string_view>
#include <variant>
#include <vector>

#include "evenfold/journal/signatures.hpp"
#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/journal/chain/memory_tree.hpp"

namespace evenfold::tests::exchange {

using journal::FailureKind;

namespace {

/// Tries an import that must be refused, and checks that it has stored nothing. Returns the message.
std::string refusal(CopyPlace& place, const StoredJournal& rows, const StoredJournal& there, FailureKind kind) {
    const std::string before = exported(place, there);
    const Imported refused = import_into(place, rows);
    REQUIRE(!refused);
    CAPTURE(refused.error().what);
    CHECK(refused.error().kind == kind);
    CHECK(!refused.error().remedy.empty());
    CHECK(exported(place, there) == before);
    return refused.error().what;
}

void check_same_text(const NewPlace& make) {
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
        CAPTURE(seed);
        const auto place = make();
        const HistoryWriter history = eventful_history(seed);
        const Imported first = import_into(*place, history.stored);
        REQUIRE_MESSAGE(first, first.error().what);
        CHECK(first->added == history.head());
        CHECK(exported(*place, history.stored) == text_of(history.stored));
        CHECK(report_of_copy(*place, history.stored, chain::trust_of(10)).root == history.root_of(history.head()));
        const Imported again = import_into(*place, history.stored);
        REQUIRE_MESSAGE(again, again.error().what);
        CHECK(again->added == 0);
        CHECK(again->compared == history.head());
        CHECK(exported(*place, history.stored) == text_of(history.stored));
    }
}

void check_growth(const NewPlace& make) {
    const auto place = make();
    HistoryWriter history = chain::signed_history(5, 30, false);
    REQUIRE(import_into(*place, history.stored));
    while (history.head() < 1300) history.append(3);
    const Imported grown = import_into(*place, history.stored);
    REQUIRE_MESSAGE(grown, grown.error().what);
    CHECK(grown->added == history.head() - grown->compared);
    CHECK(exported(*place, history.stored) == text_of(history.stored));
    {
        const auto copy = place->open(history.stored);
        CHECK(copy->head() == history.head());
        const auto tree = copy->signatures()->open_tree(); // which reads the stored tiles
        REQUIRE(tree);
        std::vector<journal::chain::Hash> root(1);
        REQUIRE((*tree)->read(1, 4, root));
        CHECK(root.front() ==
              chain::MemoryTree(std::vector(history.leaves.begin() + 1024, history.leaves.begin() + 1280)).root(256));
    }
    const auto writer = place->open_to_write();
    if (!writer) return;
    const auto receipts = writer->append(std::vector{journal::contract::batch(1'000'000, {"a"})}, std::nullopt);
    REQUIRE_MESSAGE(receipts, std::get<journal::Failure>(receipts.error()).what);
    CHECK(report_of_copy(*place, history.stored, chain::trust_of(1)).ok());
}

void check_start_of_signing(const NewPlace& make) {
    const auto place = make();
    HistoryWriter history(3);
    for (int i = 0; i < 300; ++i) history.append(1);
    REQUIRE(import_into(*place, history.stored));
    CHECK(place->open(history.stored)->signatures()->open_tree().error().kind == FailureKind::invalid);
    history.start_signing();
    for (int i = 0; i < 5; ++i) history.append(i % 2 == 0 ? 2 : 0);
    REQUIRE(import_into(*place, history.stored));
    CHECK(exported(*place, history.stored) == text_of(history.stored));
    CHECK(report_of_copy(*place, history.stored, chain::trust_of(1)).ok());
}

void check_key_without_events(const NewPlace& make) {
    const auto place = make();
    HistoryWriter history(4);
    history.append(2);
    REQUIRE(import_into(*place, history.stored));
    history.start_signing();
    REQUIRE(import_into(*place, history.stored));
    CHECK(exported(*place, history.stored) == text_of(history.stored));
}

void check_older_copy(const NewPlace& make) {
    const auto place = make();
    const HistoryWriter history = chain::short_history(9);
    REQUIRE(import_into(*place, history.stored));
    const Imported older = import_into(*place, beginning_of(history, 4));
    REQUIRE_MESSAGE(older, older.error().what);
    CHECK(older->added == 0);
    CHECK(older->compared == 4);
    CHECK(exported(*place, history.stored) == text_of(history.stored));
}

void check_refusals(const NewPlace& make) {
    const auto place = make();
    const HistoryWriter history = chain::short_history(6);
    const StoredJournal begun = beginning_of(history, 4);
    REQUIRE(import_into(*place, begun));
    StoredJournal other = history.stored;
    other.events[2].stored_at.unix_ms += 1;
    CHECK(refusal(*place, other, begun, FailureKind::inconsistent)
              .starts_with("event 3 is another one than in the journal"));
    const auto refused_names = [&](const StoredJournal& rows) {
        const auto copy = place->open(begun);
        const auto sink = copy->signatures()->open_sink({});
        REQUIRE(sink);
        chain::MemoryChainSource source(rows);
        const Imported refused = import_rows(source, **sink);
        REQUIRE(!refused);
        CHECK(refused.error().kind == FailureKind::invalid);
        return refused.error().what;
    };
    StoredJournal renamed = history.stored;
    renamed.origin = "journal/other";
    CHECK(refused_names(renamed).ends_with(
        "the rows are of the journal journal/other, and the journal is of journal/test"));
    renamed = history.stored;
    renamed.domain = "topics";
    CHECK(refused_names(renamed).ends_with("the rows are of the domain topics, and the journal is of plans"));
    CHECK(exported(*place, begun) == text_of(begun));
    CHECK(import_into(*place, history.stored));
}

void check_failing_source(const NewPlace& make) {
    const auto place = make();
    const HistoryWriter history = chain::short_history(6);
    const StoredJournal begun = beginning_of(history, 4);
    REQUIRE(import_into(*place, begun));
    for (std::size_t reads = 0; reads < 12; ++reads) {
        const auto copy = place->open(begun);
        const auto sink = copy->signatures()->open_sink({});
        REQUIRE(sink);
        chain::MemoryChainSource source(history.stored);
        source.fails_after = reads;
        REQUIRE(!import_rows(source, **sink));
    }
    CHECK(exported(*place, begun) == text_of(begun));
    CHECK(import_into(*place, history.stored));
    CHECK(exported(*place, history.stored) == text_of(history.stored));
}

void check_other_keys(const NewPlace& make) {
    const auto place = make();
    HistoryWriter history(3);
    history.append(2);
    const HistoryWriter without_key = history;
    history.start_signing();
    REQUIRE(import_into(*place, history.stored));
    HistoryWriter unsigned_rest = without_key;
    unsigned_rest.append(1);
    CHECK(refusal(*place, unsigned_rest.stored, history.stored, FailureKind::inconsistent) ==
          "the events end before key 1, with which the journal goes on");
    HistoryWriter sealed_otherwise = history;
    sealed_otherwise.stored.keys.front().by_new.front() ^= 1;
    CHECK(refusal(*place, sealed_otherwise.stored, history.stored, FailureKind::inconsistent)
              .starts_with("key 1 is another one than in the journal"));
}

void check_removed_payloads(const NewPlace& make) {
    const auto place = make();
    const HistoryWriter history = chain::short_history(4);
    REQUIRE(import_into(*place, history.stored));
    HistoryWriter removed = history;
    removed.remove({2, 2});
    CHECK(refusal(*place, removed.stored, history.stored, FailureKind::inconsistent)
              .starts_with("the payload of event 2 was removed or replaced, and the journal still has it"));
    const auto other = make();
    REQUIRE(import_into(*other, removed.stored));
    const auto records = read_all(*other->open(removed.stored)).value();
    CHECK(records[1].removed);
    CHECK(!records[0].removed);
    CHECK(other->open(removed.stored)->position()->erasures == 1);
    CHECK(import_into(*other, history.stored)); // an older copy
    CHECK(exported(*other, removed.stored) == text_of(removed.stored));
    HistoryWriter removed_otherwise = history;
    removed_otherwise.remove({3, 3});
    CHECK(refusal(*other, removed_otherwise.stored, removed.stored, FailureKind::inconsistent)
              .starts_with("removal 1 is another one than in the journal"));
}

struct ImportCase {
    std::string_view sentence;
    void (*check)(const NewPlace& make);
};

constexpr std::array<ImportCase, 9> cases{{
    {"The export of the copy is the same text, and a second import changes nothing (SL11).", &check_same_text},
    {"Rows that follow the head are added, with their tiles, and the copy can be written.", &check_growth},
    {"An unsigned journal becomes the signed one that continues it.", &check_start_of_signing},
    {"A key that has signed no event yet is added.", &check_key_without_events},
    {"An older copy adds nothing.", &check_older_copy},
    {"Another history, another journal and another domain are refused, and nothing is stored.", &check_refusals},
    {"A source that fails anywhere leaves nothing behind.", &check_failing_source},
    {"Events that are signed with other keys are refused.", &check_other_keys},
    {"A payload that was removed is not kept by a copy that says nothing of it.", &check_removed_payloads},
}};

} // namespace

Imported import_into(CopyPlace& place, const StoredJournal& stored) {
    const auto copy = place.open(stored);
    const auto sink = copy->signatures()->open_sink(Instant{7});
    if (!sink) return std::unexpected(sink.error());
    chain::MemoryChainSource source(stored);
    return import_rows(source, **sink);
}

std::string exported(CopyPlace& place, const StoredJournal& stored) {
    const auto copy = place.open(stored);
    const auto source = copy->signatures()->open_chain();
    REQUIRE_MESSAGE(source, source.error().what);
    return text_of(**source);
}

ChainReport report_of_copy(CopyPlace& place, const StoredJournal& stored, const ChainTrust& trust) {
    const auto copy = place.open(stored);
    const auto source = copy->signatures()->open_chain();
    REQUIRE_MESSAGE(source, source.error().what);
    auto report = verify(**source, trust);
    REQUIRE_MESSAGE(report, report.error().what);
    return *std::move(report);
}

StoredJournal beginning_of(const HistoryWriter& history, Sequence events) {
    StoredJournal begun = history.stored;
    std::erase_if(begun.events, [&](const journal::chain::EventRow& row) { return row.sequence > events; });
    std::erase_if(begun.receipts, [&](const journal::chain::ReceiptRow& row) { return row.first > events; });
    std::erase_if(begun.links, [&](const journal::chain::EmptyReceiptRow& row) { return row.receipt->first > events; });
    std::erase_if(begun.keys, [&](const journal::chain::KeyRow& row) { return row.first > events + 1; });
    std::erase_if(begun.heads, [&](const journal::chain::HeadRow& row) { return row.size > events; });
    return begun;
}

void check_import_cases(const NewPlace& make) {
    for (const ImportCase& one : cases) {
        CAPTURE(one.sentence);
        one.check(make);
    }
}

} // namespace evenfold::tests::exchange

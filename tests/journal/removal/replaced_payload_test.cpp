// Removals that put shorter payloads in the place of others, as compactions do.
#include <doctest/doctest.h>

#include <map>

#include "evenfold/journal/chain/entry.hpp"
#include "evenfold/journal/removal_check.hpp"
#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/journal/removal/erased_file.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"
#include "evenfold/tests/journal/signed/sqlite_rows.hpp"

namespace evenfold::tests::removal {

using namespace journal;
using journal::chain::BreakReason;
using journal::chain::RemarkKind;
using tests::chain::opened;
using tests::chain::remark_of;
using tests::chain::report_of_file;
using tests::chain::run_sql;
using tests::chain::signed_with;

namespace {

using NewTexts = std::map<Sequence, std::string>;

constexpr Sequence sealed_events = 5;
constexpr Sequence last_event = 20;
const Ranges compacted{{2, 4}, {7, 9}, {12, 12}};
const NewTexts new_texts{{2, R"("2 to 4")"}, {7, R"("7 to 9")"}, {12, "12"}};

/// Returns a compaction that the test key of notes has signed: the events of `ranges` lose their payloads, or get those
/// of `texts`.
PayloadRemoval compaction_of(Journal& journal, const Ranges& ranges, const NewTexts& texts) {
    const auto tree = journal.signatures()->open_tree();
    REQUIRE(tree);
    PayloadRemoval removal;
    heads::CompactionTerms terms{
        .digests = {.size = last_event, .before = "0a", .after = "0b"}, .function = "test/1", .replaced = {}};
    for (const auto& [sequence, text] : texts) {
        removal.replacing.push_back({.data = text, .salt = std::string(16, static_cast<char>('A' + sequence))});
        const auto hash = journal::chain::payload_hash_of(removal.replacing.back().salt, text);
        terms.replaced.push_back({sequence, hash});
    }
    heads::SignedRemoval statement{.origin = origin_of(journal),
                                   .ranges = ranges,
                                   .leaves = leaves_of(**tree, ranges).value(),
                                   .by = "Ada",
                                   .reason = "space",
                                   .time_s = 1'790'000'001,
                                   .kind = terms};
    removal.note = heads::sign_removal(tests::heads::signing_key(1, statement.origin), statement).value();
    removal.statement = heads::statement_of(statement);
    return removal;
}

struct CompactedFile {
    ScratchFolder folder{memory_storage()};
    std::filesystem::path file = folder / "journal.db";
    std::unique_ptr<Journal> journal;

    CompactedFile() {
        create(file, sealed_events, last_event - sealed_events);
        journal = opened(file, signed_with(1));
        const auto removed = journal->signatures()->remove_payloads(compaction_of(*journal, compacted, new_texts));
        REQUIRE_MESSAGE(removed, removed.error().what);
    }

    [[nodiscard]] journal::chain::ChainReport report() const { return report_of_file(file, trust_in(*journal)); }

    /// Returns the report after a change of the rows by hand.
    [[nodiscard]] journal::chain::ChainReport report_after(const std::string& sql) const {
        REQUIRE(run_sql(file, "DROP TRIGGER IF EXISTS events_refuse_UPDATE; " + sql));
        return report();
    }
};

std::vector<Record> records_of(Journal& journal) {
    return read_all(journal).value();
}

} // namespace

TEST_CASE("Replaced payloads: readers get the new ones, and chain, tree and old proofs hold.") {
    const ScratchFolder folder(memory_storage());
    const auto file = folder / "journal.db";
    create(file, sealed_events, last_event - sealed_events);
    const auto journal = opened(file, signed_with(1));
    const std::vector<Record> before = records_of(*journal);
    const auto whole = report_of_file(file, trust_in(*journal));
    REQUIRE(journal->signatures()->remove_payloads(compaction_of(*journal, compacted, new_texts)));
    const auto report = report_of_file(file, trust_in(*journal));
    REQUIRE_MESSAGE(report.ok(), report.broken->detail);
    CHECK(report.root == whole.root);
    CHECK(report.mac == whole.mac);
    CHECK(report.removed == 4);
    CHECK(remark_of(report, RemarkKind::removed_payloads)->count == 4);
    CHECK(remark_of(report, RemarkKind::compacted)->count == 3);
    CHECK(journal->position()->erasures == 1);
    std::vector<Record> expected = before;
    for (Record& record : expected) {
        const auto text = new_texts.find(record.sequence);
        if (text != new_texts.end()) record.data = text->second;
        record.removed =
            text == new_texts.end() && compaction_of(*journal, compacted, {}).statement.has(record.sequence);
        if (record.removed) record.data.clear();
    }
    CHECK(records_of(*journal) == expected);
    CHECK(journal->verify());
    grow(*journal, last_event, 3);
    CHECK(report_of_file(file, trust_in(*journal)).ok());
}

TEST_CASE("Replaced payloads: a change of one, or of its salt, is found where it is; so is an empty one.") {
    for (const Sequence sequence : {2U, 7U, 12U}) {
        for (const char* change : {"data = '{}'", "salt = x'00000000000000000000000000000000'",
                                   "data = x'', salt = NULL", "data = CAST(data AS TEXT) || ' '", "salt = NULL"}) {
            CAPTURE(change);
            const CompactedFile compacted_file;
            const auto report = compacted_file.report_after(std::string("UPDATE events SET ") + change +
                                                            " WHERE sequence = " + std::to_string(sequence));
            REQUIRE(!report.ok());
            CHECK(report.broken->reason == BreakReason::payload_mismatch);
            CHECK(report.broken->broken_at == sequence);
        }
    }
}

TEST_CASE("Replaced payloads: one for an event that the compaction has emptied, or does not name, is found.") {
    const CompactedFile emptied;
    const auto report =
        emptied.report_after("UPDATE events SET data = '1', salt = (SELECT salt FROM events WHERE sequence = 2) "
                             "WHERE sequence = 3");
    REQUIRE(report.broken);
    CHECK(report.broken->reason == BreakReason::payload_mismatch);
    CHECK(report.broken->broken_at == 3);
    const CompactedFile other;
    const auto unnamed = other.report_after("UPDATE events SET data = '1', removed = 1 WHERE sequence = 10");
    REQUIRE(unnamed.broken);
    CHECK(unnamed.broken->reason == BreakReason::removal_unproven);
    CHECK(unnamed.broken->broken_at == 10);
}

TEST_CASE("Replaced payloads: without a trusted signer, the first event of the compaction is unproven.") {
    const CompactedFile compacted_file;
    auto trust = trust_in(*compacted_file.journal);
    trust.read_removal = {};
    const auto report = report_of_file(compacted_file.file, trust);
    REQUIRE(report.broken);
    CHECK(report.broken->reason == BreakReason::removal_unproven);
    CHECK(report.broken->broken_at == 2);
}

TEST_CASE("Replaced payloads: they can be replaced again and erased, and the rest stays proven.") {
    const CompactedFile compacted_file;
    Journal& journal = *compacted_file.journal;
    REQUIRE(journal.signatures()->remove_payloads(compaction_of(journal, {{2, 2}, {14, 14}}, {{2, R"("short")"}})));
    CHECK(records_of(journal)[1].data == R"("short")");
    CHECK_MESSAGE(compacted_file.report().ok(), compacted_file.report().broken->detail);
    remove_now(journal, {{2, 2}, {7, 7}});
    const auto report = compacted_file.report();
    REQUIRE_MESSAGE(report.ok(), report.broken->detail);
    CHECK(report.removed == 7);
    CHECK(remark_of(report, RemarkKind::compacted)->count == 1);
    CHECK(records_of(journal)[6].removed);
    CHECK(
        !tests::chain::text_in(compacted_file.file, "SELECT hex(payload_hash) FROM events WHERE sequence = 7").empty());
}

TEST_CASE("Replaced payloads: a removal with other payloads than it states changes nothing.") {
    const ScratchFolder folder(memory_storage());
    create(folder / "journal.db", sealed_events, last_event - sealed_events);
    const auto journal = opened(folder / "journal.db", signed_with(1));
    remove_now(*journal, {{12, 12}});
    const std::vector<Record> before = records_of(*journal);
    const auto refused = [&](auto&& change) {
        PayloadRemoval removal = compaction_of(*journal, {{2, 4}}, {{2, "1"}, {4, "2"}});
        change(removal);
        const auto removed = journal->signatures()->remove_payloads(removal);
        CHECK(records_of(*journal) == before);
        CHECK(journal->position()->erasures == 1);
        REQUIRE(!removed);
        CHECK(removed.error().kind == FailureKind::invalid);
        return removed.error().what;
    };
    const std::string other_payloads = "the new payloads are not those of the removal";
    CHECK(refused([](PayloadRemoval& of) { of.replacing[0].data = "3"; }).find(other_payloads) != std::string::npos);
    CHECK(refused([](PayloadRemoval& of) { of.replacing[1].salt[0] = 'x'; }).find(other_payloads) != std::string::npos);
    CHECK(refused([](PayloadRemoval& of) { of.replacing.pop_back(); }).find(other_payloads) != std::string::npos);
    CHECK(refused([&](PayloadRemoval& of) {
              of = compaction_of(*journal, {{12, 12}}, {{12, "1"}});
          }).find("event 12 cannot be replaced, because it was removed") != std::string::npos);
}

} // namespace evenfold::tests::removal

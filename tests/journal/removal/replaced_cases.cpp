// The cases of removals that put new payloads in the place of others, as compactions do.
#include <doctest/doctest.h>

#include <array>

#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/journal/chain/stored_journal.hpp"
#include "evenfold/tests/journal/removal/removal_cases.hpp"
#include "evenfold/tests/journal/removal/signed_removal.hpp"

namespace evenfold::tests::removal {

using namespace journal;

namespace {

constexpr Sequence compacted_last = 20;
const Ranges compacted_ranges{{2, 4}, {7, 9}, {12, 12}};
const NewTexts compacted_texts{{2, R"("2 to 4")"}, {7, R"("7 to 9")"}, {12, "12"}};

std::vector<Record> all_of(Journal& journal) {
    return read_all(journal).value();
}

/// Appends events, of which the first five are not signed, and compacts them.
void grow_and_compact(Journal& journal) {
    grow_and_sign(journal, 5, compacted_last - 5);
    const auto removed =
        journal.signatures()->remove_payloads(compaction_of(journal, compacted_ranges, compacted_texts));
    REQUIRE_MESSAGE(removed, removed.error().what);
}

void check_replaced(RemovalFixture& fixture) {
    Journal& journal = fixture.journal();
    grow_and_sign(journal, 5, compacted_last - 5);
    std::vector<Record> expected = all_of(journal);
    const auto whole = report_of(journal, trust_in(journal));
    const PayloadRemoval compacted = compaction_of(journal, compacted_ranges, compacted_texts);
    REQUIRE(journal.signatures()->remove_payloads(compacted));
    const auto report = report_of(journal, trust_in(journal));
    REQUIRE_MESSAGE(report.ok(), report.broken->detail);
    CHECK(report.root == whole.root);
    CHECK(report.mac == whole.mac);
    CHECK(report.removed == 4);
    CHECK(tests::chain::remark_of(report, journal::chain::RemarkKind::removed_payloads)->count == 4);
    CHECK(tests::chain::remark_of(report, journal::chain::RemarkKind::compacted)->count == 3);
    CHECK(journal.position()->erasures == 1);
    for (Record& record : expected) {
        const auto text = compacted_texts.find(record.sequence);
        if (text != compacted_texts.end()) record.data = text->second;
        record.removed = text == compacted_texts.end() && compacted.statement.has(record.sequence);
        if (record.removed) record.data.clear();
    }
    CHECK(all_of(fixture.reader()) == expected);
    CHECK(journal.verify());
    grow(fixture.other(), compacted_last, 3);
    CHECK(report_of(journal, trust_in(journal)).ok());
}

void check_replaced_again(RemovalFixture& fixture) {
    Journal& journal = fixture.journal();
    grow_and_compact(journal);
    const auto again = compaction_of(journal, {{2, 2}, {14, 14}}, {{2, R"("short")"}});
    REQUIRE(fixture.other().signatures()->remove_payloads(again));
    CHECK(all_of(journal)[1].data == R"("short")");
    CHECK(report_of(journal, trust_in(journal)).ok());
    remove_now(fixture.other(), {{2, 2}, {7, 7}});
    const auto report = report_of(journal, trust_in(journal));
    REQUIRE_MESSAGE(report.ok(), report.broken->detail);
    CHECK(report.removed == 7);
    CHECK(tests::chain::remark_of(report, journal::chain::RemarkKind::compacted)->count == 1);
    CHECK(all_of(journal)[6].removed);
}

void check_replaced_refusals(RemovalFixture& fixture) {
    Journal& journal = fixture.journal();
    grow_and_sign(journal, 5, compacted_last - 5);
    remove_now(fixture.other(), {{12, 12}});
    const std::vector<Record> before = all_of(journal);
    const auto refused = [&](auto&& change) {
        PayloadRemoval removal = compaction_of(journal, {{2, 4}}, {{2, "1"}, {4, "2"}});
        change(removal);
        const auto removed = fixture.other().signatures()->remove_payloads(removal);
        CHECK(all_of(journal) == before);
        CHECK(journal.position()->erasures == 1);
        REQUIRE(!removed);
        CHECK(removed.error().kind == FailureKind::invalid);
        return removed.error().what;
    };
    const std::string other_payloads = "the new payloads are not those of the removal";
    CHECK(refused([](PayloadRemoval& of) { of.replacing[0].data = "3"; }).find(other_payloads) != std::string::npos);
    CHECK(refused([](PayloadRemoval& of) { of.replacing[1].salt[0] = 'x'; }).find(other_payloads) != std::string::npos);
    CHECK(refused([](PayloadRemoval& of) { of.replacing.pop_back(); }).find(other_payloads) != std::string::npos);
    CHECK(refused([&](PayloadRemoval& of) {
              of = compaction_of(journal, {{12, 12}}, {{12, "1"}});
          }).find("event 12 cannot be replaced, because it was removed") != std::string::npos);
}

constexpr std::array<RemovalCase, 3> cases_of_compactions{{
    {"A compaction replaces payloads: readers get the new ones, and chain, tree and heads hold.", &check_replaced},
    {"New payloads can be replaced again and erased, and the rest stays proven.", &check_replaced_again},
    {"A compaction with other payloads than it states changes nothing.", &check_replaced_refusals},
}};

} // namespace

std::span<const RemovalCase> replaced_cases() {
    return cases_of_compactions;
}

} // namespace evenfold::tests::removal

#include "evenfold/tests/journal/removal/removal_cases.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <utility>
#include <variant>
#include <vector>

#include "evenfold/journal/chain/tree/proof.hpp"
#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/journal/chain/stored_journal.hpp"
#include "evenfold/tests/journal/removal/signed_removal.hpp"

namespace evenfold::tests::removal {

using namespace journal;

namespace {

constexpr Sequence case_sealed = 20; // events from before signing began
constexpr Sequence case_last = 300;
const Ranges case_ranges{{3, 5}, {14, 14}, {100, 140}, {300, 300}};

bool is_in_ranges(const Ranges& ranges, Sequence sequence) {
    return std::ranges::any_of(ranges,
                               [&](const auto& range) { return range.first <= sequence && sequence <= range.last; });
}

std::vector<Record> records_of(Journal& journal) {
    return read_all(journal).value();
}

/// Returns the numbers of the removals that emptied the events up to `end`, 0 for none.
std::vector<std::uint64_t> removals_of(Journal& journal, Sequence end) {
    const auto source = journal.signatures()->open_chain().value();
    (void)source->start().value();
    std::vector<std::uint64_t> numbers;
    for (journal::chain::EventRow row; numbers.size() < end && source->next_event(row).value();)
        numbers.push_back(row.removed.value_or(0));
    return numbers;
}

/// Checks that `records` are those of `before`, without the payloads of `ranges`.
void check_removed(const std::vector<Record>& records, const std::vector<Record>& before, const Ranges& ranges) {
    REQUIRE(records.size() == before.size());
    for (std::size_t at = 0; at < records.size(); ++at) {
        Record expected = before[at];
        if (is_in_ranges(ranges, expected.sequence)) {
            expected.data.clear();
            expected.removed = true;
        }
        CHECK_MESSAGE(records[at] == expected, expected.sequence);
    }
}

void check_readers(RemovalFixture& fixture) {
    Journal& journal = fixture.journal();
    grow_and_sign(journal, case_sealed, case_last - case_sealed);
    Journal& early = fixture.reader(); // which may have statements for these tables
    const std::vector<Record> before = records_of(early);
    CHECK(early.position() == JournalPosition{.head = case_last, .erasures = 0});
    remove_now(journal, case_ranges);
    for (Journal* reader : {&journal, &early}) {
        check_removed(records_of(*reader), before, case_ranges);
        CHECK(reader->position() == JournalPosition{.head = case_last, .erasures = 1});
        CHECK(reader->verify());
        EventPage page;
        const auto cursor = reader->open_cursor({.from = 100, .at_most = 2, .payload_only = true}).value();
        REQUIRE(cursor->next(page).value());
        CHECK(page.payloads()[0].removed);
        CHECK(page.payloads()[0].type == before[99].type);
        CHECK(page.payloads()[0].data.empty());
        const auto of_stream = reader->open_cursor({.direction = Direction::backward, .stream = "a"}).value();
        REQUIRE(of_stream->next(page).value());
        CHECK(page.records()[0].sequence == case_last);
        CHECK(page.records()[0].removed);
        CHECK(!page.records()[1].removed);
    }
}

void check_later_appends(RemovalFixture& fixture) {
    Journal& journal = fixture.journal();
    grow_and_sign(journal, case_sealed, case_last - case_sealed);
    Journal& other = fixture.other();
    remove_now(journal, case_ranges);
    grow(other, case_last, 3);
    grow(journal, case_last + 3, 3);
    remove_now(other, {{1, 6}, {case_last + 2, case_last + 2}});
    CHECK(journal.position()->erasures == 2);
    CHECK(removals_of(journal, 7) == std::vector<std::uint64_t>{2, 2, 1, 1, 1, 2, 0});
    const auto report = report_of(journal, trust_in(journal));
    CHECK_MESSAGE(report.ok(), (report.broken ? report.broken->detail : ""));
    CHECK(report.removed == 50);
}

void check_proofs(RemovalFixture& fixture) {
    Journal& journal = fixture.journal();
    grow_and_sign(journal, case_sealed, case_last - case_sealed);
    const journal::chain::ChainTrust trust = trust_in(journal);
    const auto before = report_of(journal, trust);
    REQUIRE(before.ok());
    std::vector<std::pair<std::string, journal::chain::TreeProof>> proofs;
    {
        const auto tree = journal.signatures()->open_tree().value();
        for (Sequence sequence = 1; sequence <= case_last; ++sequence)
            proofs.emplace_back(tree->entry_of(sequence).value(),
                                inclusion_proof(*tree, sequence - 1, case_last).value());
    }
    remove_now(journal, case_ranges);
    const auto after = report_of(journal, trust);
    REQUIRE_MESSAGE(after.ok(), after.broken->detail);
    CHECK(after.mac == before.mac);
    CHECK(after.root == before.root);
    CHECK(after.removed == 46);
    CHECK(tests::chain::remark_of(after, journal::chain::RemarkKind::removed_payloads)->count == 46);
    const auto tree = journal.signatures()->open_tree().value();
    for (Sequence sequence = 1; sequence <= case_last; ++sequence) {
        const auto& [entry, proof] = proofs[sequence - 1];
        CHECK(tree->entry_of(sequence) == entry);
        CHECK(
            journal::chain::is_included(journal::chain::leaf_hash(entry), sequence - 1, case_last, proof, after.root));
    }
    journal::chain::ChainTrust without_signer = trust;
    without_signer.read_removal = {};
    const auto unproven = report_of(journal, without_signer);
    REQUIRE(!unproven.ok());
    CHECK(unproven.broken->reason == journal::chain::BreakReason::removal_unproven);
    CHECK(unproven.broken->broken_at == 3); // from before signing began
}

void check_refusals(RemovalFixture& fixture) {
    Journal& journal = fixture.journal();
    grow_and_sign(journal, case_sealed, case_last - case_sealed);
    const std::vector<Record> before = records_of(journal);
    const auto refused = [&](auto&& change) {
        PayloadRemoval removal = removal_of(journal, case_ranges);
        change(removal.statement);
        const auto removed = journal.signatures()->remove_payloads(removal);
        CHECK(records_of(journal) == before);
        CHECK(journal.position()->erasures == 0);
        if (removed) return std::string("no error");
        CHECK(removed.error().kind == FailureKind::invalid);
        return removed.error().what;
    };
    using Statement = journal::chain::RemovalStatement;
    CHECK(refused([](Statement& of) { of.origin = "journal/other"; }).find("another journal") != std::string::npos);
    CHECK(refused([](Statement& of) { of.distrust = "no signature"; }).find("no signature") != std::string::npos);
    CHECK(refused([](Statement& of) { of.ranges.clear(); }).find("names no event") != std::string::npos);
    CHECK(refused([](Statement& of) { of.ranges.back().last = case_last + 1; }).find("ends at event 300") !=
          std::string::npos);
    CHECK(refused([](Statement& of) { of.ranges.front().first = 2; }).find("of other events") != std::string::npos);
    grow(journal, case_last, 1);
}

void check_repeat(RemovalFixture& fixture) {
    Journal& journal = fixture.journal();
    grow_and_sign(journal, 0, 10);
    const PayloadRemoval removal = removal_of(journal, {{2, 3}});
    REQUIRE(journal.signatures()->remove_payloads(removal));
    REQUIRE(journal.signatures()->remove_payloads(removal));
    CHECK(journal.position()->erasures == 1);
    CHECK(journal.signatures()->overwrite_removed());
    CHECK(removals_of(journal, 4) == std::vector<std::uint64_t>{0, 1, 1, 0});
}

void check_empty_payloads(RemovalFixture& fixture) {
    Journal& journal = fixture.journal();
    grow_and_sign(journal, 0, 0);
    Batch batch = contract::batch(1, {"a", "a"});
    for (NewEvent& event : batch.events) event.data.clear();
    REQUIRE(journal.append(std::vector{batch}, std::nullopt));
    remove_now(journal, {{2, 2}});
    const std::vector<Record> records = records_of(journal);
    CHECK(!records[0].removed);
    CHECK(records[1].removed);
    EventPage page;
    REQUIRE(journal.open_cursor({.payload_only = true}).value()->next(page).value());
    CHECK(!page.payloads()[0].removed);
    CHECK(page.payloads()[1].removed);
}

void check_unsigned(RemovalFixture& fixture) {
    Journal& journal = fixture.journal();
    grow(journal, 0, 2);
    CHECK(journal.signatures()->remove_payloads({}).error().kind == FailureKind::invalid);
    CHECK(journal.signatures()->overwrite_removed().error().kind == FailureKind::invalid);
    CHECK(journal.position()->erasures == 0);
}

void check_within_hold(RemovalFixture& fixture) {
    Journal& journal = fixture.journal();
    grow_and_sign(journal, 2, 8);
    {
        const auto held = journal.hold();
        REQUIRE(held);
        remove_now(journal, {{2, 4}});
        grow(journal, 10, 1);
    }
    const auto report = report_of(journal, trust_in(journal));
    CHECK_MESSAGE(report.ok(), (report.broken ? report.broken->detail : ""));
    CHECK(report.events == 11);
    CHECK(report.removed == 3);
}

constexpr std::array<RemovalCase, 8> cases{{
    {"Readers of every form get the events without payloads, and all others as before.", &check_readers},
    {"Appends go on, also by a writer that was open before, and a second removal may overlap.", &check_later_appends},
    {"Chain, tree and old proofs hold, and the report counts the removed payloads (SL12).", &check_proofs},
    {"One that is not of these events changes nothing.", &check_refusals},
    {"A note that is stored already removes nothing again.", &check_repeat},
    {"An event that was stored without bytes is not a removed one.", &check_empty_payloads},
    {"A journal that is not signed refuses.", &check_unsigned},
    {"It may be made, and followed by appends, during a hold.", &check_within_hold},
}};

} // namespace

std::span<const RemovalCase> removal_cases() {
    return cases;
}

void check_removal_cases(const std::function<std::unique_ptr<RemovalFixture>()>& make) {
    for (const auto& cases_of_kind : {removal_cases(), replaced_cases()}) {
        for (const RemovalCase& one : cases_of_kind) {
            CAPTURE(one.sentence);
            one.check(*make());
        }
    }
}

} // namespace evenfold::tests::removal

// New payloads of a compaction in a file, and their damage. removal_cases.cpp has what holds for every journal.
#include <doctest/doctest.h>

#include "evenfold/tests/journal/removal/erased_file.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"
#include "evenfold/tests/journal/signed/sqlite_rows.hpp"

namespace evenfold::tests::removal {

using namespace journal;
using journal::chain::BreakReason;
using tests::chain::opened;
using tests::chain::report_of_file;
using tests::chain::run_sql;
using tests::chain::signed_with;

namespace {

constexpr Sequence sealed_events = 5;
constexpr Sequence last_event = 20;
const Ranges compacted{{2, 4}, {7, 9}, {12, 12}};
const NewTexts new_texts{{2, R"("2 to 4")"}, {7, R"("7 to 9")"}, {12, "12"}};

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

} // namespace

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

} // namespace evenfold::tests::removal

// Verifications while a writer appends, signs heads and changes the key: never a false alarm.
#include <doctest/doctest.h>

#include <string>

#include "evenfold/tests/faults/judgement.hpp"
#include "evenfold/tests/faults/row_writer.hpp"
#include "evenfold/tests/faults/writing_process.hpp"
#include "evenfold/tests/journal/chain/stored_journal.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"
#include "evenfold/tests/journal/signed/sqlite_rows.hpp"

namespace evenfold::tests::faults {

namespace {

using chain::VerifyScope;
using journal::ScratchFolder;

constexpr std::uint64_t rotations = 100;

/// Returns the last step before which the key has changed `changes` times.
std::uint64_t steps_of(std::uint64_t changes) {
    std::uint64_t step = 1;
    while (key_before(step + 1) <= changes) ++step;
    return step;
}

} // namespace

TEST_CASE("Verify while appending: a hundred changes of the key under load raise no false alarm.") {
    const ScratchFolder folder(journal::memory_storage());
    const auto file = folder / "journal.db";
    const TestedStore store = sqlite_store(file, true);
    const std::uint64_t last = steps_of(rotations);
    WritingProcess writer(store, 0, {.last = last});
    REQUIRE(writer.await(1));
    const chain::ChainTrust trust = chain::trust_of(rotations + 1);
    int verifications = 0;
    std::uint64_t grown = 0;
    Sequence head = 0;
    do {
        for (const VerifyScope scope : {VerifyScope::all, VerifyScope::from_head}) {
            const chain::ChainReport report = chain::report_of_file(file, trust, scope);
            REQUIRE_MESSAGE(report.ok(), to_json(report));
            if (report.head > head) ++grown;
            head = report.head;
            ++verifications;
        }
    } while (!writer.has_ended());
    CHECK(writer.end() == 0);
    CHECK(writer.acknowledged() == last);
    MESSAGE(verifications, " verifications, ", grown, " of which found new events");
    CHECK(grown > 10); // otherwise they did not run while the writer appended
    const Judgement judgement = judge(store, {last, last});
    CHECK_MESSAGE(judgement.is_good(), judgement.text());
    CHECK(chain::report_of_file(file, trust).keys.size() == rotations + 1);
}

TEST_CASE("Verify while appending: a writer without transactions raises an alarm (negative control).") {
    const ScratchFolder folder(journal::memory_storage());
    RowWriter rows(folder.path());
    int alarms = 0;
    while (rows.write_row())
        if (!chain::report_of_file(rows.file(), chain::trust_of(1)).ok()) ++alarms;
    CHECK(alarms > 0);
}

} // namespace evenfold::tests::faults

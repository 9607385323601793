// A removal that is cut at any operation of the disk: afterwards it was made or not, and repeated it completes.
#include <doctest/doctest.h>

#include <csignal>

#include "evenfold/tests/journal/child_process.hpp"
#include "evenfold/tests/journal/faulty_disk.hpp"
#include "evenfold/tests/journal/removal/erased_file.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"
#include "evenfold/tests/journal/signed/sqlite_rows.hpp"
#include "evenfold/tests/support/process/fault_rounds.hpp"

namespace evenfold::tests::removal {

using namespace journal;
using tests::chain::opened;
using tests::chain::signed_with;

namespace {

constexpr Sequence sealed_first = 5;
constexpr Sequence event_count = 30;
constexpr int normal_stride = 5;
const Ranges removed_ranges{{2, 3}, {7, 9}, {25, 25}};

/// Checks a journal after the cut, and completes the removal. Returns whether it had been made before the cut.
bool check_and_complete(const std::filesystem::path& folder) {
    const auto file = folder / "journal.db";
    const auto journal = opened(file, signed_with(1), Access::read_write);
    const std::uint64_t made = journal->position()->erasures;
    const auto report = tests::chain::report_of_file(file, trust_in(*journal));
    CHECK_MESSAGE(report.ok(), (report.broken ? report.broken->detail : ""));
    CHECK(report.events == event_count);
    CHECK(report.removed == (made == 0 ? 0 : 6));
    const auto completed = journal->signatures()->remove_payloads(removal_of(*journal, removed_ranges));
    REQUIRE_MESSAGE(completed, completed.error().what);
    CHECK(journal->position()->erasures == 1);
    const FolderBytes bytes(folder);
    for (const Sequence sequence : {2U, 3U, 7U, 8U, 9U, 25U}) CHECK(bytes.with(sequence) == 0);
    CHECK(bytes.with(4) > 0);
    grow(*journal, event_count, 1);
    CHECK(tests::chain::report_of_file(file, trust_in(*journal)).ok());
    return made == 1;
}

} // namespace

TEST_CASE("Removal: a loss of power at any operation of the disk leaves it made or not, and it can be completed.") {
    const ScratchFolder original(memory_storage());
    create(original / "journal.db", sealed_first, event_count - sealed_first);
    int at = 1;
    int cuts = 0;
    int made = 0;
    for (bool is_cut = true; is_cut; ++cuts, at += fault_stride(normal_stride)) {
        const ScratchFolder folder(memory_storage());
        std::filesystem::copy_file(original / "journal.db", folder / "journal.db");
        FaultyDisk disk;
        {
            const auto journal = opened(folder / "journal.db", signed_with(1));
            const PayloadRemoval removal = removal_of(*journal, removed_ranges);
            disk.fail(Fault::power_fails, at);
            is_cut = !journal->signatures()->remove_payloads(removal);
            if (is_cut) disk.cut_power(); // also for what closing would write
        }
        disk.restore_power();
        made += check_and_complete(folder.path()) ? 1 : 0;
    }
    MESSAGE(cuts, " cuts, ", made, " of them after the removal was stored");
    CHECK(made > 1);
    CHECK(cuts - made > 1);
}

TEST_CASE("Removal: a process that is killed between two steps leaves it made or not, and it can be completed.") {
    const ScratchFolder original(memory_storage());
    create(original / "journal.db", sealed_first, event_count - sealed_first);
    int at = 1;
    int kills = 0;
    int made = 0;
    for (bool is_killed = true; is_killed; ++kills, at += fault_stride(normal_stride)) {
        const ScratchFolder folder(memory_storage());
        std::filesystem::copy_file(original / "journal.db", folder / "journal.db");
        ChildProcess child([&] {
            FaultyDisk disk;
            const auto journal = opened(folder / "journal.db", signed_with(1));
            const PayloadRemoval removal = removal_of(*journal, removed_ranges);
            disk.fail(Fault::process_ends, at);
            return journal->signatures()->remove_payloads(removal) ? 0 : 1;
        });
        const int end = child.end();
        is_killed = end == -SIGKILL;
        CHECK((is_killed || end == 0));
        const FaultyDisk no_syncs; // which would take most of the time
        made += check_and_complete(folder.path()) ? 1 : 0;
    }
    MESSAGE(kills, " kills, ", made, " of them after the removal was stored");
    CHECK(made > 1);
    CHECK(kills - made > 1);
}

} // namespace evenfold::tests::removal

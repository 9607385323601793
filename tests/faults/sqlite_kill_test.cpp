// Writers of SQLite journals that are killed: at random moments, and at each operation on the disk.
#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>
#include <random>
#include <string>

#include "evenfold/tests/faults/judgement.hpp"
#include "evenfold/tests/faults/kill_rounds.hpp"
#include "evenfold/tests/faults/writing_process.hpp"
#include "evenfold/tests/journal/faulty_disk.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"

namespace evenfold::tests::faults {

namespace {

using journal::Fault;
using journal::FaultyDisk;
using journal::ScratchFolder;

constexpr std::uint64_t steps_before = 203; // which have 250 events: six fewer than a tile of the tree
constexpr std::uint64_t killed_steps = 10;  // of each kind at least one

/// Kills writers of a new journal at random moments. Returns the number of lost steps.
std::uint64_t lost_in_file(bool is_signed, int rounds, Acknowledge when, std::mt19937& random) {
    const ScratchFolder folder(journal::memory_storage());
    return lost_by_kills(sqlite_store(folder / "journal.db", is_signed), rounds, when, random);
}

/// Performs the first steps on a new journal.
void begin_journal(const TestedStore& store) {
    auto writer = StepWriter::open(store, {});
    REQUIRE(writer);
    for (std::uint64_t step = 1; step <= steps_before; ++step) REQUIRE(writer->perform(step));
}

/// Kills a writer of a copy of `before` at its `nth` operation on the disk. Returns whether it still ran then.
bool kill_at_operation(const std::filesystem::path& before, bool is_signed, Fault fault, int nth) {
    CAPTURE(is_signed);
    CAPTURE(static_cast<int>(fault));
    CAPTURE(nth);
    const ScratchFolder folder(journal::memory_storage());
    const TestedStore store = sqlite_store(folder / "journal.db", is_signed);
    std::filesystem::copy_file(before, folder / "journal.db");
    WritingProcess writer(steps_before, [&](const journal::Pipe& acknowledged) {
        FaultyDisk disk;
        disk.fail(fault, nth);
        return write_steps(store, steps_before, acknowledged, {.last = steps_before + killed_steps});
    });
    const int exit_code = writer.end();
    REQUIRE((exit_code == 0 || exit_code == -SIGKILL));
    const Judgement judgement = judge(store, {writer.acknowledged(), writer.acknowledged()});
    CHECK_MESSAGE(judgement.is_good(), judgement.text());
    return exit_code == -SIGKILL;
}

} // namespace

TEST_CASE("Kills, SQLite: a writer killed at any moment loses no acknowledged step and repeats none.") {
    std::mt19937 random(20'261'201);
    for (const bool is_signed : {true, false})
        in_groups(fault_rounds(10),
                  [&](int rounds) { CHECK(lost_in_file(is_signed, rounds, Acknowledge::after, random) == 0); });
}

TEST_CASE("Kills, SQLite: a writer that acknowledges too early is detected (negative control).") {
    std::mt19937 random(1);
    std::uint64_t lost = 0;
    for (int tries = 0; tries < 30 && lost == 0; ++tries) lost = lost_in_file(true, 1, Acknowledge::before, random);
    CHECK(lost > 0);
}

TEST_CASE("Kills, SQLite: a writer killed at each write and each sync leaves each step done or not done.") {
    const int stride = fault_stride(3);
    for (const bool is_signed : {true, false}) {
        const ScratchFolder folder(journal::memory_storage());
        begin_journal(sqlite_store(folder / "before.db", is_signed));
        for (const Fault fault : {Fault::process_ends, Fault::process_ends_torn}) {
            int nth = fault == Fault::process_ends ? 1 : 2;
            while (kill_at_operation(folder / "before.db", is_signed, fault, nth)) nth += stride;
            CHECK(nth > 30);
            MESSAGE("killed up to operation ", nth);
        }
    }
}

} // namespace evenfold::tests::faults

// A kernel over a failing disk, followed by a power loss: every command with a receipt is stored exactly once.
#include <doctest/doctest.h>

#include <optional>
#include <vector>

#include "evenfold/journal/sqlite/sqlite_journal.hpp"
#include "evenfold/tests/journal/faulty_disk.hpp"
#include "evenfold/tests/kernel/bank.hpp"
#include "evenfold/tests/kernel/test_journals.hpp"
#include "evenfold/tests/support/process/fault_rounds.hpp"

namespace evenfold::bank {
namespace {

using journal::Fault;
using journal::FaultyDisk;

constexpr std::uint64_t deposits = 6;

/// Returns command `number`: command 1 opens the account, the others deposit 1 each.
BankCommand numbered_command(std::uint64_t number) {
    return number == 1 ? make_command(1, Open{account(1)}) : make_command(number, Deposit{account(1), 1});
}

/// Returns the numbers of the commands that got a receipt.
std::vector<std::uint64_t> submit_all_to(const std::filesystem::path& file) {
    std::vector<std::uint64_t> accepted;
    const auto opened = journal::open_sqlite_journal(file, journal::Access::create);
    if (!opened) return accepted;
    const auto kernel = Kernel::open(**opened, [] { return Instant{5000}; });
    if (!kernel) return accepted;
    for (std::uint64_t number = 1; number <= deposits; ++number) {
        if ((*kernel)->submit(numbered_command(number))) accepted.push_back(number);
    }
    return accepted;
}

/// Cuts the power after the run and checks that every receipt survived. Returns whether operation `nth` met `fault`.
bool survives(Fault fault, int nth) {
    CAPTURE(static_cast<int>(fault));
    CAPTURE(nth);
    const journal::ScratchFolder folder(journal::memory_storage());
    const auto file = folder / "journal.db";
    FaultyDisk disk;
    disk.fail(fault, nth);
    const auto accepted = submit_all_to(file);
    const bool came = disk.has_failed();
    disk.cut_power();
    disk.restore_power();
    {
        const auto opened = open_file(file);
        for (const std::uint64_t number : accepted) CHECK(opened->receipt(command(number)).value());
    }
    CHECK(submit_all_to(file).size() == deposits); // repeated and new commands alike
    const auto opened = open_file(file);
    CHECK(records_of(*opened).size() == deposits);
    CHECK(balance(*kernel_over(*opened), account(1)) == deposits - 1);
    return came;
}

} // namespace

TEST_CASE("Kernel: a fault of any disk operation and then a power loss keep every acknowledged command, once.") {
    for (const Fault fault :
         {Fault::write_tears, Fault::disk_full, Fault::sync_fails, Fault::sync_stops, Fault::power_fails}) {
        const int stride = tests::fault_stride(2);
        int nth = 1;
        while (survives(fault, nth)) nth += stride;
        CHECK(nth > 20);
    }
}

} // namespace evenfold::bank

#include <doctest/doctest.h>

#include <algorithm>
#include <thread>

#include "evenfold/core/reflection/digest.hpp"
#include "evenfold/tests/journal/child_process.hpp"
#include "evenfold/tests/kernel/bank.hpp"
#include "evenfold/tests/kernel/test_journals.hpp"

namespace evenfold::bank {
namespace {

using evenfold::journal::ChildProcess;
using evenfold::journal::Pipe;

/// Returns the first bytes of the digest of the kernel's model.
std::uint64_t brief_digest(const Kernel& kernel) {
    const auto digest = kernel.read([](const Accounts& model, Sequence) { return evenfold::digest(model); });
    std::uint64_t brief = 0;
    for (std::size_t index = 0; index < 8; ++index) brief = brief << 8U | digest[index];
    return brief;
}

/// Opens account `payer` and deposits 1 `count` times. Returns how many commands were refused.
int pay(Kernel& kernel, std::uint8_t payer, std::uint64_t count) {
    int refused = 0;
    if (!kernel.submit(make_command(1000U * payer, Open{account(payer)}))) ++refused;
    for (std::uint64_t index = 1; index <= count; ++index) {
        if (!kernel.submit(make_command(1000U * payer + index, Deposit{account(payer), 1}))) ++refused;
    }
    return refused;
}

/// Returns whether both payers' events are complete and gap-free, and in the order of their commands.
bool is_whole(const std::vector<journal::Record>& records, std::uint64_t count) {
    if (records.size() != 2 * (count + 1)) return false;
    for (std::size_t index = 0; index < records.size(); ++index) {
        if (records[index].sequence != index + 1) return false;
    }
    for (const std::uint8_t payer : {std::uint8_t{1}, std::uint8_t{2}}) {
        std::uint64_t next = 0;
        for (const auto& record : records) {
            if (record.stream != "account/" + to_text(account(payer))) continue;
            if (record.command != command(1000U * payer + next) || record.version != ++next) return false;
        }
        if (next != count + 1) return false;
    }
    return true;
}

} // namespace

TEST_CASE("Kernel: two kernels over one file alternate and reach the same model.") {
    const journal::ScratchFolder folder;
    const auto first = open_file(folder / "journal.db");
    const auto second = open_file(folder / "journal.db");
    const auto one = kernel_over(*first);
    const auto other = kernel_over(*second);
    REQUIRE(one->submit(make_command(1, Open{account(1)})));
    for (std::uint64_t number = 2; number < 32; ++number) {
        Kernel& kernel = number % 2 == 0 ? *other : *one; // each decides on the other's last event
        CHECK(first_of(kernel.submit(make_command(number, Deposit{account(1), number}))) == number);
        CHECK(error_of(kernel.submit(make_command(99, Withdraw{account(1), 1000}))) ==
              Bank::Error(TooLittle{balance(kernel, account(1))}));
    }
    CHECK(first_of(one->submit(make_command(30, Deposit{account(1), 30}))) == 30); // the command of the other kernel
    CHECK(refusal_of<CommandIdConflict>(one->submit(make_command(30, Deposit{account(1), 31}))));
    CHECK(one->catch_up() == 31);
    CHECK(other->catch_up() == 31);
    CHECK(brief_digest(*one) == brief_digest(*other));
}

TEST_CASE("Kernel: a command that waits too long for the writer lock fails as busy, and nothing is lost.") {
    const journal::ScratchFolder folder;
    const auto first = open_file(folder / "journal.db");
    const auto second = open_file(folder / "journal.db", std::chrono::milliseconds(1));
    const auto kernel = kernel_over(*second);
    {
        const auto hold = first->hold();
        REQUIRE(hold);
        const auto busy = refusal_of<journal::Failure>(kernel->submit(make_command(1, Open{account(1)})));
        REQUIRE(busy);
        CHECK(busy->kind == journal::FailureKind::busy);
        CHECK_FALSE(busy->remedy.empty());
        CHECK(kernel->catch_up() == 0); // reading needs no lock
    }
    CHECK(first_of(kernel->submit(make_command(1, Open{account(1)}))) == 1);
}

TEST_CASE("Kernel: readers do not wait while another writer has the writer lock.") {
    const journal::ScratchFolder folder;
    const auto first = open_file(folder / "journal.db");
    const auto second = open_file(folder / "journal.db");
    std::atomic<int> holds = 0;
    FailingJournal watched(*second);
    watched.before_hold = [&] { ++holds; };
    const auto kernel = kernel_over(watched);
    auto hold = first->hold();
    REQUIRE(hold);
    Outcome outcome = std::unexpected(journal::Failure{});
    std::jthread submitter([&] { outcome = kernel->submit(make_command(1, Open{account(1)})); });
    while (holds == 0) std::this_thread::yield();
    CHECK(kernel->catch_up() == 0); // would block forever if the submitter held the model's lock
    hold->reset();
    submitter.join();
    CHECK(first_of(outcome) == 1);
}

TEST_CASE("Kernel: two processes on one file lose and reorder no event, and reach the same model.") {
    constexpr std::uint64_t count = 60;
    const journal::ScratchFolder folder;
    open_file(folder / "journal.db").reset();
    Pipe ready;
    Pipe go;
    Pipe seen;
    ChildProcess child([&] {
        const auto journal = open_file(folder / "journal.db");
        const auto kernel = kernel_over(*journal);
        ready.write(1);
        if (!go.read()) return 1;
        const int refused = pay(*kernel, 2, count);
        ready.write(2);
        if (!go.read() || !kernel->catch_up()) return 1;
        seen.write(brief_digest(*kernel));
        return refused;
    });
    const auto journal = open_file(folder / "journal.db");
    const auto kernel = kernel_over(*journal);
    REQUIRE(ready.read());
    go.write(1);
    CHECK(pay(*kernel, 1, count) == 0);
    REQUIRE(ready.read());
    go.write(2);
    CHECK(kernel->catch_up() == 2 * (count + 1));
    CHECK(seen.read() == brief_digest(*kernel));
    CHECK(child.end() == 0);
    const auto records = records_of(*journal);
    CHECK(is_whole(records, count));
    CHECK(brief_digest(*kernel_over(*journal)) == brief_digest(*kernel));
}

TEST_CASE("Kernel: lost or reordered events would be detected (negative control).") {
    const journal::ScratchFolder folder;
    const auto journal = open_file(folder / "journal.db");
    const auto kernel = kernel_over(*journal);
    CHECK(pay(*kernel, 1, 3) == 0);
    CHECK(pay(*kernel, 2, 3) == 0);
    auto records = records_of(*journal);
    CHECK(is_whole(records, 3));
    std::swap(records[2].command, records[3].command);
    CHECK_FALSE(is_whole(records, 3));
    std::swap(records[2].command, records[3].command);
    records.pop_back();
    CHECK_FALSE(is_whole(records, 3));
}

} // namespace evenfold::bank

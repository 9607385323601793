#include <doctest/doctest.h>

#include "evenfold/tests/journal/child_process.hpp"
#include "evenfold/tests/kernel/bank.hpp"
#include "evenfold/tests/kernel/test_journals.hpp"

namespace evenfold::bank {
namespace {

std::string stream_of(const AccountId& id) {
    return "account/" + to_text(id);
}

BankCommand expecting(BankCommand command, CommandExpectation expectation) {
    command.expectation = std::move(expectation);
    return command;
}

/// A deposit of 1 to account 1, if its stream has `version` events.
BankCommand deposit_at(std::uint64_t number, StreamVersion version) {
    return expecting(make_command(number, Deposit{account(1), 1}),
                     ExpectedVersion{.stream = stream_of(account(1)), .version = version});
}

std::optional<std::uint64_t> have_of(const Outcome& outcome) {
    const auto failed = refusal_of<kernel::ExpectationFailed>(outcome);
    return failed ? std::optional(failed->have) : std::nullopt;
}

/// Deposits the balance and 1 `count` times, each decided by the reader on what it sees. With expectations a deposit is
/// tried again until no other writer came between. Returns how often one did.
int double_up(Kernel& kernel, std::uint64_t first_number, int count, bool expects) {
    int conflicts = 0;
    for (std::uint64_t number = first_number; count > 0; ++number) {
        const auto [seen, head] = kernel.read(
            [](const Accounts& model, Sequence at) { return std::pair(model.accounts.find(account(1))->balance, at); });
        BankCommand deposit = make_command(number, Deposit{account(1), seen + 1});
        if (expects) deposit.expectation = ExpectedHead{head};
        const Outcome outcome = kernel.submit(deposit);
        if (outcome)
            --count;
        else if (have_of(outcome) && kernel.catch_up())
            ++conflicts;
        else
            return -1;
    }
    return conflicts;
}

/// Returns whether each deposit is that of the balance before it and 1.
bool is_doubled(journal::Journal& journal) {
    std::uint64_t balance = 0;
    for (const journal::Record& record : records_of(journal)) {
        const auto event = kernel::event_of<Bank>(record).value();
        const auto* deposited = std::get_if<Deposited>(&event.body);
        if (!deposited) continue;
        if (deposited->amount != balance + 1) return false;
        balance += deposited->amount;
    }
    return true;
}

} // namespace

TEST_CASE("Kernel: a command whose expectation holds is accepted, and otherwise refused with the state that it has.") {
    for (const Storage storage : {Storage::memory, Storage::file}) {
        TestJournal journal(storage);
        const auto kernel = kernel_over(journal.journal());
        const BankCommand open_first = expecting(make_command(1, Open{account(1)}),
                                                 ExpectedVersion{.stream = stream_of(account(1)), .version = 0});
        CHECK(first_of(kernel->submit(open_first)) == 1);
        CHECK(first_of(kernel->submit(make_command(2, Open{account(2)}))) == 2);
        CHECK(have_of(kernel->submit(deposit_at(3, 0))) == 1);
        CHECK(have_of(kernel->submit(deposit_at(3, 2))) == 1);
        CHECK(first_of(kernel->submit(deposit_at(3, 1))) == 3);
        const auto expects_head = [](std::uint64_t number, Sequence head) {
            return expecting(make_command(number, Deposit{account(2), 1}), ExpectedHead{head});
        };
        CHECK(have_of(kernel->submit(expects_head(4, 2))) == 3);
        CHECK(have_of(kernel->submit(expects_head(4, 4))) == 3);
        CHECK(first_of(kernel->submit(expects_head(4, 3))) == 4);
        CHECK(records_of(journal.journal()).size() == 4);
        const BankCommand nothing =
            expecting(make_command(5, Transfer{account(1), account(2), 0}), ExpectedHead{3}); // has no events
        CHECK(have_of(kernel->submit(nothing)) == 4);
    }
}

TEST_CASE("Kernel: the receipt of a repeated command is returned whatever the command expects.") {
    TestJournal journal(Storage::file);
    auto kernel = kernel_over(journal.journal());
    REQUIRE(kernel->submit(make_command(1, Open{account(1)})));
    const auto receipt = receipt_of(kernel->submit(deposit_at(2, 1)));
    REQUIRE(receipt);
    CHECK(receipt_of(kernel->submit(deposit_at(2, 1))) == receipt); // the stream has another event now
    CHECK(receipt_of(kernel->submit(deposit_at(2, 7))) == receipt);
    CHECK(receipt_of(kernel->submit(make_command(2, Deposit{account(1), 1}))) == receipt);
    CHECK(refusal_of<CommandIdConflict>(
        kernel->submit(expecting(make_command(2, Deposit{account(1), 2}), ExpectedHead{2}))));
    const auto again = kernel->submit_all({deposit_at(3, 2), deposit_at(3, 2)});
    CHECK(again[0] == again[1]);
    CHECK(first_of(again[0]) == 3);
    kernel.reset();
    journal.reopen();
    CHECK(receipt_of(kernel_over(journal.journal())->submit(deposit_at(2, 1))) == receipt);
}

TEST_CASE("Kernel: within a group, a command expects the state after the commands before it.") {
    TestJournal journal(Storage::memory);
    const auto kernel = kernel_over(journal.journal());
    const auto expects_head = [](std::uint64_t number, Sequence head) {
        return expecting(make_command(number, Deposit{account(1), 1}), ExpectedHead{head});
    };
    const auto outcomes = kernel->submit_all({make_command(1, Open{account(1)}), deposit_at(2, 1), deposit_at(3, 1),
                                              expects_head(4, 2), expects_head(5, 2), deposit_at(6, 3)});
    CHECK(first_of(outcomes[0]) == 1);
    CHECK(first_of(outcomes[1]) == 2);
    CHECK(have_of(outcomes[2]) == 2);
    CHECK(first_of(outcomes[3]) == 3);
    CHECK(have_of(outcomes[4]) == 3);
    CHECK(first_of(outcomes[5]) == 4);
    CHECK(balance(*kernel, account(1)) == 3);
}

TEST_CASE(
    "Kernel: a forbidden command is rejected before its expectation is checked, and a failed read is a failure.") {
    TestJournal test_journal(Storage::memory);
    FailingJournal journal(test_journal.journal());
    const auto kernel = kernel_over(journal);
    REQUIRE(kernel->submit(make_command(1, Open{account(1)})));
    BankCommand forbidden = expecting(make_command(2, Withdraw{account(1), 1}), ExpectedHead{9});
    forbidden.actor = Actor::provider;
    CHECK(error_of(kernel->submit(forbidden)) == Bank::Error(NotYours{}));
    journal.before_hold = [&] { journal.failing_reads = 2; }; // of the head, then of the stream
    const Outcome failed = kernel->submit(deposit_at(3, 1));
    CHECK(refusal_of<journal::Failure>(failed));
    journal.before_hold = [] {};
    journal.failing_reads = 0;
    CHECK(first_of(kernel->submit(deposit_at(3, 1))) == 2);
}

TEST_CASE("Kernel: events that another kernel appended in between are seen by an expectation.") {
    const journal::ScratchFolder folder;
    const auto first = open_file(folder / "journal.db");
    const auto second = open_file(folder / "journal.db");
    const auto one = kernel_over(*first);
    const auto other = kernel_over(*second);
    REQUIRE(one->submit(make_command(1, Open{account(1)})));
    REQUIRE(other->submit(deposit_at(2, 1)));
    CHECK(have_of(one->submit(deposit_at(3, 1))) == 2);
    CHECK(have_of(one->submit(expecting(make_command(4, Deposit{account(1), 1}), ExpectedHead{1}))) == 2);
    CHECK(first_of(one->submit(deposit_at(3, 2))) == 3);
}

TEST_CASE("Kernel: two processes that expect the head that they saw never decide on an older one.") {
    constexpr int count = 25;
    const journal::ScratchFolder folder;
    {
        const auto journal = open_file(folder / "journal.db");
        REQUIRE(kernel_over(*journal)->submit(make_command(1, Open{account(1)})));
    }
    journal::Pipe go;
    journal::ChildProcess child([&] {
        const auto journal = open_file(folder / "journal.db");
        const auto kernel = kernel_over(*journal);
        if (!go.read()) return 1;
        return double_up(*kernel, 1000, count, true) < 0 ? 2 : 0;
    });
    const auto journal = open_file(folder / "journal.db");
    const auto kernel = kernel_over(*journal);
    go.write(1);
    CHECK(double_up(*kernel, 2000, count, true) >= 0);
    CHECK(child.end() == 0);
    CHECK(records_of(*journal).size() == 1 + 2 * count);
    CHECK(is_doubled(*journal));
}

TEST_CASE("Kernel: without an expectation, a command is accepted on a state that its sender did not see (negative "
          "control).") {
    const journal::ScratchFolder folder;
    const auto first = open_file(folder / "journal.db");
    const auto second = open_file(folder / "journal.db");
    const auto one = kernel_over(*first);
    const auto other = kernel_over(*second);
    REQUIRE(one->submit(make_command(1, Open{account(1)})));
    REQUIRE(other->catch_up());
    CHECK(double_up(*one, 1000, 1, false) == 0);
    CHECK(is_doubled(*first));
    CHECK(double_up(*other, 2000, 1, false) == 0); // has not seen the deposit of the first
    CHECK_FALSE(is_doubled(*first));
}

} // namespace evenfold::bank

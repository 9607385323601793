#include <doctest/doctest.h>

#include <array>
#include <limits>

#include "evenfold/tests/kernel/bank.hpp"
#include "evenfold/tests/kernel/test_journals.hpp"

namespace evenfold::bank {
namespace {

constexpr std::array storages{Storage::memory, Storage::file};

/// Returns a batch that no kernel would create.
journal::Batch batch_by_hand(std::uint64_t number, std::vector<journal::NewEvent> events) {
    return {.command = command(number),
            .fingerprint = "by hand",
            .actor = Actor::system,
            .cause = {},
            .correlation = command(number),
            .at = {1},
            .stored_at = {2},
            .expectations = {},
            .events = std::move(events)};
}

Accounts model_of(const Kernel& kernel) {
    return kernel.read([](const Accounts& model, Sequence) { return model; });
}

Sequence head_of(const Kernel& kernel) {
    return kernel.read([](const Accounts&, Sequence head) { return head; });
}

} // namespace

TEST_CASE("Kernel: an accepted command returns a receipt and changes the model.") {
    for (const Storage storage : storages) {
        TestJournal test_journal(storage);
        const auto kernel = kernel_over(test_journal.journal());
        const auto opened = receipt_of(kernel->submit(make_command(1, Open{account(1)})));
        const auto paid = receipt_of(kernel->submit(make_command(2, Deposit{account(1), 50})));
        REQUIRE(opened);
        REQUIRE(paid);
        CHECK(opened->command == command(1));
        CHECK(opened->first == 1);
        CHECK(opened->count == 1);
        CHECK(paid->first == 2);
        CHECK(balance(*kernel, account(1)) == 50);
        CHECK(head_of(*kernel) == 2);
    }
}

TEST_CASE("Kernel: a repeated command returns the same receipt, also after reopening.") {
    for (const Storage storage : storages) {
        TestJournal test_journal(storage);
        auto kernel = kernel_over(test_journal.journal());
        CHECK(kernel->submit(make_command(1, Open{account(1)})));
        const BankCommand deposit = make_command(2, Deposit{account(1), 50});
        const auto first = receipt_of(kernel->submit(deposit));
        REQUIRE(first);
        CHECK(receipt_of(kernel->submit(deposit)) == first);
        kernel.reset();
        test_journal.reopen();
        kernel = kernel_over(test_journal.journal());
        CHECK(receipt_of(kernel->submit(deposit)) == first);
        CHECK(balance(*kernel, account(1)) == 50);
        CHECK(records_of(test_journal.journal()).size() == 2);
    }
}

TEST_CASE("Kernel: another body under the same id is a conflict and changes nothing (F9, #5231).") {
    for (const Storage storage : storages) {
        TestJournal test_journal(storage);
        auto kernel = kernel_over(test_journal.journal());
        CHECK(kernel->submit(make_command(1, Open{account(1)})));
        CHECK(refusal_of<CommandIdConflict>(kernel->submit(make_command(1, Open{account(2)}))) ==
              CommandIdConflict{command(1)});
        kernel.reset();
        test_journal.reopen();
        kernel = kernel_over(test_journal.journal());
        CHECK(refusal_of<CommandIdConflict>(kernel->submit(make_command(1, Deposit{account(1), 1}))));
        CHECK(records_of(test_journal.journal()).size() == 1);
    }
}

TEST_CASE("Kernel: a rejected command changes nothing and keeps no receipt (F9, #4562).") {
    for (const Storage storage : storages) {
        TestJournal test_journal(storage);
        const auto kernel = kernel_over(test_journal.journal());
        const BankCommand deposit = make_command(9, Deposit{account(1), 1});
        CHECK(error_of(kernel->submit(deposit)) == Bank::Error(NoSuchAccount{account(1)}));
        CHECK(test_journal.journal().receipt(command(9)).value() == std::nullopt);
        CHECK(test_journal.journal().head() == 0);
        CHECK(kernel->submit(make_command(1, Open{account(1)})));
        CHECK(first_of(kernel->submit(deposit)) == 2);
    }
}

TEST_CASE("Kernel: a command without events has a receipt, which is kept like any other.") {
    for (const Storage storage : storages) {
        TestJournal test_journal(storage);
        auto kernel = kernel_over(test_journal.journal());
        const BankCommand nothing = make_command(1, Transfer{account(1), account(2), 0});
        const auto receipt = receipt_of(kernel->submit(nothing));
        REQUIRE(receipt);
        CHECK(receipt->first == 1);
        CHECK(receipt->count == 0);
        CHECK(kernel->submit(make_command(2, Open{account(1)})));
        kernel.reset();
        test_journal.reopen();
        kernel = kernel_over(test_journal.journal());
        CHECK(receipt_of(kernel->submit(nothing)) == receipt);
        CHECK(refusal_of<CommandIdConflict>(kernel->submit(make_command(1, Transfer{account(2), account(1), 0}))));
    }
}

TEST_CASE("Kernel: a command that its actor may not submit is rejected.") {
    TestJournal test_journal(Storage::memory);
    const auto kernel = kernel_over(test_journal.journal());
    CHECK(kernel->submit(make_command(1, Open{account(1)})));
    BankCommand withdrawal = make_command(2, Withdraw{account(1), 0});
    withdrawal.actor = Actor::provider;
    CHECK(error_of(kernel->submit(withdrawal)) == Bank::Error(NotYours{}));
    CHECK(test_journal.journal().head() == 1);
    withdrawal.actor = Actor::agent;
    CHECK(kernel->submit(withdrawal));
}

TEST_CASE("Kernel: stored events have the fields of their command's envelope.") {
    for (const Storage storage : storages) {
        TestJournal test_journal(storage);
        std::int64_t time = 7000;
        const auto kernel = std::move(*Kernel::open(test_journal.journal(), [&] { return Instant{time++}; }));
        CHECK(kernel->submit(make_command(1, Open{account(1)})));
        CHECK(kernel->submit(make_command(2, Deposit{account(1), 5})));
        CHECK(kernel->submit(make_command(3, Open{account(2)})));
        BankCommand transfer = make_command(4, Transfer{account(1), account(2), 5});
        transfer.actor = Actor::reactor;
        transfer.cause = 2;
        transfer.correlation = command(1);
        CHECK(kernel->submit(transfer));
        const auto records = records_of(test_journal.journal());
        REQUIRE(records.size() == 5);
        CHECK(records[0].correlation == command(1)); // by default the command itself
        CHECK(records[0].cause == std::nullopt);
        CHECK(records[0].actor == Actor::user);
        CHECK(records[0].at == Instant{1});
        CHECK(records[0].stored_at == Instant{7000});
        const journal::Record last{.sequence = 5,
                                   .stream = "account/" + to_text(account(2)),
                                   .version = 2,
                                   .command = command(4),
                                   .index = 1,
                                   .actor = Actor::reactor,
                                   .cause = 2,
                                   .correlation = command(1),
                                   .at = {4},
                                   .stored_at = {7003},
                                   .type = "Deposited",
                                   .type_version = 1,
                                   .data = R"({"account":")" + to_text(account(2)) + R"(","amount":5})"};
        CHECK(records[4] == last);
        CHECK(records[3].stored_at == Instant{7003});
    }
}

TEST_CASE("Kernel: a command with a cause inherits the correlation of that event unless it names its own.") {
    for (const Storage storage : storages) {
        TestJournal test_journal(storage);
        const auto kernel = kernel_over(test_journal.journal());
        CHECK(kernel->submit(make_command(1, Open{account(1)})));
        BankCommand second = make_command(2, Deposit{account(1), 5});
        second.cause = 1;
        CHECK(kernel->submit(second));
        BankCommand third = make_command(3, Deposit{account(1), 5});
        third.cause = 2;
        BankCommand fourth = make_command(4, Deposit{account(1), 5});
        fourth.cause = 2;
        fourth.correlation = command(7);
        CHECK(kernel->submit_all({third, fourth}).back());
        const auto records = records_of(test_journal.journal());
        REQUIRE(records.size() == 4);
        CHECK(records[1].correlation == command(1));
        CHECK(records[2].correlation == command(1)); // the correlation of the whole chain
        CHECK(records[3].correlation == command(7));
    }
}

TEST_CASE("Kernel: a command whose cause does not exist is refused and keeps no receipt.") {
    TestJournal test_journal(Storage::memory);
    const auto kernel = kernel_over(test_journal.journal());
    CHECK(kernel->submit(make_command(1, Open{account(1)})));
    for (const Sequence cause : {Sequence{0}, Sequence{2}, std::numeric_limits<Sequence>::max()}) {
        BankCommand deposit = make_command(2, Deposit{account(1), 5});
        deposit.cause = cause;
        const auto none = refusal_of<kernel::CauseNotFound>(kernel->submit(deposit));
        CHECK(none == kernel::CauseNotFound{.cause = cause, .head = 1});
    }
    CHECK(test_journal.journal().receipt(command(2)).value() == std::nullopt);
}

TEST_CASE("Kernel: submit_all decides each command by itself, in order, with one append.") {
    TestJournal test_journal(Storage::memory);
    FailingJournal journal(test_journal.journal());
    const auto kernel = kernel_over(journal);
    const auto outcomes = kernel->submit_all(
        {make_command(1, Open{account(1)}), make_command(2, Withdraw{account(1), 1}),        // balance still too low
         make_command(3, Deposit{account(1), 10}), make_command(2, Withdraw{account(1), 4}), // its id is still free
         make_command(3, Deposit{account(1), 10}),                                           // repeated
         make_command(3, Deposit{account(1), 11}),                                           // different body
         make_command(4, Transfer{account(1), account(1), 0})});
    REQUIRE(outcomes.size() == 7);
    CHECK(first_of(outcomes[0]) == 1);
    CHECK(error_of(outcomes[1]) == Bank::Error(TooLittle{0}));
    CHECK(first_of(outcomes[2]) == 2);
    CHECK(first_of(outcomes[3]) == 3);
    CHECK(receipt_of(outcomes[4]) == receipt_of(outcomes[2]));
    CHECK(refusal_of<CommandIdConflict>(outcomes[5]) == CommandIdConflict{command(3)});
    CHECK(receipt_of(outcomes[6])->count == 0);
    CHECK(journal.appends == 1);
    CHECK(balance(*kernel, account(1)) == 6);
    CHECK(model_of(*kernel) == model_of(*kernel_over(test_journal.journal())));
    CHECK(kernel->submit_all({}).empty());
}

TEST_CASE("Kernel: opens at the head of a long journal.") {
    constexpr std::uint64_t count = 5000;
    for (const Storage storage : storages) {
        TestJournal test_journal(storage);
        std::vector<journal::Batch> group{
            batch_by_hand(1, {{"s", "Opened", 1, R"({"account":")" + to_text(account(1)) + "\"}"}})};
        const std::string one = R"({"account":")" + to_text(account(1)) + R"(","amount":1})";
        for (std::uint64_t number = 2; number <= count; ++number)
            group.push_back(batch_by_hand(number, {{"s", "Deposited", 1, one}}));
        REQUIRE(test_journal.journal().append(group, 0));
        const auto kernel = kernel_over(test_journal.journal());
        CHECK(head_of(*kernel) == count);
        CHECK(balance(*kernel, account(1)) == count - 1);
        CHECK(first_of(kernel->submit(make_command(count + 1, Deposit{account(1), 1}))) == count + 1);
    }
}

TEST_CASE("Kernel: events that this build does not know are counted and kept, and do not change the model.") {
    TestJournal test_journal(Storage::file);
    auto kernel = kernel_over(test_journal.journal());
    CHECK(kernel->submit(make_command(1, Open{account(1)})));
    CHECK(kernel->unknown_events() == 0);
    const journal::Batch strange = batch_by_hand(2, {{"s", "Dreamt", 1, "\xff"}, {"s", "Deposited", 2, "{}"}});
    REQUIRE(test_journal.journal().append(std::vector{strange}, 1));
    CHECK(kernel->catch_up() == 3);
    CHECK(kernel->unknown_events() == 2);
    CHECK(kernel->submit(make_command(3, Deposit{account(1), 1})));
    CHECK(balance(*kernel, account(1)) == 1);
    CHECK(kernel_over(test_journal.journal())->unknown_events() == 2);
    CHECK(records_of(test_journal.journal())[1].data == "\xff");
}

TEST_CASE("Kernel: an event that cannot be decoded stops opening and catching up, and the message names it.") {
    TestJournal test_journal(Storage::memory);
    const auto kernel = kernel_over(test_journal.journal());
    CHECK(kernel->submit(make_command(1, Open{account(1)})));
    CHECK(kernel->submit(make_command(2, Deposit{account(1), 3})));
    const std::string damaged = R"({"account":")" + to_text(account(1)) + R"(","amount":-1})";
    REQUIRE(test_journal.journal().append(std::vector{batch_by_hand(3, {{"s", "Deposited", 1, damaged}})}, 2));
    const auto opened = Kernel::open(test_journal.journal(), [] { return Instant{}; });
    REQUIRE_FALSE(opened);
    CHECK(opened.error().kind == journal::FailureKind::damaged);
    CHECK(opened.error().what ==
          "event 3 cannot be read: Deposited/amount: expected an integer >= 0 that fits the field; got -1");
    CHECK(refusal_of<journal::Failure>(kernel->submit(make_command(4, Deposit{account(1), 3}))) == opened.error());
    CHECK_FALSE(kernel->catch_up());
    CHECK(balance(*kernel, account(1)) == 3); // readers see the state before the damaged event
    CHECK(head_of(*kernel) == 2);
    CHECK(test_journal.journal().head() == 3);
}

} // namespace evenfold::bank

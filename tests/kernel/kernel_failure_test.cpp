#include <doctest/doctest.h>

#include <algorithm>

#include "evenfold/tests/kernel/bank.hpp"
#include "evenfold/tests/kernel/test_journals.hpp"

namespace evenfold::bank {
namespace {

/// A kernel over a journal that fails on demand; account 1 is open and holds 10.
struct FailingKernel {
    TestJournal test_journal{Storage::memory};
    FailingJournal journal{test_journal.journal()};
    std::unique_ptr<Kernel> kernel = kernel_over(journal);

    FailingKernel() {
        REQUIRE(kernel->submit(make_command(1, Open{account(1)})));
        REQUIRE(kernel->submit(make_command(2, Deposit{account(1), 10})));
    }

    /// Returns whether the model is the fold of the stored events.
    [[nodiscard]] bool is_faithful() {
        const auto replayed = kernel::replay<Bank>(test_journal.journal());
        return replayed && kernel->read([&](const Accounts& model, Sequence head) {
            return model == replayed->model && head == replayed->head;
        });
    }

    [[nodiscard]] std::size_t stored(std::string_view type) {
        return static_cast<std::size_t>(
            std::ranges::count(records_of(test_journal.journal()), type, &journal::Record::type));
    }
};

bool has_failed(const Outcome& outcome) {
    return refusal_of<journal::Failure>(outcome).has_value();
}

/// Without a kernel: replays, decides and appends under a new id, and retries if the append fails.
void deposit_naively(journal::Journal& journal, std::uint64_t amount) {
    for (std::uint64_t number = 100; number < 110; ++number) {
        const auto state = kernel::replay<Bank>(journal).value();
        const auto events = Bank::decide(Deposit{account(1), amount}, state.model).value();
        const auto form = codec::to_stored(shape_of<Bank::Event>(), &events.front());
        const journal::Batch batch{.command = command(number),
                                   .fingerprint = "naive",
                                   .actor = Actor::user,
                                   .cause = {},
                                   .correlation = command(number),
                                   .at = {},
                                   .stored_at = {},
                                   .expectations = {},
                                   .events = {{"s", form.type, form.version, form.data}}};
        if (journal.append(std::span(&batch, 1), state.head)) return;
    }
}

} // namespace

TEST_CASE("Kernel: a failed append is retried and stored once, whether the first attempt stored it or not.") {
    for (const bool stored : {false, true}) {
        CAPTURE(stored);
        FailingKernel fixture;
        const BankCommand deposit = make_command(3, Deposit{account(1), 5});
        (stored ? fixture.journal.appends_failing_late : fixture.journal.refused_appends) = 1;
        const auto receipt = receipt_of(fixture.kernel->submit(deposit));
        REQUIRE(receipt);
        CHECK(receipt->first == 3);
        CHECK(receipt_of(fixture.kernel->submit(deposit)) == receipt);
        CHECK(balance(*fixture.kernel, account(1)) == 15);
        CHECK(fixture.stored("Deposited") == 2);
        CHECK(fixture.is_faithful());
    }
}

TEST_CASE(
    "Kernel: an append that fails twice is a failure; the same command can be submitted again and is applied once.") {
    for (const bool stored : {false, true}) {
        CAPTURE(stored);
        FailingKernel fixture;
        const BankCommand deposit = make_command(3, Deposit{account(1), 5});
        (stored ? fixture.journal.appends_failing_late : fixture.journal.refused_appends) = 2;
        CHECK(has_failed(fixture.kernel->submit(deposit)));
        CHECK(fixture.journal.appends == 4);
        CHECK(balance(*fixture.kernel, account(1)) == 10);
        CHECK(first_of(fixture.kernel->submit(deposit)) == 3);
        CHECK(first_of(fixture.kernel->submit(deposit)) == 3);
        CHECK(balance(*fixture.kernel, account(1)) == 15);
        CHECK(fixture.stored("Deposited") == 2);
        CHECK(fixture.is_faithful());
    }
}

TEST_CASE("Kernel: an append that fails as busy is not retried.") {
    FailingKernel fixture;
    fixture.journal.kind = journal::FailureKind::busy;
    fixture.journal.refused_appends = 1;
    CHECK(has_failed(fixture.kernel->submit(make_command(3, Deposit{account(1), 5}))));
    CHECK(fixture.journal.appends == 3);
}

TEST_CASE("Kernel: without command ids, a failed append that was stored would be applied twice (negative control).") {
    FailingKernel fixture;
    fixture.journal.appends_failing_late = 1;
    deposit_naively(fixture.journal, 5);
    CHECK(fixture.stored("Deposited") == 3);
    CHECK(fixture.kernel->catch_up() == 4);
    CHECK(balance(*fixture.kernel, account(1)) == 20);
}

TEST_CASE("Kernel: while the journal fails, readers keep the last model; afterwards they see every stored event.") {
    for (const bool stored : {false, true}) {
        CAPTURE(stored);
        FailingKernel fixture;
        const BankCommand deposit = make_command(3, Deposit{account(1), 5});
        (stored ? fixture.journal.appends_failing_late : fixture.journal.refused_appends) = 2;
        fixture.journal.before_append = [&] { fixture.journal.failing_reads = 3; };
        CHECK(has_failed(fixture.kernel->submit(deposit)));
        CHECK(has_failed(fixture.kernel->submit(deposit)));
        CHECK_FALSE(fixture.kernel->catch_up());
        fixture.journal.before_append = [] {};
        fixture.kernel->read([](const Accounts& model, Sequence head) {
            CHECK(money(model) == 10);
            CHECK(head == 2);
        });
        fixture.journal.failing_reads = 0;
        CHECK(first_of(fixture.kernel->submit(deposit)) == 3);
        CHECK(fixture.stored("Deposited") == 2);
        CHECK(fixture.is_faithful());
    }
}

TEST_CASE("Kernel: a failed append does not fold any event twice.") {
    FailingKernel fixture;
    fixture.journal.lowest_read = 100;
    fixture.journal.refused_appends = 2;
    CHECK(has_failed(fixture.kernel->submit(make_command(3, Deposit{account(1), 5}))));
    CHECK(fixture.kernel->submit(make_command(4, Deposit{account(1), 5})));
    CHECK(fixture.journal.lowest_read >= 3);
    CHECK(fixture.is_faithful());
}

TEST_CASE("Kernel: readers see only stored events and do not wait for an append.") {
    FailingKernel fixture;
    std::uint64_t during = 0;
    fixture.journal.before_append = [&] { during = balance(*fixture.kernel, account(1)); };
    CHECK(fixture.kernel->submit(make_command(3, Deposit{account(1), 5})));
    CHECK(during == 10);
    CHECK(balance(*fixture.kernel, account(1)) == 15);
}

TEST_CASE("Kernel: events that a reader catches up with during their append are folded once.") {
    FailingKernel fixture;
    Sequence caught_up = 0;
    fixture.journal.after_append = [&] { caught_up = fixture.kernel->catch_up().value(); };
    CHECK(fixture.kernel->submit(make_command(3, Deposit{account(1), 5})));
    CHECK(caught_up == 3);
    CHECK(balance(*fixture.kernel, account(1)) == 15);
    CHECK(fixture.is_faithful());
}

TEST_CASE("Kernel: commands fail while the journal cannot be read or held, and readers keep their model.") {
    FailingKernel fixture;
    const BankCommand deposit = make_command(3, Deposit{account(1), 5});
    fixture.journal.failing_holds = 1;
    CHECK(has_failed(fixture.kernel->submit(deposit)));
    CHECK(balance(*fixture.kernel, account(1)) == 10);
    fixture.journal.failing_reads = 1;
    CHECK(has_failed(fixture.kernel->submit(deposit)));
    CHECK(balance(*fixture.kernel, account(1)) == 10);
    fixture.journal.failing_receipts = 1;
    CHECK(has_failed(fixture.kernel->submit(deposit)));
    CHECK(fixture.journal.appends == 2);
    CHECK(fixture.kernel->submit(deposit));
    CHECK(fixture.is_faithful());
    fixture.journal.failing_reads = 1;
    CHECK_FALSE(Kernel::open(fixture.journal, [] { return Instant{}; }));
}

TEST_CASE("Kernel: an outcome that depends on a batch that was not stored fails with that batch.") {
    const std::vector<BankCommand> commands{
        make_command(2, Deposit{account(1), 10}), // already stored
        make_command(3, Withdraw{account(2), 1}), // no such account, whatever the rest does
        make_command(4, Withdraw{account(1), 10}), make_command(5, Withdraw{account(1), 1}),
        make_command(4, Withdraw{account(1), 9}),  make_command(4, Withdraw{account(1), 10})};
    FailingKernel fixture;
    fixture.journal.refused_appends = 2;
    const auto failed = fixture.kernel->submit_all(commands);
    CHECK(first_of(failed[0]) == 2);
    CHECK(error_of(failed[1]) == Bank::Error(NoSuchAccount{account(2)}));
    CHECK(has_failed(failed[2]));
    CHECK(has_failed(failed[3])); // there is enough money, because nothing was withdrawn
    CHECK(has_failed(failed[4])); // the id is not used
    CHECK(has_failed(failed[5]));
    CHECK(balance(*fixture.kernel, account(1)) == 10);

    fixture.journal.appends_failing_late = 1;
    const auto stored = fixture.kernel->submit_all(commands);
    CHECK(first_of(stored[2]) == 3);
    CHECK(error_of(stored[3]) == Bank::Error(TooLittle{0}));
    CHECK(refusal_of<CommandIdConflict>(stored[4]) == CommandIdConflict{command(4)});
    CHECK(receipt_of(stored[5]) == receipt_of(stored[2]));
    CHECK(fixture.is_faithful());
}

TEST_CASE("Kernel: whichever append fails, before or after storing, every command is applied once.") {
    const auto check = [](int failing, bool stored, int times) {
        CAPTURE(failing);
        CAPTURE(stored);
        CAPTURE(times);
        FailingKernel fixture;
        int until = failing;
        fixture.journal.before_append = [&] {
            if (until-- == 0) (stored ? fixture.journal.appends_failing_late : fixture.journal.refused_appends) = times;
        };
        for (std::uint64_t number = 3; number < 11; ++number) {
            const BankCommand deposit = make_command(number, Deposit{account(1), 1});
            if (!fixture.kernel->submit(deposit)) CHECK(fixture.kernel->submit(deposit));
        }
        CHECK(balance(*fixture.kernel, account(1)) == 18);
        CHECK(fixture.stored("Deposited") == 9);
        CHECK(fixture.is_faithful());
    };
    for (int failing = 0; failing < 8; ++failing) {
        for (const int times : {1, 2, 3}) {
            check(failing, false, times);
            check(failing, true, times);
        }
    }
}

} // namespace evenfold::bank

#include <doctest/doctest.h>

#include "evenfold/tests/kernel/bank.hpp"
#include "evenfold/tests/kernel/test_journals.hpp"

namespace evenfold::bank {

TEST_CASE("Kernel: opens from a starting state and replays only the events after it.") {
    TestJournal test_journal(Storage::memory);
    FailingJournal journal(test_journal.journal());
    {
        const auto kernel = kernel_over(test_journal.journal());
        REQUIRE(kernel->submit(make_command(1, Open{account(1)})));
        for (std::uint8_t number = 2; number <= 9; ++number)
            REQUIRE(kernel->submit(make_command(number, Deposit{account(1), 1})));
    }
    const auto whole = kernel::replay<Bank>(test_journal.journal()).value();
    for (Sequence head = 0; head <= 9; ++head) {
        journal.lowest_read = 100;
        const auto opened =
            Kernel::open(journal, [] { return Instant{}; },
                         {.starting_state = kernel::replay<Bank>(test_journal.journal(), {}, head).value()});
        REQUIRE(opened);
        CHECK(journal.lowest_read == head + 1);
        CHECK((*opened)->snapshot()->head == 9);
        CHECK((*opened)->snapshot()->model == whole.model);
        CHECK((*opened)->submit(make_command(3, Deposit{account(1), 1})).value().first ==
              3); // the receipt is still found
    }
}

TEST_CASE("Kernel: refuses a starting state that is ahead of the journal.") {
    TestJournal test_journal(Storage::memory);
    kernel::ReplayedModel<Bank> state;
    state.head = 1;
    const auto opened = Kernel::open(test_journal.journal(), [] { return Instant{}; }, {.starting_state = state});
    REQUIRE_FALSE(opened);
    CHECK(opened.error().what == "the starting state is at event 1, but the journal ends at event 0");
}

} // namespace evenfold::bank

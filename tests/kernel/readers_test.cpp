#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <deque>
#include <map>
#include <random>
#include <thread>

#include "evenfold/core/reflection/digest.hpp"
#include "evenfold/core/values/sha256.hpp"
#include "evenfold/tests/kernel/bank.hpp"
#include "evenfold/tests/kernel/test_journals.hpp"

namespace evenfold::bank {
namespace {

using Snapshot = kernel::Snapshot<Bank>;
using Digest = Sha256::Digest;
using Digests = std::map<Sequence, Digest>; // of the model, by head

void open_accounts(Kernel& kernel) {
    REQUIRE(kernel.submit(make_command(1, Open{account(1)})));
    REQUIRE(kernel.submit(make_command(2, Open{account(2)})));
    REQUIRE(kernel.submit(make_command(3, Deposit{account(1), 1000})));
}

/// Returns the digests of a plain fold of `journal`, after each of its events.
Digests digests_of(journal::Journal& journal) {
    Digests digests;
    kernel::ReplayedModel<Bank> state;
    digests[0] = digest(state.model);
    const Sequence head = journal.head().value();
    while (state.head < head) {
        REQUIRE_FALSE(kernel::advance<Bank>(journal, state, state.head + 1));
        digests[state.head] = digest(state.model);
    }
    return digests;
}

/// Observations of a reader, to be compared with a plain fold at the end.
struct Observations {
    std::vector<std::pair<Sequence, Digest>> digests;
    bool went_back = false;
};

/// Takes snapshots until `done`, holds up to four, and checks each again before it releases it.
Observations observe(const Kernel& kernel, unsigned seed, const std::atomic<bool>& done) {
    Observations found;
    std::minstd_rand random(seed);
    std::deque<Snapshot> held;
    Sequence seen = 0;
    do {
        const Snapshot now = kernel.snapshot();
        found.went_back |= now->head < seen;
        seen = now->head;
        found.digests.emplace_back(now->head, digest(now->model));
        held.push_back(now);
        while (!held.empty() && random() % 4 < held.size()) {
            found.digests.emplace_back(held.front()->head, digest(held.front()->model));
            held.pop_front();
        }
    } while (!done);
    return found;
}

} // namespace

TEST_CASE("Kernel: a snapshot does not change while hundreds of commands run, and they do not wait for it.") {
    for (const Storage storage : {Storage::memory, Storage::file}) {
        TestJournal test_journal(storage);
        auto kernel = kernel_over(test_journal.journal());
        open_accounts(*kernel);
        const Snapshot held = kernel->snapshot();
        const Digest before = digest(held->model);
        for (std::uint64_t number = 10; number < 310; ++number) {
            const auto outcome = kernel->submit(make_command(number, Deposit{account(1), number}));
            CHECK(kernel->snapshot()->head == first_of(outcome));
        }
        CHECK(kernel->copies() == 3);
        CHECK(held->head == 3);
        CHECK(digest(held->model) == before);
        CHECK(digest(kernel->snapshot()->model) != before);
        kernel.reset();
        CHECK(digest(held->model) == before);
    }
}

TEST_CASE("Kernel: commands run while a view is running, and the view does not see them.") {
    for (const Storage storage : {Storage::memory, Storage::file}) {
        TestJournal test_journal(storage);
        const auto kernel = kernel_over(test_journal.journal());
        open_accounts(*kernel);
        kernel->read([&](const Accounts& model, Sequence head) {
            std::jthread([&] { CHECK(kernel->submit(make_command(4, Transfer{account(1), account(2), 7}))); }).join();
            CHECK(kernel->submit(make_command(5, Transfer{account(1), account(2), 7})));
            CHECK(model.accounts.find(account(1))->balance == 1000);
            CHECK(head == 3);
        });
        CHECK(balance(*kernel, account(1)) == 986);
    }
}

TEST_CASE("Kernel: every snapshot that a thread holds while others write is the fold of the journal up to its head.") {
    for (const Storage storage : {Storage::memory, Storage::file}) {
        const std::uint64_t per_thread = storage == Storage::memory ? 100 : 20;
        TestJournal test_journal(storage);
        FailingJournal journal(test_journal.journal());
        const auto kernel = kernel_over(journal);
        open_accounts(*kernel);
        std::atomic<unsigned> appends_so_far = 0;
        journal.before_append = [&] {
            if (++appends_so_far % 13 == 0) journal.refused_appends = 2;
            if (appends_so_far % 17 == 0) journal.appends_failing_late = 2;
        };
        const Snapshot for_ever = kernel->snapshot();
        std::atomic<bool> done = false;
        std::atomic<int> unseen = 0; // acknowledged events that were not visible
        std::array<Observations, 3> found;
        {
            std::vector<std::jthread> readers;
            for (unsigned reader = 0; reader < found.size(); ++reader)
                readers.emplace_back([&, reader] { found.at(reader) = observe(*kernel, reader + 1, done); });
            readers.emplace_back([&] { // also during appends
                while (!done) {
                    const auto head = kernel->catch_up();
                    if (!head || kernel->snapshot()->head < *head) ++unseen;
                }
            });
            std::vector<std::jthread> writers;
            for (std::uint64_t writer = 1; writer <= 3; ++writer) {
                writers.emplace_back([&, writer] {
                    for (std::uint64_t index = 0; index < per_thread; ++index) {
                        const BankCommand deposit = make_command(1000 * writer + index, Deposit{account(1), writer});
                        Outcome outcome = kernel->submit(deposit);
                        while (!outcome) outcome = kernel->submit(deposit);
                        if (kernel->snapshot()->head < first_of(outcome)) ++unseen;
                    }
                });
            }
            writers.clear();
            done = true;
        }
        CHECK(unseen == 0);
        CHECK(kernel->copies() <= 1 + 3 * 5 + 2 * 4 + 2);
        Digests digests = digests_of(test_journal.journal());
        for (const Observations& one : found) {
            CHECK_FALSE(one.went_back);
            CHECK(std::ranges::all_of(one.digests, [&](const auto& at) { return digests.at(at.first) == at.second; }));
        }
        CHECK(digest(for_ever->model) == digests.at(3));
        CHECK(digest(kernel->snapshot()->model) == digests.at(3 + 3 * per_thread));
    }
}

TEST_CASE("Kernel: catch_up during an append sees exactly the events that are stored.") {
    for (const bool stored : {false, true}) {
        CAPTURE(stored);
        TestJournal test_journal(Storage::memory);
        FailingJournal journal(test_journal.journal());
        const auto kernel = kernel_over(journal);
        open_accounts(*kernel);
        const auto is_seen = [&](Sequence head) {
            return kernel->catch_up() == head && kernel->snapshot()->head == head;
        };
        std::vector<bool> as_expected;
        bool again = false;
        journal.before_append = [&] {
            as_expected.push_back(is_seen(std::exchange(again, true) && stored ? 5 : 3));
            (stored ? journal.appends_failing_late : journal.refused_appends) = 1;
        };
        CHECK_FALSE(kernel->submit(make_command(4, Transfer{account(1), account(2), 7}))); // tried twice
        CHECK(as_expected == std::vector{true, true});
        CHECK(is_seen(stored ? 5 : 3));
        journal.before_append = [] {};
        journal.after_append = [&] { as_expected.push_back(is_seen(5)); };
        CHECK(first_of(kernel->submit(make_command(4, Transfer{account(1), account(2), 7}))) == 4);
        CHECK(as_expected == std::vector(stored ? 2 : 3, true));
        CHECK(is_seen(5));
        const auto digests = digests_of(test_journal.journal());
        CHECK(digest(kernel->snapshot()->model) == digests.at(5));
    }
}

TEST_CASE("Kernel: appends of other writers are in later snapshots and not in those already held.") {
    const journal::ScratchFolder folder;
    const auto first = open_file(folder / "journal.db");
    const auto second = open_file(folder / "journal.db");
    const auto writer = kernel_over(*first);
    const auto follower = kernel_over(*second);
    open_accounts(*writer);
    std::vector<Snapshot> held;
    for (std::uint64_t number = 10; number < 60; ++number) {
        Kernel& one = number % 5 == 0 ? *follower : *writer;
        REQUIRE(one.submit(make_command(number, Transfer{account(1), account(2), 1})));
        if (number % 3 == 0) {
            REQUIRE(follower->catch_up());
            held.push_back(follower->snapshot());
        }
    }
    const Digests digests = digests_of(*first);
    for (const Snapshot& one : held) CHECK(digest(one->model) == digests.at(one->head));
    CHECK(follower->copies() <= held.size() + 2);
    held.clear();
    CHECK(follower->catch_up() == writer->snapshot()->head);
    CHECK(digest(follower->snapshot()->model) == digest(writer->snapshot()->model));
}

TEST_CASE("Kernel: catch_up without new events makes no copy.") {
    TestJournal test_journal(Storage::memory);
    open_accounts(*kernel_over(test_journal.journal()));
    const auto kernel = kernel_over(test_journal.journal());
    CHECK(kernel->catch_up() == 3);
    CHECK(kernel->copies() == 1);
}

} // namespace evenfold::bank

#include <doctest/doctest.h>

#include <thread>

#include "evenfold/tests/kernel/bank.hpp"
#include "evenfold/tests/kernel/test_journals.hpp"

namespace evenfold::bank {
namespace {

constexpr std::uint64_t per_thread = 50;

/// Runs `work(thread number)` on `count` threads and joins them.
void in_threads(std::uint8_t count, const std::function<void(std::uint8_t)>& work) {
    std::vector<std::jthread> threads;
    for (std::uint8_t number = 0; number < count; ++number) threads.emplace_back(work, number);
}

/// Returns a unique command number for command `index` of `thread`.
std::uint64_t number_of(std::uint8_t thread, std::uint64_t index) {
    return 1000U * (thread + 1U) + index;
}

/// Opens two accounts and deposits 1000 in the first.
void open_two_accounts(Kernel& kernel) {
    REQUIRE(kernel.submit(make_command(1, Open{account(1)})));
    REQUIRE(kernel.submit(make_command(2, Open{account(2)})));
    REQUIRE(kernel.submit(make_command(3, Deposit{account(1), 1000})));
}

/// Counts the appends of eight depositing threads. Each append waits until all other running threads have submitted.
int appends_of_eight(bool one_at_a_time) {
    TestJournal test_journal(Storage::memory);
    FailingJournal journal(test_journal.journal());
    const auto kernel = kernel_over(journal);
    open_two_accounts(*kernel);
    journal.appends = 0;
    journal.batches = 0;
    std::atomic<std::size_t> running = 8;
    std::atomic<std::size_t> submitted = 0;
    std::mutex turn;
    if (!one_at_a_time) {
        journal.before_append = [&] {
            while (submitted - journal.batches < running - journal.group) std::this_thread::yield();
        };
    }
    std::atomic<int> refused = 0;
    in_threads(8, [&](std::uint8_t thread) {
        for (std::uint64_t index = 0; index < per_thread; ++index) {
            std::unique_lock<std::mutex> alone;
            if (one_at_a_time) alone = std::unique_lock(turn);
            ++submitted;
            if (!kernel->submit(make_command(number_of(thread, index), Deposit{account(1), 1}))) ++refused;
        }
        --running;
    });
    CHECK(refused == 0);
    CHECK(balance(*kernel, account(1)) == 1000 + 8 * per_thread);
    CHECK(records_of(test_journal.journal()).size() == 3 + 8 * per_thread);
    return journal.appends;
}

} // namespace

TEST_CASE("Kernel: readers see the model only between commands while threads write.") {
    for (const Storage storage : {Storage::memory, Storage::file}) {
        TestJournal test_journal(storage);
        const auto kernel = kernel_over(test_journal.journal());
        open_two_accounts(*kernel);
        std::atomic<int> writing = 4;
        std::atomic<std::uint64_t> wrong = 0;
        std::atomic<std::uint64_t> reads = 0;
        std::atomic<std::uint64_t> refused = 0;
        in_threads(6, [&](std::uint8_t thread) {
            if (thread >= 4) {
                Sequence seen = 0;
                do { // reads at least once, even if the writers have already finished
                    kernel->read([&](const Accounts& model, Sequence head) {
                        if (money(model) != 1000 || head < seen || head % 2 == 0) ++wrong; // transfers are two events
                        seen = head;
                    });
                    ++reads;
                } while (writing > 0);
                return;
            }
            for (std::uint64_t index = 0; index < per_thread; ++index) {
                const bool back = (index + thread) % 2 == 1;
                const Transfer transfer{account(back ? 2 : 1), account(back ? 1 : 2), 1};
                if (!kernel->submit(make_command(number_of(thread, index), transfer))) ++refused;
            }
            --writing;
        });
        CHECK(wrong == 0);
        CHECK(reads > 0);
        const std::uint64_t stored = records_of(test_journal.journal()).size() - 3;
        CHECK(stored == 2 * (4 * per_thread - refused)); // some transfers may have been refused for lack of money
        const auto replayed = kernel::replay<Bank>(test_journal.journal());
        REQUIRE(replayed);
        CHECK(kernel->read([&](const Accounts& model, Sequence) { return model == replayed->model; }));
    }
}

TEST_CASE(
    "Kernel: the sum is wrong between the events of one command, so that the readers above can detect it (control).") {
    TestJournal test_journal(Storage::memory);
    const auto kernel = kernel_over(test_journal.journal());
    open_two_accounts(*kernel);
    REQUIRE(kernel->submit(make_command(4, Transfer{account(1), account(2), 7})));
    const auto half = kernel::replay<Bank>(test_journal.journal(), {}, 4);
    REQUIRE(half);
    CHECK(money(half->model) == 993);
}

TEST_CASE("Kernel: writers make progress while readers read without pause.") {
    TestJournal test_journal(Storage::memory);
    const auto kernel = kernel_over(test_journal.journal());
    open_two_accounts(*kernel);
    std::atomic<bool> done = false;
    std::atomic<int> inside = 0; // two overlapping readers hold a shared lock forever
    std::vector<std::jthread> readers;
    for (int count = 0; count < 8; ++count) {
        readers.emplace_back([&] {
            while (!done) {
                kernel->read([&](const Accounts&, Sequence) {
                    ++inside;
                    for (int turn = 0; turn < 50 && inside < 2; ++turn) std::this_thread::yield();
                    --inside;
                });
            }
        });
    }
    for (std::uint64_t number = 10; number < 60; ++number)
        CHECK(kernel->submit(make_command(number, Deposit{account(1), 1})));
    done = true;
}

TEST_CASE("Kernel: commands of many threads share appends.") {
    CHECK(appends_of_eight(false) < static_cast<int>(8 * per_thread) / 2);
}

TEST_CASE("Kernel: commands that are submitted one at a time have an append each (control).") {
    CHECK(appends_of_eight(true) == static_cast<int>(8 * per_thread));
}

TEST_CASE("Kernel: one command submitted by many threads is applied once.") {
    TestJournal test_journal(Storage::memory);
    const auto kernel = kernel_over(test_journal.journal());
    open_two_accounts(*kernel);
    std::atomic<std::uint64_t> same = 0;
    in_threads(8, [&](std::uint8_t) {
        for (std::uint64_t index = 0; index < per_thread; ++index) {
            const auto receipt = receipt_of(kernel->submit(make_command(100 + index, Deposit{account(1), 1})));
            if (receipt && receipt->first == 4 + index) ++same;
        }
    });
    CHECK(same == 8 * per_thread);
    CHECK(balance(*kernel, account(1)) == 1000 + per_thread);
}

TEST_CASE("Kernel: a thread with a hold can submit while another thread's command waits for the journal.") {
    for (const Storage storage : {Storage::memory, Storage::file}) {
        TestJournal test_journal(storage);
        FailingJournal journal(test_journal.journal());
        const auto kernel = kernel_over(journal);
        open_two_accounts(*kernel);
        std::atomic<int> holds = 0;
        std::atomic<std::uint64_t> refused = 0;
        auto hold = journal.hold();
        REQUIRE(hold);
        journal.before_hold = [&] { ++holds; };
        std::jthread other([&] {
            if (!kernel->submit(make_command(5, Deposit{account(1), 1}))) ++refused;
        });
        while (holds == 0) std::this_thread::yield();
        CHECK(first_of(kernel->submit(make_command(4, Deposit{account(1), 1}))) == 4);
        hold->reset();
        other.join();
        CHECK(refused == 0);
        CHECK(balance(*kernel, account(1)) == 1002);
    }
}

TEST_CASE("Kernel: many threads on a journal with occasional failures lose and repeat no command.") {
    TestJournal test_journal(Storage::memory);
    FailingJournal journal(test_journal.journal());
    const auto kernel = kernel_over(journal);
    open_two_accounts(*kernel);
    std::atomic<unsigned> submitted = 0;
    journal.before_append = [&] {
        const unsigned count = ++submitted;
        if (count % 5 == 0) journal.refused_appends = 1;
        if (count % 7 == 0) journal.appends_failing_late = 1;
        if (count % 11 == 0) journal.failing_reads = 1;
    };
    in_threads(4, [&](std::uint8_t thread) {
        for (std::uint64_t index = 0; index < per_thread; ++index) {
            const BankCommand deposit = make_command(number_of(thread, index), Deposit{account(1), 1});
            while (!kernel->submit(deposit)) std::this_thread::yield();
        }
    });
    CHECK(records_of(test_journal.journal()).size() == 3 + 4 * per_thread);
    journal.failing_reads = 0; // the last append may have set it
    CHECK(kernel->catch_up() == 3 + 4 * per_thread);
    CHECK(balance(*kernel, account(1)) == 1000 + 4 * per_thread);
}

} // namespace evenfold::bank

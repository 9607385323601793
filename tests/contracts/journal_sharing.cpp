// The rules about sharing a journal: threads that append, wait and hold, and reopening.
#include <algorithm>
#include <atomic>
#include <fmt/format.h>
#include <latch>
#include <thread>

#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/contracts/journal_contract.hpp"

namespace evenfold::journal::contract {

namespace {

using std::chrono::milliseconds;

constexpr std::chrono::minutes long_time{2}; // a wait that lasts this long has not been woken
constexpr milliseconds slow{500};            // a wait that takes this long has not been woken, but has polled
constexpr int slow_max = 2;                  // more than a busy machine explains

Violations wakes_waiters(const MakeFixture& make) {
    Check check;
    const auto fixture = make();
    Journal& journal = fixture->journal();
    check.that(journal.wait(0, milliseconds(1)) == 0, "a wait without an append does not end at its limit");
    check.accepted(journal, {batch(1, {"a"})});
    check.that(journal.wait(0, long_time) == 1, "a wait for a stored event does not return the head");
    int slow_ones = 0;
    for (Sequence seen = 1; seen <= 20 && slow_ones <= slow_max; ++seen) {
        std::latch about_to_wait(1);
        std::expected<Sequence, Failure> woken = 0;
        const auto start = std::chrono::steady_clock::now();
        std::thread waiter([&] {
            about_to_wait.count_down();
            woken = journal.wait(seen, long_time);
        });
        about_to_wait.wait();
        check.accepted(journal, {batch(seen + 1, {"a"})});
        waiter.join();
        check.that(woken == seen + 1, "a wait does not return the new head");
        if (std::chrono::steady_clock::now() - start >= slow) ++slow_ones;
    }
    check.that(slow_ones <= slow_max, "an append does not wake a waiter");
    return check.done();
}

Violations lets_many_append(const MakeFixture& make) {
    Check check;
    const auto fixture = make();
    Journal& journal = fixture->journal();
    constexpr std::uint64_t writers = 4;
    constexpr std::uint64_t batches = 50;
    std::atomic<int> refused{0};
    std::vector<std::thread> threads;
    for (std::uint64_t writer = 0; writer < writers; ++writer) {
        threads.emplace_back([&, writer] {
            for (std::uint64_t number = 1; number <= batches; ++number) {
                const std::vector group{batch(writer * 1000 + number, {"shared", fmt::format("of {}", writer)})};
                if (!journal.append(group, std::nullopt)) ++refused;
                if (!journal.head()) ++refused;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    check.that(refused == 0, "appends of several threads are refused");
    const auto records = check.all(journal);
    check.that(records.size() == writers * batches * 2, fmt::format("{} events are there", records.size()));
    for (std::size_t index = 0; index + 1 < records.size(); index += 2) {
        const Record& first = records[index];
        const Record& second = records[index + 1];
        check.that(first.sequence == index + 1 && second.sequence == index + 2,
                   "appends of several threads leave gaps");
        check.that(first.command == second.command && second.index == 1, "appends of several threads are mixed");
        check.that(first.version == index / 2 + 1, "a stream shared by threads has gaps in its versions");
    }
    for (std::uint64_t writer = 0; writer < writers; ++writer) {
        std::uint64_t number = 0;
        for (const Record& record : check.of_stream(journal, fmt::format("of {}", writer))) {
            check.that(record.command == command(writer * 1000 + ++number), "a thread's appends are not in its order");
        }
        check.that(number == batches, "appends of a thread are lost");
    }
    return check.done();
}

Violations excludes_others_while_held(const MakeFixture& make) {
    Check check;
    const auto fixture = make();
    Journal& journal = fixture->journal();
    std::latch appending(1);
    std::atomic<bool> done{false};
    std::thread other([&] {
        for (std::uint64_t number = 1; !done; ++number) {
            const bool accepted = journal.append(std::vector{batch(number, {"other"})}, std::nullopt).has_value();
            if (number == 1) appending.count_down();
            if (!accepted) break;
        }
    });
    appending.wait();
    Sequence first = 0;
    {
        const auto hold = journal.hold();
        const auto again = journal.hold();
        check.that(hold && again, "a journal cannot be held, or not twice by one thread");
        check.that(journal.is_held_here(), "is_held_here() is false for the thread with the hold");
        bool held_there = false;
        std::thread([&] { held_there = journal.is_held_here(); }).join();
        check.that(!held_there, "is_held_here() is true for a thread without the hold");
        first = check.head(journal);
        check.that(journal.wait(first, milliseconds(100)) == first, "an append came while the journal was held");
        for (std::uint64_t number = 0; number < 50; ++number) {
            check.accepted(journal, {batch(100'000'000 + number, {"held"})}, first + number);
        }
        check.that(check.head(journal) == first + 50, "another thread appended to a journal that was held");
    }
    check.that(!journal.is_held_here(), "is_held_here() is true after the hold");
    const auto seen = check.head(journal);
    const auto after = journal.wait(std::max(seen, first + 50), long_time);
    check.that(after && *after > first + 50, "a blocked append does not continue after the hold");
    done = true;
    other.join();
    return check.done();
}

Violations survives_reopening(const MakeFixture& make) {
    Check check;
    const auto fixture = make();
    const std::vector<Batch> batches = {batch(1, {"a", "b"}), batch(2, {}), batch(3, {"a"})};
    const auto receipts = check.accepted(fixture->journal(), batches);
    if (!fixture->reopen()) {
        check.that(fixture->journal().durability() == Durability::none,
                   "a journal that cannot be reopened claims to be durable");
        return check.done();
    }
    check.that(fixture->journal().durability() != Durability::none, "a durable journal does not report its durability");
    check.that(check.all(fixture->journal()) == expected_records(batches), "events are lost by reopening");
    check.that(check.accepted(fixture->journal(), batches, 0) == receipts,
               "repeats do not return their receipts after reopening");
    check.accepted(fixture->journal(), {expecting(batch(4, {"a"}), "a", 2)}, 3);
    check.that(fixture->reopen() && check.head(fixture->journal()) == 4, "an append after reopening is lost");
    return check.done();
}

} // namespace

std::vector<Rule> rules_of_sharing() {
    return {{"an append wakes waiters", wakes_waiters},
            {"several threads can append concurrently", lets_many_append},
            {"only the thread with the hold can append", excludes_others_while_held},
            {"durable events are there after reopening", survives_reopening}};
}

} // namespace evenfold::journal::contract

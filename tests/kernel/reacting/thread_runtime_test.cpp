#include "evenfold/kernel/reacting/thread_runtime.hpp"

#include <doctest/doctest.h>

#include <atomic>

#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/journal/memory/memory_journal.hpp"
#include "evenfold/kernel/reacting/loop.hpp"
#include "evenfold/tests/kernel/reacting/letters.hpp"

namespace evenfold::letters {
namespace {

using kernel::MonotonicTime;
using Loop = kernel::ReactorLoop<Letters>;
using Reactors = kernel::Reactors<Letters>;

constexpr unsigned many = 200;

} // namespace

TEST_CASE("ThreadRuntime: runs effects of concurrent commands on several threads until all are completed.") {
    journal::MemoryJournal journal;
    const auto kernel = kernel_over(journal);
    std::atomic<int> at_once = 0;
    std::atomic<int> most = 0;
    Reactors reactors;
    reactors.add<Carry>(
        {.policy = {},
         .lane = {},
         .handle =
             [&](const Carry& due, const kernel::Attempt<Letters>& attempt) {
                 const int now = ++at_once;
                 int seen = most;
                 while (seen < now && !most.compare_exchange_weak(seen, now)) {}
                 const bool is_there =
                     attempt.read([&](const Office& office, Sequence) { return office.letters.contains(due.letter); });
                 --at_once;
                 return is_there ? Letters::Command(MarkSent{due.letter}) : Letters::Command(MarkSent{letter(0)});
             },
         .give_up = [](const Carry& due,
                       const std::string& reason) { return MarkLost{.letter = due.letter, .reason = reason}; }});
    kernel::ThreadRuntime runtime(journal);
    Loop loop(*kernel, reactors, runtime);
    std::jthread writer([&] {
        for (unsigned number = 1; number <= many; ++number)
            submit(*kernel, Write{.letter = letter(number), .to = "ada", .by_phone = false});
    });
    std::jthread runner([&](const std::stop_token& stop) { loop.run(stop); });
    writer.join();
    const auto unsent = [](const Office& office, Sequence) {
        std::size_t count = 0;
        for (const Letter* one : office.letters.sorted()) count += one->state == State::written ? 1 : 0;
        return count;
    };
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    Sequence seen = 0;
    while (kernel->read(unsent) > 0 && std::chrono::steady_clock::now() < give_up)
        seen = journal.wait(seen, std::chrono::milliseconds(100)).value_or(seen);
    runner.request_stop();
    runner.join();
    CHECK(kernel->read(unsent) == 0);
    CHECK(most <= 4);
    for (unsigned number = 1; number <= many; ++number) CHECK(read(*kernel, number).state == State::sent);
}

TEST_CASE(
    "ThreadRuntime: a loop that ends requests its attempts to stop, waits for them, and submits their commands.") {
    journal::MemoryJournal journal;
    const auto kernel = kernel_over(journal);
    std::atomic<bool> runs = false;
    Reactors reactors;
    reactors.add<Carry>(
        {.policy = {},
         .lane = {},
         .handle =
             [&](const Carry& due, const kernel::Attempt<Letters>& attempt) {
                 runs = true;
                 runs.notify_all();
                 std::atomic<bool> stopped = false;
                 const std::stop_callback on_stop(attempt.stop, [&] {
                     stopped = true;
                     stopped.notify_all();
                 });
                 stopped.wait(false);
                 return MarkSent{due.letter};
             },
         .give_up = [](const Carry& due,
                       const std::string& reason) { return MarkLost{.letter = due.letter, .reason = reason}; }});
    kernel::ThreadRuntime runtime(journal);
    Loop loop(*kernel, reactors, runtime);
    submit(*kernel, Write{.letter = letter(1), .to = "ada", .by_phone = false});
    std::jthread runner([&](const std::stop_token& stop) { loop.run(stop); });
    runs.wait(false);
    runner.request_stop();
    runner.join();
    CHECK(read(*kernel, 1).state == State::sent);
}

TEST_CASE("ThreadRuntime: wait returns at its time, at once after wake, and when the journal grows.") {
    journal::MemoryJournal journal;
    const auto kernel = kernel_over(journal);
    kernel::ThreadRuntime runtime(journal);
    const MonotonicTime start = runtime.elapsed();
    runtime.wait(start + MonotonicTime(20));
    CHECK(runtime.elapsed() >= start + MonotonicTime(20));
    runtime.wake();
    runtime.wait({});
    submit(*kernel, Write{.letter = letter(1), .to = "ada", .by_phone = false});
    runtime.wait({}); // a wait without a limit would last an hour
    CHECK(runtime.elapsed() < start + MonotonicTime(60'000));
}

} // namespace evenfold::letters

#include "evenfold/journal/sqlite/sqlite_journal.hpp"

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <csignal>
#include <fmt/format.h>
#include <sched.h>
#include <string>
#include <utility>

#include "evenfold/journal/sqlite/appender.hpp"
#include "evenfold/storage/sqlite/writer_lock.hpp"
#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/journal/child_process.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"

namespace evenfold::journal {

namespace {

using contract::batch;
using std::filesystem::path;

constexpr std::chrono::minutes long_time{2}; // a wait that lasts this long has not been woken
constexpr std::chrono::seconds notified_time{
    10}; // enough to notice 20 appends by notification, but not by polling once per second

std::vector<Record> all_of(const path& file) {
    const auto journal = open_sqlite_journal(file, Access::read_write);
    REQUIRE(journal);
    auto records = read_all(**journal);
    REQUIRE(records);
    return std::move(*records);
}

std::string integrity_of(const path& file) {
    const auto database =
        storage::sqlite::Database::open(file, storage::sqlite::OpenMode::read, std::chrono::seconds(1));
    REQUIRE(database);
    return database->text("PRAGMA integrity_check").value_or("unreadable");
}

/// Appends `batches` batches. Each is decided on the head that its payload contains.
int append_on_the_head(const path& file, std::uint64_t writer, std::uint64_t batches, bool guarded) {
    const auto journal = open_sqlite_journal(file, Access::create);
    if (!journal) return 1;
    for (std::uint64_t number = 1; number <= batches;) {
        const auto head = (*journal)->head();
        if (!head) return 2;
        Batch made = batch(writer * 10'000 + number, {fmt::format("of {}", writer)});
        made.events.front().data = std::to_string(*head);
        const auto receipts = (*journal)->append(std::vector{made}, guarded ? std::optional(*head) : std::nullopt);
        if (receipts)
            ++number;
        else if (!std::holds_alternative<HeadMoved>(receipts.error()))
            return 3;
    }
    return 0;
}

struct RaceResult {
    std::size_t events = 0;
    std::size_t decided_on_another_head = 0;
    bool gap_free = true;
    bool in_order = true;
    std::size_t turns = 0; // how often the writer changed
};

/// Runs two processes that append to one journal at the same time.
RaceResult two_processes(std::uint64_t batches, bool guarded) {
    const ScratchFolder folder;
    const path file = folder / "journal.db";
    ChildProcess one([&] { return append_on_the_head(file, 1, batches, guarded); });
    ChildProcess two([&] { return append_on_the_head(file, 2, batches, guarded); });
    CHECK(one.end() == 0);
    CHECK(two.end() == 0);
    CHECK(integrity_of(file) == "ok");
    RaceResult outcome;
    std::array<std::uint64_t, 2> next = {10'001, 20'001};
    std::string writer;
    for (const Record& record : all_of(file)) {
        ++outcome.events;
        outcome.gap_free = outcome.gap_free && record.sequence == outcome.events;
        if (record.data != std::to_string(record.sequence - 1)) ++outcome.decided_on_another_head;
        if (record.stream != std::exchange(writer, record.stream)) ++outcome.turns;
        std::uint64_t& expected = next.at(record.stream == "of 1" ? 0 : 1);
        outcome.in_order = outcome.in_order && record.command == contract::command(expected++);
    }
    return outcome;
}

} // namespace

TEST_CASE("SqliteJournal: two processes that append at an expected head lose and reorder no event.") {
    const RaceResult outcome = two_processes(500, true);
    CHECK(outcome.events == 1000);
    CHECK(outcome.gap_free);
    CHECK(outcome.in_order);
    CHECK(outcome.decided_on_another_head == 0);
    CHECK(outcome.turns > 10);
    MESSAGE("the two processes took ", outcome.turns, " turns for 1000 appends");
}

TEST_CASE(
    "SqliteJournal: two processes that append without an expected head decide on stale heads (negative control).") {
    const RaceResult outcome = two_processes(500, false);
    CHECK(outcome.events == 1000);
    CHECK(outcome.gap_free);
    CHECK(outcome.decided_on_another_head > 0);
    MESSAGE("the two processes took ", outcome.turns, " turns for 1000 appends");
}

TEST_CASE("SqliteJournal: an append wakes waiters in other processes, whatever their access mode.") {
    for (const Access access : {Access::read_only, Access::read_write}) {
        const ScratchFolder folder;
        const path file = folder / "journal.db";
        { REQUIRE(open_sqlite_journal(file, Access::create)); }
        Pipe ready;
        ChildProcess waiter([&] {
            const auto journal = open_sqlite_journal(file, access);
            if (!journal) return 1;
            for (Sequence seen = 0; seen < 20; ++seen) {
                ready.write(seen);
                if ((*journal)->wait(seen, long_time) != seen + 1) return 2;
            }
            return 0;
        });
        ready.close_write();
        const auto start = std::chrono::steady_clock::now();
        {
            const auto journal = open_sqlite_journal(file, Access::read_write);
            REQUIRE(journal);
            while (const auto seen = ready.read()) {
                CHECK((*journal)->append(std::vector{batch(*seen + 1, {"a"})}, *seen));
            }
        }
        CHECK(waiter.end() == 0);
        CHECK(std::chrono::steady_clock::now() - start < notified_time);
    }
}

TEST_CASE("SqliteJournal: waiters find an append whose writer died before it notified them.") {
    const ScratchFolder folder;
    const path file = folder / "journal.db";
    { REQUIRE(open_sqlite_journal(file, Access::create)); }
    Pipe ready;
    ChildProcess waiter([&] {
        const auto journal = open_sqlite_journal(file, Access::read_only);
        if (!journal || (*journal)->wait(0, std::chrono::milliseconds(1)) != 0) return 1;
        ready.write(1);
        return (*journal)->wait(0, long_time) == 1 ? 0 : 2;
    });
    REQUIRE(ready.read() == 1);
    const auto start = std::chrono::steady_clock::now();
    auto database = storage::sqlite::Database::open(file, storage::sqlite::OpenMode::write, std::chrono::seconds(1));
    REQUIRE(database);
    const auto silent = sqlite::Appender::attach(std::move(*database), Access::read_write, std::nullopt);
    REQUIRE(silent);
    REQUIRE((*silent)->append(std::vector{batch(1, {"a"})}, 0));
    CHECK(waiter.end() == 0);
    CHECK(std::chrono::steady_clock::now() - start < long_time / 2);
}

TEST_CASE("SqliteJournal: an append wakes waiters on a journal without a lock file.") {
    const ScratchFolder folder;
    const path file = folder / "journal.db";
    { REQUIRE(open_sqlite_journal(file, Access::create)); }
    std::filesystem::remove(storage::sqlite::sidecar_of(file));
    Pipe ready;
    ChildProcess waiter([&] {
        const auto journal = open_sqlite_journal(file, Access::read_only);
        if (!journal) return 1;
        ready.write(1);
        return (*journal)->wait(0, long_time) == 1 ? 0 : 2;
    });
    CHECK(ready.read() == 1);
    const auto start = std::chrono::steady_clock::now();
    {
        const auto journal = open_sqlite_journal(file, Access::read_write);
        REQUIRE(journal);
        CHECK((*journal)->append(std::vector{batch(1, {"a"})}, 0));
    }
    CHECK(waiter.end() == 0);
    CHECK(std::chrono::steady_clock::now() - start < long_time / 2);
}

TEST_CASE("SqliteJournal: a signal ends a wait.") {
    const ScratchFolder folder;
    const path file = folder / "journal.db";
    Pipe ready;
    ChildProcess waiter([&] {
        struct sigaction action{};
        action.sa_handler = [](int) {};
        sigaction(SIGUSR1, &action, nullptr);
        const auto journal = open_sqlite_journal(file, Access::create);
        if (!journal) return 1;
        ready.write(1);
        return (*journal)->wait(0, long_time) == 0 ? 0 : 2;
    });
    REQUIRE(ready.read() == 1);
    const auto start = std::chrono::steady_clock::now();
    while (!waiter.has_ended()) {
        waiter.signal(SIGUSR1);
        sched_yield();
    }
    CHECK(waiter.end() == 0);
    CHECK(std::chrono::steady_clock::now() - start < long_time / 2);
}

TEST_CASE("SqliteJournal: an append that waits too long for the writer lock names the holding process.") {
    const ScratchFolder folder;
    const path file = folder / "journal.db";
    { REQUIRE(open_sqlite_journal(file, Access::create)); }
    Pipe ready;
    Pipe done;
    ChildProcess holder([&] {
        done.close_write();
        auto lock = storage::sqlite::WriterLock::open(file);
        const auto guard = lock ? lock->acquire(long_time) : std::unexpected(lock.error());
        ready.write(guard.has_value() ? 1 : 0);
        (void)done.read();
        return 0;
    });
    REQUIRE(ready.read() == 1);
    const auto journal = open_sqlite_journal(file, Access::read_write, {.lock_wait = std::chrono::milliseconds(20)});
    REQUIRE(!journal);
    CHECK(journal.error().kind == FailureKind::busy);
    CHECK(journal.error().what.find(std::to_string(holder.pid())) != std::string::npos);
    const auto reader = open_sqlite_journal(file, Access::read_only);
    REQUIRE(reader);
    CHECK((*reader)->head() == 0);
    done.close_write();
    CHECK(holder.end() == 0);
    CHECK(open_sqlite_journal(file, Access::read_write, {.lock_wait = std::chrono::milliseconds(20)}));
}

TEST_CASE("WriterLock: the lock can be acquired after its lock file was removed.") {
    const ScratchFolder folder;
    const path file = folder / "journal.db";
    auto lock = storage::sqlite::WriterLock::open(file);
    REQUIRE(lock);
    { CHECK(lock->acquire(std::chrono::milliseconds(20))); }
    std::filesystem::remove(storage::sqlite::sidecar_of(file));
    auto other = storage::sqlite::WriterLock::open(file);
    REQUIRE(other);
    const auto guard = lock->acquire(std::chrono::milliseconds(20));
    CHECK(guard);
    CHECK(!other->acquire(std::chrono::milliseconds(20)));
}

} // namespace evenfold::journal

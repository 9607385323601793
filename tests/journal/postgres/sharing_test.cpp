// Several journals on one schema: fencing, holds, and waiting.
#include <doctest/doctest.h>

#include <chrono>
#include <csignal>
#include <sched.h>
#include <string>
#include <thread>
#include <vector>

#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/journal/child_process.hpp"
#include "evenfold/tests/journal/postgres/postgres_journals.hpp"

namespace evenfold::journal {

namespace {

using contract::batch;

constexpr std::chrono::minutes long_time{2};      // a wait that lasts this long has not been woken
constexpr std::chrono::seconds notified_time{10}; // enough for 20 notifications, but not for 20 polls
constexpr std::chrono::milliseconds short_wait{20};

const std::string backends =
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'evenfold' "
    "AND pid <> pg_backend_pid()";

} // namespace

TEST_CASE("PostgresJournal: two journals on one schema read each other's appends.") {
    EVENFOLD_REQUIRE_SERVER(server);
    const std::string url = server->url(server->new_journal());
    const auto one = open_journal(url);
    const auto other = open_journal(url, Access::read_write);
    const auto reader = open_journal(url, Access::read_only);
    for (std::uint64_t number = 1; number <= 10; ++number) // each must notice the streams that the other has moved
        CHECK(!kind_of_append(number % 2 == 0 ? *one : *other, number, number - 1));
    CHECK(one->head() == 10);
    CHECK(reader->wait(9, long_time) == 10);
    CHECK(read_all(*reader, {.stream = "a"})->back().version == 10);
    CHECK(kind_of_append(*reader, 11) == FailureKind::read_only);
    CHECK(reader->hold().error().kind == FailureKind::read_only);
    const auto moved = one->append(std::vector{batch(11, {"a"})}, 9);
    CHECK(std::get<HeadMoved>(moved.error()).head == 10);
}

TEST_CASE("PostgresJournal: a writer with an exclusive epoch fences all writers before it, which can still read.") {
    EVENFOLD_REQUIRE_SERVER(server);
    const std::string url = server->url(server->new_journal());
    const auto first = open_journal(url);
    CHECK(!kind_of_append(*first, 1));
    const auto shared = open_journal(url);
    CHECK(!kind_of_append(*first, 2)); // negative control: without an epoch of its own, it fences nobody
    CHECK(!kind_of_append(*shared, 3));
    const auto second = open_journal(url, Access::read_write, {.exclusive = true});
    for (Journal* fenced : {first.get(), shared.get()}) {
        CHECK(kind_of_append(*fenced, 4) == FailureKind::fenced);
        CHECK(fenced->hold().error().kind == FailureKind::fenced);
        CHECK(kind_of_append(*fenced, 1) == FailureKind::fenced); // also a repeat
        CHECK(fenced->head() == 3);
    }
    const auto refused = first->append(std::vector{batch(4, {"a"})}, std::nullopt);
    const std::string message = std::get<Failure>(refused.error()).what;
    CHECK(message.find("user postgres") != std::string::npos);
    CHECK(message.find("epoch 1, and this one has epoch 0") != std::string::npos);
    CHECK(!kind_of_append(*second, 4, 3));
    CHECK(first->wait(3, long_time) == 4);
    const auto third = open_journal(url, Access::read_write, {.exclusive = true});
    CHECK(kind_of_append(*second, 5) == FailureKind::fenced);
    CHECK(!kind_of_append(*third, 5, 4));
    CHECK(third->verify());
}

TEST_CASE("PostgresJournal: during a hold, appends of other connections and other threads fail as busy.") {
    EVENFOLD_REQUIRE_SERVER(server);
    const std::string url = server->url(server->new_journal());
    const auto one = open_journal(url, Access::create, {.lock_wait = short_wait});
    const auto other = open_journal(url, Access::create, {.lock_wait = short_wait});
    {
        const auto hold = one->hold();
        REQUIRE(hold);
        CHECK(kind_of_append(*other, 1) == FailureKind::busy);
        std::optional<FailureKind> kind;
        std::thread([&] { kind = kind_of_append(*one, 2); }).join();
        CHECK(kind == FailureKind::busy);
        CHECK(other->hold().error().kind == FailureKind::busy);
        CHECK(!kind_of_append(*one, 3));
        CHECK(other->head() == 1);
    }
    CHECK(!kind_of_append(*other, 1)); // negative control
}

TEST_CASE("PostgresJournal: a rival of a hold waits for both of its appends.") {
    EVENFOLD_REQUIRE_SERVER(server);
    const std::string url = server->url(server->new_journal());
    const auto one = open_journal(url);
    const auto rival = open_journal(url);
    TableAccess tables(url);
    for (const bool is_held : {true, false}) { // the latter is the negative control: the rival comes in between
        const Sequence start = one->head().value();
        auto hold = is_held ? one->hold() : std::unique_ptr<Hold>();
        REQUIRE(hold);
        CHECK(!kind_of_append(*one, start + 1, start));
        std::thread waiting([&] { CHECK(!kind_of_append(*rival, start + 100)); });
        if (is_held)
            while (tables.text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted") != "1") {}
        else
            waiting.join();
        CHECK(!kind_of_append(*one, start + 2));
        hold->reset();
        if (is_held) waiting.join();
        const auto records = read_all(*one, {.from = start + 1});
        REQUIRE(records);
        CHECK(records->at(is_held ? 2 : 1).command == contract::command(start + 100));
    }
}

TEST_CASE("PostgresJournal: a lost connection ends the hold, and the rest of the hold is fenced.") {
    EVENFOLD_REQUIRE_SERVER(server);
    const std::string url = server->url(server->new_journal());
    const auto one = open_journal(url);
    const auto rival = open_journal(url);
    {
        const auto hold = one->hold();
        REQUIRE(hold);
        CHECK(!kind_of_append(*one, 1));
        TableAccess(url).run(backends);
        CHECK(!kind_of_append(*rival, 2)); // its lost connection is replaced
        CHECK(kind_of_append(*one, 3) == FailureKind::disconnected);
        CHECK(kind_of_append(*one, 3) == FailureKind::fenced);
        CHECK(one->hold().error().kind == FailureKind::fenced);
        CHECK(!kind_of_append(*one, 1)); // a repeat has its receipt
        CHECK(!kind_of_append(*rival, 4));
    }
    CHECK(!kind_of_append(*one, 3, 3));
    CHECK(one->verify());
}

TEST_CASE("PostgresJournal: sessions that the server has ended are replaced, and a wait goes on.") {
    EVENFOLD_REQUIRE_SERVER(server);
    const std::string url = server->url(server->new_journal());
    const auto journal = open_journal(url);
    const auto other = open_journal(url);
    CHECK(!kind_of_append(*journal, 1));
    Batch last = batch(2, {"a"});
    std::thread waiting([&] { CHECK(journal->wait(1, long_time) == 2); });
    TableAccess tables(url);
    while (tables.text("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' OR query LIKE "
                       "'SELECT sequence FROM head%'") == "0") {}
    tables.run(backends);
    CHECK(journal->head() == 1);
    CHECK(!kind_of_append(*other, 2));
    waiting.join();
    CHECK(!kind_of_append(*journal, 3));
}

TEST_CASE("PostgresJournal: an append wakes waiters in other processes, and they find one that was not notified.") {
    EVENFOLD_REQUIRE_SERVER(server);
    const std::string url = server->url(server->new_journal());
    { REQUIRE(open_journal(url)); }
    Pipe ready;
    ChildProcess waiter([&] {
        const auto journal = open_postgres_journal(url, Access::read_only);
        if (!journal) return 1;
        for (Sequence seen = 0; seen < 20; ++seen) {
            ready.write(seen);
            if ((*journal)->wait(seen, long_time) != seen + 1) return 2;
        }
        ready.write(20);
        return (*journal)->wait(20, long_time) == 21 ? 0 : 3;
    });
    ready.close_write();
    const auto start = std::chrono::steady_clock::now();
    const auto journal = open_journal(url);
    for (std::uint64_t seen = 0; seen < 20; ++seen) {
        REQUIRE(ready.read() == seen);
        CHECK(!kind_of_append(*journal, seen + 1));
    }
    REQUIRE(ready.read() == 20);
    CHECK(std::chrono::steady_clock::now() - start < notified_time);
    REQUIRE(!TableAccess(url).run("UPDATE head SET sequence = 21")); // without a NOTIFY
    CHECK(waiter.end() == 0);
    CHECK(std::chrono::steady_clock::now() - start < long_time / 2);
}

TEST_CASE("PostgresJournal: several threads of one journal can wait, and each is woken.") {
    EVENFOLD_REQUIRE_SERVER(server);
    const auto journal = open_journal(server->url(server->new_journal()));
    std::vector<std::thread> threads;
    for (Sequence seen = 0; seen < 6; ++seen) {
        threads.emplace_back([&, seen] {
            const auto head = journal->wait(seen, long_time);
            CHECK((head && *head > seen));
        });
    }
    CHECK(journal->wait(100, std::chrono::milliseconds(1)) == 0); // ends at its limit beside the others
    for (std::uint64_t number = 1; number <= 6; ++number) CHECK(!kind_of_append(*journal, number));
    for (std::thread& thread : threads) thread.join();
}

TEST_CASE("PostgresJournal: a signal ends a wait.") {
    EVENFOLD_REQUIRE_SERVER(server);
    const std::string url = server->url(server->new_journal());
    Pipe ready;
    ChildProcess waiter([&] {
        struct sigaction action{};
        action.sa_handler = [](int) {};
        sigaction(SIGUSR1, &action, nullptr);
        const auto journal = open_postgres_journal(url, Access::create);
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

} // namespace evenfold::journal

// A server that is killed and started again while a writer and a waiter use it, and writers killed at random moments.
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <random>
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

/// Appends until `is_ended`, and counts acknowledged batches. Each failed batch is appended again.
void append_under_restarts(Journal& journal, Acknowledge when, const std::atomic<bool>& is_ended,
                           std::atomic<std::uint64_t>& acknowledged) {
    for (std::uint64_t number = 1; !is_ended; ++number) {
        if (when == Acknowledge::before) acknowledged = number;
        while (!journal.append(std::vector{batch(number, {"a", "b"})}, std::nullopt))
            if (is_ended) return;
        acknowledged = number;
    }
}

/// Kills the server under load and starts it again. Returns the number of acknowledged batches that are missing.
std::uint64_t
lost_by_restarts(tests::PostgresServer& server, int rounds, Acknowledge when, const PostgresOptions& options = {}) {
    const std::string url = server.url(server.new_journal());
    const auto journal = open_journal(url, Access::create, options);
    std::atomic<bool> is_ended = false;
    std::atomic<std::uint64_t> acknowledged = 0;
    std::thread writer([&] { append_under_restarts(*journal, when, is_ended, acknowledged); });
    for (int round = 0; round < rounds; ++round) {
        for (const std::uint64_t seen = acknowledged; acknowledged < seen + 20;) sched_yield();
        server.kill();
        if (round + 1 == rounds) is_ended = true; // what was acknowledged so far must be there
        REQUIRE(server.start());
    }
    writer.join();
    std::uint64_t stored = 0;
    const auto records = read_all(*journal);
    REQUIRE(records);
    for (const Record& record : *records) {
        CHECK(record.command == contract::command(1 + stored / 2));
        ++stored;
    }
    CHECK(journal->verify());
    if (options.signing) CHECK(is_proven(url));
    CHECK(stored % 2 == 0);
    return acknowledged > stored / 2 ? acknowledged - stored / 2 : 0;
}

/// Appends batches forever, and writes the number of each stored one to `acknowledged`.
int append_single_events(const std::string& url, std::uint64_t number, const Pipe& acknowledged) {
    const auto journal = open_postgres_journal(url, Access::read_write, signed_options());
    if (!journal) return 1;
    for (;; ++number) {
        if (!(*journal)->append(std::vector{batch(number, {"a"})}, std::nullopt)) return 2;
        acknowledged.write(number);
    }
}

} // namespace

TEST_CASE(
    "PostgresJournal: a server killed and restarted under load loses no acknowledged batch and stores none twice.") {
    EVENFOLD_REQUIRE_SERVER(server);
    CHECK(lost_by_restarts(*server, fault_rounds(2), Acknowledge::after) == 0);
}

TEST_CASE("PostgresJournal: a signed journal is proven after its server was killed and restarted under load.") {
    EVENFOLD_REQUIRE_SERVER(server);
    CHECK(lost_by_restarts(*server, fault_rounds(1), Acknowledge::after, signed_options()) == 0);
}

TEST_CASE("PostgresJournal: a writer that acknowledges before the server does loses batches (negative control).") {
    EVENFOLD_REQUIRE_SERVER(server);
    std::uint64_t lost = 0;
    for (int tries = 0; tries < 10 && lost == 0; ++tries) lost = lost_by_restarts(*server, 1, Acknowledge::before);
    CHECK(lost > 0);
}

TEST_CASE(
    "PostgresJournal: writers killed at random moments lose no acknowledged batch, and leave a chain that is proven.") {
    EVENFOLD_REQUIRE_SERVER(server);
    const std::string url = server->url(server->new_journal());
    { REQUIRE(open_journal(url, Access::create, signed_options())); }
    std::mt19937 random(20'241'121);
    std::uint64_t last = 0;
    const int rounds = fault_rounds(10);
    for (int round = 0; round < rounds; ++round) {
        Pipe acknowledged;
        ChildProcess writer([&] { return append_single_events(url, last + 1, acknowledged); });
        acknowledged.close_write();
        for (auto acks = random() % 20; acks > 0; --acks) last = acknowledged.read().value_or(last);
        const auto moment = std::chrono::steady_clock::now() + std::chrono::microseconds(random() % 3000);
        while (std::chrono::steady_clock::now() < moment) sched_yield();
        writer.signal(SIGKILL);
        CHECK(writer.end() == -SIGKILL);
        while (const auto number = acknowledged.read()) last = *number;
        const auto journal = open_journal(url, Access::read_write, signed_options());
        if (last > 0) CHECK(journal->receipt(contract::command(last)).value().has_value());
        CHECK(journal->hold()); // waits for what the killed writer has left behind
        CHECK(journal->head().value() >= last);
        CHECK(journal->head().value() <= last + 1);
    }
    const auto journal = open_journal(url, Access::read_write, signed_options());
    CHECK(journal->verify());
    const auto records = read_all(*journal);
    REQUIRE(records);
    for (const Record& record : *records) CHECK(record.command == contract::command(record.sequence));
    CHECK(is_proven(url));
    // Negative control: an event that a fault had taken away is noticed.
    TableAccess owner(url);
    REQUIRE(!owner.run("ALTER TABLE events DISABLE TRIGGER append_only; DELETE FROM events WHERE sequence = (SELECT "
                       "max(sequence) FROM events)"));
    CHECK(!is_proven(url));
}

} // namespace evenfold::journal

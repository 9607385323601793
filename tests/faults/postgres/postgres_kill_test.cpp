// Writers, backends and servers of PostgreSQL journals that are killed.
#include <doctest/doctest.h>

#include <csignal>
#include <cstdlib>
#include <random>
#include <string>

#include "evenfold/tests/faults/judgement.hpp"
#include "evenfold/tests/faults/kill_rounds.hpp"
#include "evenfold/tests/faults/postgres/postgres_store.hpp"
#include "evenfold/tests/faults/writing_process.hpp"
#include "evenfold/tests/journal/postgres/message_proxy.hpp"
#include "evenfold/tests/journal/postgres/postgres_journals.hpp"

namespace evenfold::tests::faults {

namespace {

using journal::MessageProxy;
using journal::ProxyAction;
using journal::TableAccess;

constexpr int statements = 12; // an append has 7, the last of which is COMMIT

/// Judges the journal at `url`, and returns the number of lost steps.
std::uint64_t lost_in(const TestedStore& store, std::uint64_t done) {
    const Judgement judgement = judge(store, {done, done});
    if (judgement.lost == 0) CHECK_MESSAGE(judgement.is_good(), judgement.text());
    return judgement.lost;
}

/// Kills a writer when it executes the `statement`-th statement after its third COMMIT, before or after the server has
/// got it. Returns the number of lost steps.
std::uint64_t
lost_by_killing_at(PostgresServer& server, bool is_signed, ProxyAction action, int statement, Acknowledge when) {
    CAPTURE(statement);
    const std::string name = server.new_journal();
    const TestedStore direct = postgres_store(server.url(name), is_signed);
    REQUIRE(direct.open(1));
    MessageProxy proxy(server.port());
    const std::string url = server.url(name, "postgres", proxy.port()) + "&sslmode=disable";
    WritingProcess writer(postgres_store(url, is_signed), 0, {.when = when});
    proxy.decide_by([action, statement, pid = writer.pid(), commits = 0, executed = 0](std::string_view sql) mutable {
        if (commits >= 3 && ++executed == statement) {
            kill(pid, SIGKILL);
            return action;
        }
        if (sql == "COMMIT") ++commits;
        return ProxyAction::forward;
    });
    proxy.start();
    CHECK(writer.end() == -SIGKILL);
    const std::uint64_t done = writer.acknowledged();
    CHECK(done >= 2);
    return lost_in(direct, done);
}

/// Returns the process id of a backend of a writer, when there is one.
pid_t backend_of_writer(TableAccess& tables) {
    const std::string query = "SELECT max(pid) FROM pg_stat_activity WHERE application_name = 'evenfold' AND pid <> "
                              "pg_backend_pid()";
    constexpr int tries = 10'000; // of about a millisecond
    std::string pid;
    for (int count = 0; pid.empty() && count < tries; ++count) pid = tables.text(query);
    REQUIRE(!pid.empty());
    return std::stoi(pid);
}

enum class ServerEnd : std::uint8_t { killed, stopped_at_once };

/// Ends the server under a writer that goes on as soon as it can. Returns the number of lost steps.
std::uint64_t lost_by_restart(PostgresServer& server, const TestedStore& store, std::uint64_t& done, ServerEnd end,
                              Acknowledge when) {
    WritingProcess writer(store, done, {.when = when, .repeats_failures = true});
    REQUIRE(writer.await(20));
    if (end == ServerEnd::killed)
        server.kill();
    else
        server.stop_at_once();
    if (when == Acknowledge::before) writer.stop(); // so that what it has acknowledged stays undone
    REQUIRE(server.start());
    if (when == Acknowledge::after) {
        (void)writer.acknowledged(); // those from before
        CHECK(writer.await(5));
    }
    writer.stop();
    done = writer.acknowledged();
    return lost_in(store, done);
}

} // namespace

TEST_CASE("Kills, PostgreSQL: a writer killed at any moment loses no acknowledged step and repeats none.") {
    EVENFOLD_REQUIRE_SERVER(server);
    std::mt19937 random(20'261'201);
    for (const bool is_signed : postgres_signings) {
        in_groups(fault_rounds(10), [&](int rounds) {
            const TestedStore store = postgres_store(server->url(server->new_journal()), is_signed);
            REQUIRE(store.open(1));
            CHECK(lost_by_kills(store, rounds, Acknowledge::after, random) == 0);
        });
    }
}

TEST_CASE("Kills, PostgreSQL: a writer killed before or after any statement loses no acknowledged step.") {
    EVENFOLD_REQUIRE_SERVER(server);
    const int rounds = (fault_rounds(1) + 9) / 10; // in the first one, each statement meets one of the two faults
    for (const bool is_signed : postgres_signings) {
        for (int round = 0; round < rounds; ++round) {
            for (int statement = 1; statement <= statements; ++statement) {
                const bool is_before = (statement + round) % 2 == 0;
                const ProxyAction action = is_before ? ProxyAction::cut_before : ProxyAction::cut_after;
                CHECK(lost_by_killing_at(*server, is_signed, action, statement, Acknowledge::after) == 0);
            }
        }
    }
}

TEST_CASE("Kills, PostgreSQL: a writer that acknowledges too early is detected when it is killed (negative control).") {
    EVENFOLD_REQUIRE_SERVER(server);
    CHECK(lost_by_killing_at(*server, postgres_signings.front(), ProxyAction::cut_before, 4, Acknowledge::before) > 0);
}

TEST_CASE("Kills, PostgreSQL: a writer goes on after its backend has ended or was killed.") {
    EVENFOLD_REQUIRE_SERVER(server);
    std::mt19937 random(20'261'201);
    for (const bool is_signed : postgres_signings) {
        in_groups(fault_rounds(4), [&](int rounds) {
            const TestedStore store = postgres_store(server->url(server->new_journal()), is_signed);
            std::uint64_t done = 0;
            for (int round = 0; round < rounds; ++round) {
                WritingProcess writer(store, done, {.repeats_failures = true});
                REQUIRE(writer.await(1 + random() % 20));
                {
                    TableAccess tables(server->url("evenfold"));
                    kill(backend_of_writer(tables), round % 2 == 0 ? SIGTERM : SIGKILL);
                }
                (void)writer.acknowledged(); // those from before
                CHECK(writer.await(5));
                writer.stop();
                done = writer.acknowledged();
                CHECK(lost_in(store, done) == 0);
            }
        });
    }
}

TEST_CASE("Kills, PostgreSQL: a server killed or stopped at once under load loses no acknowledged step.") {
    EVENFOLD_REQUIRE_SERVER(server);
    for (const bool is_signed : postgres_signings) {
        in_groups(fault_rounds(4), [&](int rounds) {
            const TestedStore store = postgres_store(server->url(server->new_journal()), is_signed);
            std::uint64_t done = 0;
            for (int round = 0; round < rounds; ++round) {
                const ServerEnd end = round % 2 == 0 ? ServerEnd::killed : ServerEnd::stopped_at_once;
                CHECK(lost_by_restart(*server, store, done, end, Acknowledge::after) == 0);
            }
        });
    }
}

TEST_CASE("Kills, PostgreSQL: a writer that acknowledges before the server does loses steps (negative control).") {
    EVENFOLD_REQUIRE_SERVER(server);
    const TestedStore store = postgres_store(server->url(server->new_journal()), postgres_signings.front());
    std::uint64_t done = 0;
    CHECK(lost_by_restart(*server, store, done, ServerEnd::killed, Acknowledge::before) > 0);
}

} // namespace evenfold::tests::faults

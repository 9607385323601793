#include "evenfold/reactors/process/child.hpp"

#include <doctest/doctest.h>
#include <sys/time.h>

#include <csignal>
#include <string>
#include <thread>

#include "evenfold/tests/reactors/process/stand_in.hpp"

using namespace evenfold::reactors::process;
using namespace evenfold::reactors::process::tests;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr std::size_t many = 10'000'000;

/// Returns pseudo-random bytes, so that lost, repeated or swapped parts are visible.
std::string varied(std::size_t size) {
    std::string bytes(size, '\0');
    std::uint32_t state = 1;
    for (char& byte : bytes) {
        state = state * 1664525U + 1013904223U;
        byte = static_cast<char>(state >> 24U);
    }
    return bytes;
}

volatile std::sig_atomic_t alarms = 0;

} // namespace

TEST_CASE("Child: the program reads the written input, and its output is returned.") {
    const auto child = started(shell("cat; exit 3"));
    REQUIRE(child->write("one ").has_value());
    REQUIRE(child->write("two").has_value());
    child->close_input();
    CHECK(output_of(*child) == "one two");
    CHECK(child->ended() == ExitStatus{.code = 3, .signal = std::nullopt});
    CHECK(child->read(patience()).ended == child->ended());
}

TEST_CASE("Child: ten million bytes are transferred in both directions at once.") {
    const std::string bytes = varied(many);
    const auto child = started(shell("cat"));
    const SteadyTime deadline = patience();
    constexpr std::size_t piece = 100'000;
    std::string output;
    for (std::size_t at = 0; output.size() < bytes.size();) {
        REQUIRE(steady_clock::now() < deadline);
        if (at < bytes.size() && child->unwritten() < piece) {
            REQUIRE(child->write(bytes.substr(at, piece)).has_value());
            at += piece;
        }
        output += child->read(deadline).output;
    }
    CHECK(output == bytes);
    CHECK(child->unwritten() == 0);
    child->close_input();
    CHECK(child->wait(deadline)->is_success());
}

TEST_CASE("Child: a program that writes all its output before it reads causes no deadlock.") {
    const auto child = started(shell("head -c 10000000 /dev/zero; wc -c"));
    REQUIRE(child->write(varied(many)).has_value());
    child->close_input();
    const std::string output = output_of(*child);
    CHECK(output.size() > many);
    CHECK(output.substr(many).find("10000000") != std::string::npos);
}

TEST_CASE("Child: input beyond the limit is refused as a whole.") {
    constexpr std::size_t bound = 1000;
    auto launched = Child::start(shell("echo ready; exec sleep 1000"), bound);
    REQUIRE(launched.has_value());
    Child& child = **launched;
    std::expected<void, Failure> written;
    for (int at = 0; at < 1000 && written; ++at) written = child.write(std::string(600, 'a'));
    REQUIRE_FALSE(written.has_value());
    CHECK(written.error().kind == FailureKind::input_full);
    CHECK(child.unwritten() <= bound);
    const std::size_t waiting = child.unwritten();
    CHECK(child.write(std::string(bound, 'a')).error().kind == FailureKind::input_full);
    CHECK(child.unwritten() == waiting);
    CHECK(lines_of(child, 1) == "ready\n"); // unwritten input does not block reading
}

TEST_CASE("Child: after its input is closed, a write fails.") {
    const auto child = started(shell("cat"));
    child->close_input();
    const auto written = child->write("late");
    REQUIRE_FALSE(written.has_value());
    CHECK(written.error().kind == FailureKind::input_closed);
    CHECK(written.error().what == "cannot write to /bin/sh: its input was closed");
    CHECK(output_of(*child).empty());
}

TEST_CASE("Child: a read without output lasts until its deadline.") {
    const auto child = started(shell("read line; echo \"$line\""));
    const SteadyTime before = steady_clock::now();
    CHECK(child->read(before + milliseconds(50)) == ReadResult{});
    CHECK(steady_clock::now() >= before + milliseconds(50));
    CHECK(child->read(before) == ReadResult{}); // with a deadline in the past, it polls once
    REQUIRE(child->write("x\n").has_value());
    CHECK(output_of(*child) == "x\n");
}

TEST_CASE("Child: the last 64 KiB of standard error are kept, also while there is no output.") {
    const auto child = started(shell("head -c 1000000 /dev/zero >&2; echo last >&2"));
    CHECK(output_of(*child).empty());
    CHECK(child->error_tail().size() == error_tail_bytes);
    CHECK(child->error_tail().ends_with("last\n"));
}

TEST_CASE("Child: standard error that is passed through is not kept.") {
    if (!has_proc()) {
        MESSAGE("not checked: /proc is not mounted");
        return;
    }
    const auto child = started(shell("readlink /proc/self/fd/2", ErrorOutput::passed_through));
    std::error_code none;
    const auto ours = std::filesystem::read_symlink("/proc/self/fd/2", none).string();
    CHECK(output_of(*child) == ours + "\n");
    CHECK(child->error_tail().empty());
    // Negative control: standard error that is kept goes elsewhere.
    CHECK(output_of(*started(shell("readlink /proc/self/fd/2"))) != ours + "\n");
}

TEST_CASE("Child: another thread can interrupt the program while this one waits.") {
    const auto child = started(shell("trap 'echo caught; exit 3' INT; echo ready; while :; do sleep 1; done"));
    REQUIRE(lines_of(*child, 1) == "ready\n");
    std::thread other([&] { CHECK(child->interrupt().has_value()); });
    const std::string output = output_of(*child);
    other.join();
    CHECK(output == "caught\n");
    CHECK(child->ended() == ExitStatus{.code = 3, .signal = std::nullopt});
    CHECK(child->interrupt().error().kind == FailureKind::ended);
}

TEST_CASE("Child: a signal that this thread handles ends the wait.") {
    struct sigaction count{};
    struct sigaction before{};
    count.sa_handler = [](int) { alarms = alarms + 1; };
    REQUIRE(::sigaction(SIGALRM, &count, &before) == 0);
    const auto child = started(shell("exec sleep 1000"));
    // Repeatedly, because a signal that arrives before the wait begins is missed.
    const itimerval often{.it_interval = {.tv_sec = 0, .tv_usec = 20'000},
                          .it_value = {.tv_sec = 0, .tv_usec = 20'000}};
    const itimerval never{};
    const SteadyTime deadline = patience();
    REQUIRE(::setitimer(ITIMER_REAL, &often, nullptr) == 0);
    const ReadResult heard = child->read(deadline);
    ::setitimer(ITIMER_REAL, &never, nullptr);
    ::sigaction(SIGALRM, &before, nullptr);
    CHECK(heard == ReadResult{});
    CHECK(alarms > 0);
    CHECK(steady_clock::now() < deadline);
}

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <string>

#include "evenfold/reactors/process/child.hpp"
#include "evenfold/tests/journal/child_process.hpp"
#include "evenfold/tests/reactors/process/stand_in.hpp"

using namespace evenfold::reactors::process;
using namespace evenfold::reactors::process::tests;
using evenfold::journal::ChildProcess;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

/// Shell code that waits until the last background process has left the shell's process group.
const std::string gone = "until kill -s 0 -- -$! 2>&-; do :; done;";

ExitStatus status_of_code(int code) {
    return {.code = code, .signal = std::nullopt};
}

ExitStatus status_of_signal(int signal) {
    return {.code = std::nullopt, .signal = signal};
}

std::optional<ExitStatus> end_of(const std::string& line) {
    return started(shell(line))->wait(patience());
}

void later_by(milliseconds length) {
    const SteadyTime later = steady_clock::now() + length;
    REQUIRE(wait_until([&] { return steady_clock::now() >= later; }));
}

pid_t pid_in(const std::string& line) {
    return static_cast<pid_t>(std::stol(line));
}

} // namespace

TEST_CASE("Child ending: the text for a person names the exit code or the signal.") {
    CHECK(end_of("exit 0") == status_of_code(0));
    CHECK(end_of("exit 127") == status_of_code(127));
    CHECK(end_of("kill -SEGV $$") == status_of_signal(SIGSEGV));
    CHECK(describe_exit(status_of_code(127)) == "ended with 127");
    CHECK(describe_exit(status_of_signal(SIGSEGV)) == "was ended by signal 11 (Segmentation fault)");
    CHECK(describe_exit(ExitStatus{}) == "ended, and the system does not report how");
}

TEST_CASE("Child ending: a child that ends before it reads its input raises no signal here.") {
    struct sigaction action{};
    REQUIRE(::sigaction(SIGPIPE, nullptr, &action) == 0);
    REQUIRE(bool(action.sa_handler == SIG_DFL)); // a write to the closed pipe would kill this process
    const auto child = started(shell("exit 3"));
    REQUIRE(child->write(std::string(1'000'000, 'a')).has_value());
    CHECK(child->wait(patience()) == status_of_code(3));
    CHECK(child->unwritten() == 0);
    const auto written = child->write("more");
    REQUIRE_FALSE(written.has_value());
    CHECK(written.error() ==
          Failure{.kind = FailureKind::ended, .what = "/bin/sh ended with 3", .remedy = "start it again"});
    sigset_t pending;
    REQUIRE(::sigpending(&pending) == 0);
    CHECK(::sigismember(&pending, SIGPIPE) == 0);
}

TEST_CASE("Child ending: writing fails if a running child has closed its input.") {
    const auto child = started(shell("exec 0<&-; echo closed; exec sleep 1000"));
    REQUIRE(lines_of(*child, 1) == "closed\n");
    static_cast<void>(child->write("a"));
    const auto written = child->write("b");
    REQUIRE_FALSE(written.has_value());
    CHECK(written.error().kind == FailureKind::input_closed);
    CHECK(written.error().what.ends_with("it no longer reads its input"));
    CHECK_FALSE(child->ended().has_value());
}

TEST_CASE("Child ending: a closed output of a running child is reported once.") {
    const auto child = started(shell("exec 1>&-; read line; exit 5"));
    CHECK(child->read(patience()) == ReadResult{.output = {}, .output_closed = true, .ended = std::nullopt});
    CHECK(child->read(steady_clock::now() + milliseconds(50)) == ReadResult{});
    REQUIRE(child->write("end\n").has_value());
    CHECK(child->wait(patience()) == status_of_code(5));
}

TEST_CASE("Child ending: a child that ignores SIGINT and SIGTERM is killed.") {
    const auto child = started(shell("trap '' INT TERM; echo ready; while :; do sleep 1; done"));
    REQUIRE(lines_of(*child, 1) == "ready\n");
    CHECK(child->interrupt().has_value());
    CHECK(child->terminate().has_value());
    CHECK(child->wait(steady_clock::now() + milliseconds(100)) == std::nullopt);
    CHECK(child->kill().has_value());
    CHECK(child->wait(patience()) == status_of_signal(SIGKILL));
    CHECK(child->kill().error().kind == FailureKind::ended);
    // Negative control: SIGTERM ends a child that does not ignore it.
    const auto mild = started(shell("echo ready; exec sleep 1000"));
    REQUIRE(lines_of(*mild, 1) == "ready\n");
    CHECK(mild->terminate().has_value());
    CHECK(mild->wait(patience()) == status_of_signal(SIGTERM));
}

TEST_CASE("Child ending: endless output arrives in pieces, and the child can be killed.") {
    const auto child = started(shell("exec yes"));
    std::size_t bytes = 0;
    while (bytes < 5'000'000) {
        const ReadResult heard = child->read(patience());
        REQUIRE_FALSE(heard.output.empty());
        REQUIRE(heard.output.size() <= 65536);
        bytes += heard.output.size();
    }
    CHECK(child->terminate().has_value());
    CHECK(child->wait(patience()) == status_of_signal(SIGTERM));
}

TEST_CASE("Child ending: a daemon that keeps the pipes open does not delay the end.") {
    for (const std::string daemon : {"sleep 1000", "yes"}) {
        const auto child = started(shell("echo $$; setsid " + daemon + " & " + gone + " echo $!; exit 4"));
        const std::string output = output_of(*child);
        CHECK(child->ended() == status_of_code(4));
        const std::size_t second = output.find_first_of("0123456789", output.find('\n')); // among the output of `yes`
        REQUIRE(second != std::string::npos);
        const pid_t pid = pid_in(output.substr(second));
        if (daemon != "yes") CHECK(is_running(pid)); // it has left the process group; `yes` dies when it writes
        ::kill(pid, SIGKILL);
        CHECK(wait_until([&] { return !is_running(pid); }));
    }
}

TEST_CASE("Child ending: all output before the end is read, also if another process holds the pipe.") {
    const auto child = started(shell("setsid sleep 1000 & " + gone + " echo $!; head -c 60000 /dev/zero"));
    REQUIRE(wait_until([&] { return !is_running(child->pid()); }));
    later_by(2 * drain_grace);
    const std::string output = output_of(*child);
    CHECK(output.size() == 60000 + output.find('\n') + 1);
    ::kill(pid_in(output), SIGKILL);
}

TEST_CASE("Child ending: all output before the end is read, also if it is read slowly.") {
    const Script script("wide-output 1000000\ngarbage 500000\n");
    const auto child = started(script.agent().program);
    REQUIRE(wait_until([&] { return !is_running(child->pid()); }));
    std::string output;
    while (!child->ended()) {
        output += child->read(patience()).output;
        later_by(drain_grace);
    }
    CHECK(output.size() == 500000);
}

TEST_CASE("Child ending: a daemon that prints faster than it is read does not delay the end forever.") {
    const auto child = started(shell("setsid yes & " + gone + " exit 4"));
    const SteadyTime deadline = patience();
    while (!child->ended() && steady_clock::now() < deadline) {
        CHECK(child->read(deadline).output.size() <= 65536);
        later_by(milliseconds(20));
    }
    CHECK(child->ended() == status_of_code(4));
    CHECK(steady_clock::now() < deadline);
}

TEST_CASE("Child ending: processes that the child left in its group are killed.") {
    const auto child = started(shell("sleep 1000 & echo $!; exit 0"));
    const pid_t left = pid_in(lines_of(*child, 1));
    CHECK(child->wait(patience()) == status_of_code(0));
    CHECK(wait_until([&] { return !is_running(left); }));
}

TEST_CASE("Child ending: the destructor kills the whole group.") {
    auto child = started(shell("trap '' INT TERM; sleep 1000 & echo $!; wait"));
    const pid_t pid = child->pid();
    const pid_t other = pid_in(lines_of(*child, 1));
    CHECK(is_running(pid));
    CHECK(is_running(other));
    child.reset();
    CHECK_FALSE(is_running(pid));
    CHECK(wait_until([&] { return !is_running(other); }));
}

TEST_CASE("Child ending: if the starting process is killed, neither the child nor its group survives.") {
    evenfold::journal::Pipe pids;
    ChildProcess starter([&] {
        const auto child = Child::start(shell("trap '' INT TERM HUP; sleep 1000 >&- 2>&- & first=$!; "
                                              "setsid sleep 1000 >&- 2>&- & " +
                                              gone + " echo $first; echo $!; wait"));
        if (!child) return 1;
        std::string output;
        while (std::ranges::count(output, '\n') < 2) output += (*child)->read(patience()).output;
        pids.write(static_cast<std::uint64_t>((*child)->pid()));
        pids.write(static_cast<std::uint64_t>(pid_in(output)));
        pids.write(static_cast<std::uint64_t>(pid_in(output.substr(output.find('\n') + 1))));
        static_cast<void>((*child)->wait(patience()));
        return 2;
    });
    const auto pid = static_cast<pid_t>(pids.read().value_or(0));
    const auto other = static_cast<pid_t>(pids.read().value_or(0));
    const auto daemon = static_cast<pid_t>(pids.read().value_or(0));
    REQUIRE(pid > 0);
    REQUIRE(other > 0);
    REQUIRE(daemon > 0);
    CHECK(is_running(pid));
    CHECK(is_running(other));
    starter.signal(SIGKILL);
    CHECK(starter.end() == -SIGKILL);
    CHECK(wait_until([&] { return !is_running(pid); }));
    CHECK(wait_until([&] { return !is_running(other); }));
    CHECK(is_running(daemon)); // the negative control: it has left the group
    ::kill(daemon, SIGKILL);
}

TEST_CASE("Child ending: if SIGCHLD is ignored, the end is reported without a status.") {
    ChildProcess forgetful([] {
        ::signal(SIGCHLD, SIG_IGN);
        const auto child = Child::start(shell("echo out; exit 3"));
        if (!child) return 1;
        const auto ended = (*child)->wait(patience());
        return ended == ExitStatus{} ? 0 : 2;
    });
    CHECK(forgetful.end() == 0);
}

TEST_CASE("Child ending: a thousand children leave no descriptor and no zombie.") {
    const std::size_t descriptors = open_descriptors();
    const bool had_children = has_children();
    for (int at = 0; at < 1000; ++at) {
        auto child = started(shell(at % 2 == 0 ? "exit 0" : "exec sleep 1000"));
        if (at % 4 == 0) CHECK(child->wait(patience()) == status_of_code(0));
        if (at == 0) continue;
        if (at == 1) CHECK(open_descriptors() > descriptors); // negative control
        if (at == 1) CHECK(has_children());
    }
    CHECK(open_descriptors() == descriptors);
    CHECK(has_children() == had_children);
}

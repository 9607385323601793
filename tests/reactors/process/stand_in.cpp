#include "evenfold/tests/reactors/process/stand_in.hpp"
#include "evenfold/tests/support/build_paths.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <utility>

namespace evenfold::reactors::process::tests {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::chrono::seconds patience_length{60};
constexpr milliseconds one_pump{100};
constexpr int between_looks_ms = 5;

std::string content_of(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

} // namespace

SteadyTime patience() {
    return steady_clock::now() + patience_length;
}

LaunchOptions shell(const std::string& line, ErrorOutput errors) {
    return {.command = {"/bin/sh", "-c", line}, .folder = {}, .environment = std::nullopt, .errors = errors};
}

std::unique_ptr<Child> started(const LaunchOptions& program) {
    auto child = Child::start(program);
    REQUIRE(child.has_value());
    return *std::move(child);
}

std::string output_of(Child& child) {
    const SteadyTime deadline = patience();
    std::string output;
    while (!child.ended()) {
        REQUIRE(steady_clock::now() < deadline);
        output += child.read(deadline).output;
    }
    return output;
}

std::string lines_of(Child& child, std::size_t count) {
    const SteadyTime deadline = patience();
    std::string output;
    while (static_cast<std::size_t>(std::ranges::count(output, '\n')) < count) {
        REQUIRE(steady_clock::now() < deadline);
        REQUIRE_FALSE(child.ended().has_value());
        output += child.read(deadline).output;
    }
    return output;
}

bool has_proc() {
    return std::filesystem::exists("/proc/self");
}

bool is_running(pid_t pid) {
    if (!has_proc()) {
        siginfo_t ended{};
        const bool is_zombie =
            ::waitid(P_PID, static_cast<id_t>(pid), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 && ended.si_pid == pid;
        return !is_zombie && ::kill(pid, 0) == 0;
    }
    const std::string status = content_of(fmt::format("/proc/{}/stat", pid));
    const std::size_t name_end = status.rfind(')'); // the state follows the name
    return name_end != std::string::npos && status.substr(name_end + 2, 1) != "Z";
}

bool wait_until(const std::function<bool()>& is_so) {
    const SteadyTime deadline = patience();
    while (!is_so()) {
        if (steady_clock::now() >= deadline) return false;
        ::poll(nullptr, 0, between_looks_ms);
    }
    return true;
}

std::size_t open_descriptors() {
    constexpr int number_max = 1024;
    std::size_t open = 0;
    for (int number = 0; number < number_max; ++number)
        if (::fcntl(number, F_GETFD) >= 0) ++open;
    return open;
}

bool has_children() {
    siginfo_t ignored{};
    return ::waitid(P_ALL, 0, &ignored, WEXITED | WNOHANG | WNOWAIT) == 0;
}

Script::Script(const std::string& text) {
    std::ofstream(folder_ / "script") << text;
}

Agent Script::agent(const std::vector<std::string>& more) const {
    std::vector<std::string> command{evenfold::tests::stand_in_agent(), (folder_ / "script").string()};
    command.insert(command.end(), more.begin(), more.end());
    return {.program = {.command = std::move(command),
                        .folder = folder_.path().string(),
                        .environment = std::nullopt,
                        .errors = ErrorOutput::kept},
            .format = providers::format_named("claude-stream-json"),
            .prompting = std::nullopt,
            .grace = GracePeriods{}};
}

std::string Script::read(const std::string& name) const {
    return content_of(folder_ / name);
}

void CollectedOutput::add(PumpResult result) {
    std::ranges::move(result.items, std::back_inserter(items));
    std::ranges::move(result.remarks, std::back_inserter(remarks));
    if (result.agent_exit) agent_exit = std::move(result.agent_exit);
}

std::string CollectedOutput::text() const {
    std::string text;
    for (const auto& delta : all<orchestration::provider::TextDelta>()) text += delta.text;
    return text;
}

AgentSession started(const Agent& agent) {
    auto session = AgentSession::start(agent);
    REQUIRE(session.has_value());
    return *std::move(session);
}

void pump(AgentSession& session, CollectedOutput& collected, const std::function<bool()>& is_so) {
    const SteadyTime deadline = patience();
    while (!collected.agent_exit && !is_so()) {
        const SteadyTime now = steady_clock::now();
        REQUIRE(now < deadline);
        auto result = session.pump(now, now + one_pump);
        REQUIRE(result.has_value());
        collected.add(*std::move(result));
    }
}

void pump_to_end(AgentSession& session, CollectedOutput& collected) {
    pump(session, collected, [] { return false; });
    REQUIRE(collected.agent_exit.has_value());
}

} // namespace evenfold::reactors::process::tests

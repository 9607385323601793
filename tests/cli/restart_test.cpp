#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <random>
#include <sstream>

#include "evenfold/core/events/orchestration.hpp"
#include "evenfold/journal/sqlite/sqlite_journal.hpp"
#include "evenfold/kernel/replay.hpp"
#include "evenfold/tests/cli/agents.hpp"
#include "evenfold/tests/laws/suite.hpp"

namespace evenfold::cli_test {
namespace {

using namespace orchestration;
using orchestration::tests::Core;
using orchestration::tests::CoreHistory;
using orchestration::tests::CoreLaw;

constexpr int kills = 200;

/// Returns the journal's content as a history with one step per batch. A log does not contain the commands.
CoreHistory history_of(const std::filesystem::path& file) {
    CoreHistory history;
    auto journal = journal::open_sqlite_journal(file, journal::Access::read_write);
    REQUIRE(journal);
    CommandId last{};
    const auto records = journal::read_all(**journal);
    REQUIRE(records);
    for (const journal::Record& record : *records) {
        auto event = kernel::event_of<Core>(record);
        REQUIRE(event);
        if (history.steps.empty() || record.command != last) {
            const Command unknown = Reconcile{{}};
            history.steps.push_back({.command = unknown, .decision = std::vector<Event>{}});
        }
        last = record.command;
        history.steps.back().decision->push_back(event->body);
        history.model = Core::project(std::move(history.model), event->body);
    }
    return history;
}

/// Returns the laws of effects that the history violates.
std::string broken_laws_of(const CoreHistory& history) {
    std::string all;
    for (const CoreLaw& law : tests::effect_laws()) {
        if (const auto verdict = law.check(history); !verdict)
            all += std::string(law.name) + ": " + verdict.message() + "\n";
    }
    return all;
}

/// Number of prefixes of the log that are checked. At the end of a prefix, effects may be outstanding.
constexpr std::size_t prefixes = 25;
CoreHistory prefix_of(const CoreHistory& history, std::size_t prefix) {
    CoreHistory begun;
    for (std::size_t step = 0; step < history.steps.size() * prefix / prefixes; ++step) {
        begun.steps.push_back(history.steps[step]);
        for (const Event& event : *history.steps[step].decision)
            begun.model = Core::project(std::move(begun.model), event);
    }
    return begun;
}

std::vector<std::string> sorted_lines(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    std::ranges::sort(lines);
    return lines;
}

/// One of two threads, so that a start also has to end turns of the other thread.
struct ThreadWork {
    const AgentProject& project;
    std::string thread;

    [[nodiscard]] Arguments agent(const std::string& script) const {
        return project.agent(script, {"--prompt", "go on", "--thread", thread});
    }
    [[nodiscard]] Json turn() const {
        const Json turns = project.json({"transcript", "--thread", thread});
        return turns.empty() ? Json{{"state", "none"}, {"text", ""}} : turns.back();
    }
};

} // namespace

TEST_CASE("run, F1, F5: killed at 200 moments, the next run ends open turns and completes each effect once.") {
    constexpr unsigned seed = 20261121;
    MESSAGE("seed ", seed);
    std::mt19937 random(seed);
    const AgentProject project;
    const std::array works{ThreadWork{project, "main"}, ThreadWork{project, "second"}};
    const std::string script =
        await_prompt() + say("a") + offer_request() + "delay 20\n" + say("b") + "delay 20\n" + complete_turn();
    const auto begin = std::chrono::steady_clock::now();
    for (const ThreadWork& work : works) REQUIRE(project.run(work.agent(script)).exit == 0);
    const auto whole = static_cast<std::uint32_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin).count() / 2);
    int cut = 0; // negative control: kills before or after a turn would prove nothing
    for (int kill = 0; kill < kills; ++kill) {
        CAPTURE(kill);
        const ThreadWork& work = works.at(random() % 2);
        project.box().write("f.txt", std::to_string(kill));
        RunningProgram running(project.box().root(), work.agent(script));
        if (kill % 4 == 0) // one in four waits until the agent has printed, also on a slow machine
            wait_for(running, "a");
        else
            (void)running.printed(static_cast<int>(random() % whole));
        running.signal(9);
        (void)running.finish();
        if (kill % 4 != 0) continue; // the next start is killed, too
        const Json state = work.turn()["state"];
        cut += state == "running" || state == "awaiting" ? 1 : 0;
        const ThreadWork& next = works.at(random() % 2);
        const ProgramResult done = project.run(next.agent(await_prompt() + say("after") + complete_turn()));
        CHECK_MESSAGE(done.exit == 0, done.err);
        CHECK(next.turn()["text"] == "after");
        project.check_at_rest();
    }
    CHECK(cut > kills / 8);
    const ProgramResult last =
        project.run(works.front().agent(await_prompt() + say("last") + complete_turn())); // after the last kills
    CHECK_MESSAGE(last.exit == 0, last.err);
    project.check_at_rest();
    std::string refs; // each capture is listed once, and no ref is without a checkpoint
    for (const Json& one : project.json({"checkpoints"})) {
        REQUIRE_MESSAGE(one.contains("ref"), one.dump());
        refs += one["ref"].get<std::string>() + "\n";
    }
    CHECK(sorted_lines(project.box().git({"for-each-ref", "--format=%(refname)", "refs/evenfold"})) ==
          sorted_lines(refs));
    CHECK(project.box().is_healthy());
    const CoreHistory history = history_of(project.box().root() / ".evenfold/journal.db");
    CHECK(history.steps.size() > kills);
    CHECK(broken_laws_of(history) == "");
    for (std::size_t prefix = 1; prefix < prefixes; ++prefix) CHECK(broken_laws_of(prefix_of(history, prefix)) == "");
    tests::planted = tests::Fault::capture_kept_when_confirmed; // negative control
    CHECK(broken_laws_of(history) != "");
    tests::planted = tests::Fault::none;
}

} // namespace evenfold::cli_test

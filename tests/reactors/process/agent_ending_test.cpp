#include <doctest/doctest.h>

#include <csignal>
#include <string>

#include "evenfold/reactors/process/agent_session.hpp"
#include "evenfold/tests/reactors/process/stand_in.hpp"

using namespace evenfold;
using namespace evenfold::reactors::process;
using namespace evenfold::reactors::process::tests;
using orchestration::provider::ProviderError;
using orchestration::provider::TurnComplete;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

const std::string working = R"(print {"type":"system","subtype":"init","session_id":"s","model":"m","cwd":"c"})"
                            "\n"
                            R"(print {"type":"assistant","message":{"id":"m","role":"assistant",)"
                            R"("content":[{"type":"text","text":"working"}]},"session_id":"s"})"
                            "\n";

ExitStatus by_signal(int signal) {
    return {.code = std::nullopt, .signal = signal};
}

/// Starts the agent of `script` and waits until it has printed text in its turn.
AgentSession at_work(const Script& script, CollectedOutput& whole) {
    AgentSession session = started(script.agent());
    pump(session, whole, [&] { return !whole.text().empty(); });
    REQUIRE_FALSE(whole.agent_exit.has_value());
    return session;
}

/// Pumps once at the time `now` of a simulated clock.
void look(AgentSession& session, CollectedOutput& whole, SteadyTime now) {
    auto told = session.pump(now, now + milliseconds(50));
    REQUIRE(told.has_value());
    whole.add(*std::move(told));
}

/// Pumps at the time `now` until the agent has departed.
void look_to_end(AgentSession& session, CollectedOutput& whole, SteadyTime now) {
    CHECK(comes([&] {
        look(session, whole, now);
        return whole.agent_exit.has_value();
    }));
}

std::vector<ProviderError> fatal_errors(const CollectedOutput& whole) {
    std::vector<ProviderError> errors;
    for (const auto& error : whole.all<ProviderError>()) {
        if (error.fatal) errors.push_back(error);
    }
    return errors;
}

} // namespace

TEST_CASE("Agent ending: a crash in a turn breaks the turn off, and is told") {
    const Script script(working + "stderr out of luck\ncrash\n");
    AgentSession session = started(script.agent());
    CollectedOutput whole;
    pump_to_end(session, whole);
    CHECK(whole.text() == "working");
    REQUIRE(fatal_errors(whole).size() == 1);
    CHECK(fatal_errors(whole)[0].code == "stream_truncated");
    CHECK(whole.agent_exit->in_turn);
    CHECK(whole.agent_exit->status == by_signal(SIGSEGV));
    CHECK(whole.agent_exit->message.ends_with(" was ended by signal 11 (Segmentation fault): out of luck"));
    CHECK(whole.agent_exit->skipped.broken_turns == 1);
}

TEST_CASE("Agent ending: half a line before a kill is in the turn that breaks off") {
    const Script script(working + R"(raw {"type":"assistant","mess)" + "\ncrash\n");
    AgentSession session = started(script.agent());
    CollectedOutput whole;
    pump_to_end(session, whole);
    CHECK(whole.text() == "working");
    CHECK(fatal_errors(whole).size() == 1);
}

TEST_CASE("Agent ending: one that never works says why") {
    const Script script("stderr-bytes 100000\nstderr \nstderr no such model\nexit 127\n");
    AgentSession session = started(script.agent());
    CollectedOutput whole;
    static_cast<void>(session.send(std::string(500'000, 'a')));
    pump_to_end(session, whole);
    CHECK(whole.items.empty());
    CHECK_FALSE(whole.agent_exit->in_turn);
    CHECK(whole.agent_exit->message.ends_with(" ended with 127: no such model"));
    CHECK(whole.agent_exit->error_tail.size() == error_tail_bytes);
}

TEST_CASE("Agent ending: one that heeds nothing is terminated, then killed, by the caller's clock") {
    const Script script("ignore INT\nignore TERM\n" + working + "hang\n");
    const GracePeriods grace;
    CollectedOutput whole;
    AgentSession session = at_work(script, whole);
    const SteadyTime start{};
    REQUIRE(session.interrupt(start).has_value());
    look(session, whole, start + grace.interrupt - milliseconds(1));
    CHECK_FALSE(whole.agent_exit.has_value());
    const SteadyTime terminated = start + grace.interrupt;
    look(session, whole, terminated);
    look(session, whole, terminated + grace.terminate - milliseconds(1));
    CHECK_FALSE(whole.agent_exit.has_value());
    look_to_end(session, whole, terminated + grace.terminate);
    CHECK(whole.agent_exit->status == by_signal(SIGKILL));
    CHECK(whole.agent_exit->in_turn);
}

TEST_CASE("Agent ending: one that heeds SIGTERM only gets no further than that") {
    const Script script("ignore INT\n" + working + "hang\n");
    CollectedOutput whole;
    AgentSession session = at_work(script, whole);
    const SteadyTime start{};
    REQUIRE(session.interrupt(start).has_value());
    look_to_end(session, whole, start + GracePeriods{}.interrupt);
    CHECK(whole.agent_exit->status == by_signal(SIGTERM));
}

TEST_CASE("Agent ending: stopped it is terminated at once, and killed the second time") {
    const Script mild(working + "hang\n");
    CollectedOutput whole;
    AgentSession session = at_work(mild, whole);
    const SteadyTime start{};
    REQUIRE(session.stop(start).has_value());
    look_to_end(session, whole, start);
    CHECK(whole.agent_exit->status == by_signal(SIGTERM));

    const Script stubborn("ignore TERM\n" + working + "hang\n");
    CollectedOutput other;
    AgentSession second = at_work(stubborn, other);
    REQUIRE(second.stop(start).has_value());
    look(second, other, start);
    CHECK_FALSE(other.agent_exit.has_value());
    REQUIRE(second.stop(start).has_value());
    look_to_end(second, other, start);
    CHECK(other.agent_exit->status == by_signal(SIGKILL));
}

TEST_CASE("Agent ending: one that does not end with its input is terminated after the grace") {
    const Script script(working + "hang\n");
    CollectedOutput whole;
    AgentSession session = at_work(script, whole);
    const SteadyTime start{};
    REQUIRE(session.close(start).has_value());
    CHECK(session.send("late").error().kind == FailureKind::input_closed);
    look(session, whole, start + GracePeriods{}.close - milliseconds(1));
    CHECK_FALSE(whole.agent_exit.has_value());
    look_to_end(session, whole, start + GracePeriods{}.close);
    CHECK(whole.agent_exit->status == by_signal(SIGTERM));
}

TEST_CASE("Agent ending: one that closes its output and lives is ended as well") {
    const Script script(working + "close-output\nhang\n");
    CollectedOutput whole;
    AgentSession session = at_work(script, whole);
    const SteadyTime start{};
    CHECK(comes([&] {
        look(session, whole, start);
        return !fatal_errors(whole).empty();
    }));
    CHECK_FALSE(whole.agent_exit.has_value());
    look_to_end(session, whole, start + GracePeriods{}.close);
    CHECK(whole.agent_exit->status == by_signal(SIGTERM));
    CHECK(whole.agent_exit->in_turn);
    CHECK(fatal_errors(whole).size() == 1);
}

TEST_CASE("Agent ending: one that reads nothing and prints without end is interrupted by its signal") {
    const Script script("interruptible\n" + working + "flood\n");
    AgentSession session = started(script.agent({}));
    CollectedOutput whole;
    pump(session, whole, [&] { return !whole.text().empty(); });
    REQUIRE(session.interrupt(steady_clock::now()).has_value());
    pump_to_end(session, whole);
    CHECK(whole.all<TurnComplete>().size() == 1);
    CHECK(whole.agent_exit->status.is_success());
}

TEST_CASE("Agent ending: one that has closed its input is interrupted by the signal in place of the protocol") {
    const Script script("interruptible\nclose-input\n" + working + "flood\n");
    CollectedOutput whole;
    AgentSession session = at_work(script, whole);
    static_cast<void>(session.send("unheard"));
    CHECK(session.send("unheard").error().kind == FailureKind::input_closed);
    REQUIRE(session.interrupt(steady_clock::now()).has_value());
    pump_to_end(session, whole);
    CHECK(whole.agent_exit->status.is_success());
}

TEST_CASE("Agent ending: killed by others at any moment of its turn, it leaves nothing open") {
    const Script script("delay 1\n" + working + "delay 1\nprint {\"type\":\"keep_alive\"}\nhang\n");
    for (int at = 0; at < 50; ++at) {
        AgentSession session = started(script.agent());
        CollectedOutput whole;
        const SteadyTime now = steady_clock::now();
        for (int looks = 0; looks < at % 5; ++looks) look(session, whole, now);
        ::kill(session.pid(), SIGKILL);
        pump_to_end(session, whole);
        CHECK(whole.agent_exit->status == by_signal(SIGKILL));
        CHECK(whole.agent_exit->in_turn == !whole.text().empty());
    }
}

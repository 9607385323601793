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
AgentSession at_work(const Script& script, CollectedOutput& collected) {
    AgentSession session = started(script.agent());
    pump(session, collected, [&] { return !collected.text().empty(); });
    REQUIRE_FALSE(collected.agent_exit.has_value());
    return session;
}

/// Pumps once at the time `now` of a simulated clock.
void pump_once(AgentSession& session, CollectedOutput& collected, SteadyTime now) {
    auto result = session.pump(now, now + milliseconds(50));
    REQUIRE(result.has_value());
    collected.add(*std::move(result));
}

/// Pumps at the time `now` until the agent has ended.
void pump_until_exit(AgentSession& session, CollectedOutput& collected, SteadyTime now) {
    CHECK(wait_until([&] {
        pump_once(session, collected, now);
        return collected.agent_exit.has_value();
    }));
}

std::vector<ProviderError> fatal_errors(const CollectedOutput& collected) {
    std::vector<ProviderError> errors;
    for (const auto& error : collected.all<ProviderError>()) {
        if (error.fatal) errors.push_back(error);
    }
    return errors;
}

} // namespace

TEST_CASE("Agent ending: a crash within a turn interrupts the turn, and is reported.") {
    const Script script(working + "stderr out of luck\ncrash\n");
    AgentSession session = started(script.agent());
    CollectedOutput collected;
    pump_to_end(session, collected);
    CHECK(collected.text() == "working");
    REQUIRE(fatal_errors(collected).size() == 1);
    CHECK(fatal_errors(collected)[0].code == "stream_truncated");
    CHECK(collected.agent_exit->in_turn);
    CHECK(collected.agent_exit->status == by_signal(SIGSEGV));
    CHECK(collected.agent_exit->message.ends_with(" was ended by signal 11 (Segmentation fault): out of luck"));
    CHECK(collected.agent_exit->skipped.broken_turns == 1);
}

TEST_CASE("Agent ending: half a line before a kill belongs to the interrupted turn.") {
    const Script script(working + R"(raw {"type":"assistant","mess)" + "\ncrash\n");
    AgentSession session = started(script.agent());
    CollectedOutput collected;
    pump_to_end(session, collected);
    CHECK(collected.text() == "working");
    CHECK(fatal_errors(collected).size() == 1);
}

TEST_CASE("Agent ending: an agent that fails at its start reports the reason.") {
    const Script script("stderr-bytes 100000\nstderr \nstderr no such model\nexit 127\n");
    AgentSession session = started(script.agent());
    CollectedOutput collected;
    static_cast<void>(session.send(std::string(500'000, 'a')));
    pump_to_end(session, collected);
    CHECK(collected.items.empty());
    CHECK_FALSE(collected.agent_exit->in_turn);
    CHECK(collected.agent_exit->message.ends_with(" ended with 127: no such model"));
    CHECK(collected.agent_exit->error_tail.size() == error_tail_bytes);
}

TEST_CASE("Agent ending: an agent that ignores interrupts is terminated, then killed, by the caller's clock.") {
    const Script script("ignore INT\nignore TERM\n" + working + "hang\n");
    const GracePeriods grace;
    CollectedOutput collected;
    AgentSession session = at_work(script, collected);
    const SteadyTime start{};
    REQUIRE(session.interrupt(start).has_value());
    pump_once(session, collected, start + grace.interrupt - milliseconds(1));
    CHECK_FALSE(collected.agent_exit.has_value());
    const SteadyTime terminated = start + grace.interrupt;
    pump_once(session, collected, terminated);
    pump_once(session, collected, terminated + grace.terminate - milliseconds(1));
    CHECK_FALSE(collected.agent_exit.has_value());
    pump_until_exit(session, collected, terminated + grace.terminate);
    CHECK(collected.agent_exit->status == by_signal(SIGKILL));
    CHECK(collected.agent_exit->in_turn);
}

TEST_CASE("Agent ending: an agent that handles only SIGTERM is not killed.") {
    const Script script("ignore INT\n" + working + "hang\n");
    CollectedOutput collected;
    AgentSession session = at_work(script, collected);
    const SteadyTime start{};
    REQUIRE(session.interrupt(start).has_value());
    pump_until_exit(session, collected, start + GracePeriods{}.interrupt);
    CHECK(collected.agent_exit->status == by_signal(SIGTERM));
}

TEST_CASE("Agent ending: the first stop terminates the agent, and the second kills it.") {
    const Script mild(working + "hang\n");
    CollectedOutput collected;
    AgentSession session = at_work(mild, collected);
    const SteadyTime start{};
    REQUIRE(session.stop(start).has_value());
    pump_until_exit(session, collected, start);
    CHECK(collected.agent_exit->status == by_signal(SIGTERM));

    const Script stubborn("ignore TERM\n" + working + "hang\n");
    CollectedOutput other;
    AgentSession second = at_work(stubborn, other);
    REQUIRE(second.stop(start).has_value());
    pump_once(second, other, start);
    CHECK_FALSE(other.agent_exit.has_value());
    REQUIRE(second.stop(start).has_value());
    pump_until_exit(second, other, start);
    CHECK(other.agent_exit->status == by_signal(SIGKILL));
}

TEST_CASE("Agent ending: an agent that does not end with its input is terminated after the grace period.") {
    const Script script(working + "hang\n");
    CollectedOutput collected;
    AgentSession session = at_work(script, collected);
    const SteadyTime start{};
    REQUIRE(session.close(start).has_value());
    CHECK(session.send("late").error().kind == FailureKind::input_closed);
    pump_once(session, collected, start + GracePeriods{}.close - milliseconds(1));
    CHECK_FALSE(collected.agent_exit.has_value());
    pump_until_exit(session, collected, start + GracePeriods{}.close);
    CHECK(collected.agent_exit->status == by_signal(SIGTERM));
}

TEST_CASE("Agent ending: an agent that closes its output and keeps running is terminated.") {
    const Script script(working + "close-output\nhang\n");
    CollectedOutput collected;
    AgentSession session = at_work(script, collected);
    const SteadyTime start{};
    CHECK(wait_until([&] {
        pump_once(session, collected, start);
        return !fatal_errors(collected).empty();
    }));
    CHECK_FALSE(collected.agent_exit.has_value());
    pump_until_exit(session, collected, start + GracePeriods{}.close);
    CHECK(collected.agent_exit->status == by_signal(SIGTERM));
    CHECK(collected.agent_exit->in_turn);
    CHECK(fatal_errors(collected).size() == 1);
}

TEST_CASE("Agent ending: an agent that reads nothing and prints endlessly is interrupted by SIGINT.") {
    const Script script("interruptible\n" + working + "flood\n");
    AgentSession session = started(script.agent({}));
    CollectedOutput collected;
    pump(session, collected, [&] { return !collected.text().empty(); });
    REQUIRE(session.interrupt(steady_clock::now()).has_value());
    pump_to_end(session, collected);
    CHECK(collected.all<TurnComplete>().size() == 1);
    CHECK(collected.agent_exit->status.is_success());
}

TEST_CASE("Agent ending: an agent that has closed its input is interrupted by SIGINT instead of the protocol.") {
    const Script script("interruptible\nclose-input\n" + working + "flood\n");
    CollectedOutput collected;
    AgentSession session = at_work(script, collected);
    static_cast<void>(session.send("unheard"));
    CHECK(session.send("unheard").error().kind == FailureKind::input_closed);
    REQUIRE(session.interrupt(steady_clock::now()).has_value());
    pump_to_end(session, collected);
    CHECK(collected.agent_exit->status.is_success());
}

TEST_CASE("Agent ending: an agent killed by others at any point of its turn leaves nothing open.") {
    const Script script("delay 1\n" + working + "delay 1\nprint {\"type\":\"keep_alive\"}\nhang\n");
    for (int at = 0; at < 50; ++at) {
        AgentSession session = started(script.agent());
        CollectedOutput collected;
        const SteadyTime now = steady_clock::now();
        for (int looks = 0; looks < at % 5; ++looks) pump_once(session, collected, now);
        ::kill(session.pid(), SIGKILL);
        pump_to_end(session, collected);
        CHECK(collected.agent_exit->status == by_signal(SIGKILL));
        CHECK(collected.agent_exit->in_turn == !collected.text().empty());
    }
}

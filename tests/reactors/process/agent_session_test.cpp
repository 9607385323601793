#include "evenfold/reactors/process/agent_session.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "evenfold/tests/reactors/process/stand_in.hpp"
#include "evenfold/tests/support/build_paths.hpp"

using namespace evenfold;
using namespace evenfold::reactors::process;
using namespace evenfold::reactors::process::tests;
using orchestration::Allow;
using orchestration::AllowForSession;
using orchestration::Answer;
using orchestration::ApprovalDecision;
using orchestration::Deny;
using orchestration::provider::AwaitingApproval;
using orchestration::provider::TurnComplete;
using orchestration::provider::TurnOutcome;
using std::chrono::steady_clock;

namespace {

const std::string init = R"(print {"type":"system","subtype":"init","session_id":"s1","model":"m","cwd":"c"})"
                         "\n";
const std::string done = R"(print {"type":"result","subtype":"success","is_error":false,"session_id":"s1"})"
                         "\n";

std::string say(const std::string& text) {
    return R"(print {"type":"assistant","message":{"id":"m)" + text + R"(","role":"assistant","content":[)" +
           R"({"type":"text","text":")" + text + R"("}]},"session_id":"s1"})" + "\n";
}

std::string
asks(const std::string& id, const std::string& tool, const std::string& input, const std::string& more = "") {
    return "ask " + id + R"( {"tool_name":")" + tool + R"(","tool_use_id":"t","input":)" + input + more + "}\n";
}

/// Returns a script whose turn sends the request `ask` and goes on according to the decision.
std::string asking(const std::string& ask) {
    return "received heard\n" + init + "await-user\n" + ask + "allowed " + say("yes") + "denied " + say("no") + done +
           "await-end\n";
}

CollectedOutput run(AgentSession& session, const std::string& said) {
    CollectedOutput collected;
    REQUIRE(session.send(said).has_value());
    pump(session, collected, [&] { return !collected.all<TurnComplete>().empty(); });
    REQUIRE(session.close(steady_clock::now()).has_value());
    pump_to_end(session, collected);
    return collected;
}

/// Runs a script that requests approval once, and responds with `decision`.
CollectedOutput answered(const Script& script, const ApprovalDecision& decision) {
    AgentSession session = started(script.agent());
    CollectedOutput collected;
    REQUIRE(session.send("go").has_value());
    pump(session, collected, [&] { return !collected.all<AwaitingApproval>().empty(); });
    REQUIRE(session.answer(collected.all<AwaitingApproval>().at(0).request_id, decision).has_value());
    CHECK(session.answer("a1", decision).error().kind == FailureKind::not_asked);
    pump(session, collected, [&] { return !collected.all<TurnComplete>().empty(); });
    REQUIRE(session.close(steady_clock::now()).has_value());
    pump_to_end(session, collected);
    CHECK(collected.agent_exit->status.is_success());
    return collected;
}

/// Returns line `number` of the agent's input, counted from 0.
nlohmann::json heard(const Script& script, std::size_t number) {
    std::string lines = script.read("heard");
    for (; number > 0; --number) lines.erase(0, lines.find('\n') + 1);
    return nlohmann::json::parse(lines.substr(0, lines.find('\n')));
}

} // namespace

TEST_CASE("AgentSession: the agent receives the user's message, and its turn becomes items.") {
    const Script script("received heard\n" + init + "await-user\n" + say("$USER") + done + "await-end\n");
    AgentSession session = started(script.agent());
    CHECK(session.wants_input());
    const CollectedOutput collected = run(session, "say hi");
    CHECK(collected.text() == "say hi");
    CHECK(collected.all<TurnComplete>().size() == 1);
    CHECK(collected.remarks.empty());
    CHECK(collected.agent_exit->status.is_success());
    CHECK_FALSE(collected.agent_exit->in_turn);
    CHECK(collected.agent_exit->message == fmt::format("{} ended with 0", evenfold::tests::stand_in_agent()));
    CHECK(heard(script, 0)["message"]["content"] == "say hi");
}

TEST_CASE("AgentSession: the second turn uses the session that the agent reported.") {
    const Script script("received heard\nawait-user\n" + init + done + "await-user\n" + say("two") + done +
                        "await-end\n");
    AgentSession session = started(script.agent());
    CollectedOutput collected;
    REQUIRE(session.send("one").has_value());
    pump(session, collected, [&] { return collected.all<TurnComplete>().size() == 1; });
    REQUIRE(session.send("two").has_value());
    pump(session, collected, [&] { return collected.all<TurnComplete>().size() == 2; });
    CHECK(heard(script, 0)["session_id"] == "default");
    CHECK(heard(script, 1)["session_id"] == "s1");
}

TEST_CASE("AgentSession: after a tool is allowed, the agent continues.") {
    const Script script(asking(asks("a1", "Bash", R"({"command":"ls"})")));
    CHECK(answered(script, Allow{}).text() == "yes");
    const auto response = heard(script, 1)["response"]["response"];
    CHECK(response == nlohmann::json{{"behavior", "allow"}, {"updatedInput", {{"command", "ls"}}}});
}

TEST_CASE("AgentSession: a tool can be allowed for the session.") {
    const Script script(asking(asks("a1", "Bash", "{}", R"(,"permission_suggestions":[{"type":"addRules"}])")));
    CHECK(answered(script, AllowForSession{}).text() == "yes");
    const auto permissions = heard(script, 1)["response"]["response"]["updatedPermissions"];
    CHECK(permissions[0] == nlohmann::json{{"type", "addRules"}, {"destination", "session"}});
}

TEST_CASE("AgentSession: a tool can be denied with the user's feedback.") {
    const Script script(asking(asks("a1", "Bash", "{}")));
    CHECK(answered(script, Deny{.feedback = "rather not"}).text() == "no");
    CHECK(heard(script, 1)["response"]["response"]["message"] == "rather not");
}

TEST_CASE("AgentSession: the user's answer to a question reaches the agent.") {
    const Script script(asking(asks("a1", "AskUserQuestion", R"({"questions":[{"question":"Which?"}]})")));
    CHECK(answered(script, Answer{.answers = {"this"}}).text() == "yes");
    CHECK(heard(script, 1)["response"]["response"]["updatedInput"]["answers"]["Which?"] == "this");
}

TEST_CASE("AgentSession: a decision that does not fit, or has no request, fails and changes nothing.") {
    const Script script("await-user\n" + asks("a1", "Bash", "{}", R"(,"permission_suggestions":[{"type":"x"}])") +
                        "allowed " + say("yes") + "cancel a2\n" + "offer a2 {\"tool_name\":\"B\"}\ncancel a2\n" + done +
                        "await-end\n");
    AgentSession session = started(script.agent());
    CollectedOutput collected;
    REQUIRE(session.send("go").has_value());
    pump(session, collected, [&] { return !collected.all<AwaitingApproval>().empty(); });
    CHECK(session.answer("a9", Allow{}).error().kind == FailureKind::not_asked);
    CHECK(session.answer("a1", Answer{.answers = {"x"}}).error().kind == FailureKind::not_fitting);
    CHECK(session.offers_session("a1"));
    CHECK_FALSE(session.offers_session("a9"));
    CHECK(session.answer("a1", Allow{}).has_value());
    pump(session, collected, [&] { return !collected.all<TurnComplete>().empty(); });
    CHECK(collected.text() == "yes");
    CHECK(session.answer("a2", Allow{}).error().kind == FailureKind::not_asked);
}

TEST_CASE("AgentSession: an unsupported request is refused, so that the agent does not hang.") {
    const Script script("await-user\nrequest h1 {\"subtype\":\"hook_callback\",\"callback_id\":\"c\"}\nrefused " +
                        say("refused") + done + "await-end\n");
    AgentSession session = started(script.agent());
    CHECK(run(session, "go").text() == "refused");
}

TEST_CASE("AgentSession: an agent interrupted by the protocol ends its turn, and waits for the next message.") {
    const Script script(init + "await-user\ninterruptible\n" + say("working") + "hang\n");
    AgentSession session = started(script.agent());
    CollectedOutput collected;
    REQUIRE(session.send("go").has_value());
    pump(session, collected, [&] { return !collected.text().empty(); });
    const SteadyTime now = steady_clock::now();
    REQUIRE(session.interrupt(now).has_value());
    REQUIRE(session.interrupt(now).has_value()); // idempotent
    pump(session, collected, [&] { return !collected.all<TurnComplete>().empty(); });
    CHECK(collected.all<TurnComplete>()[0].outcome == TurnOutcome::interrupted);
    // Nothing more is due, even an hour later.
    const SteadyTime late = now + std::chrono::hours(1);
    const auto result = session.pump(late, late + std::chrono::milliseconds(50));
    REQUIRE(result.has_value());
    CHECK_FALSE(result->agent_exit.has_value());
    REQUIRE(session.close(late).has_value());
    pump_to_end(session, collected);
    CHECK(collected.agent_exit->status.is_success());
    CHECK_FALSE(collected.agent_exit->in_turn);
}

TEST_CASE("AgentSession: an agent that reads no stream is interrupted by SIGINT.") {
    const Script script(init + "interruptible\n" + say("working") + "hang\n");
    AgentSession session = started(script.agent({"-p", "a prompt"}));
    CHECK_FALSE(session.wants_input());
    CollectedOutput collected;
    pump(session, collected, [&] { return !collected.text().empty(); });
    REQUIRE(session.interrupt(steady_clock::now()).has_value());
    pump_to_end(session, collected);
    REQUIRE(collected.all<TurnComplete>().size() == 1);
    CHECK(collected.all<TurnComplete>()[0].outcome == TurnOutcome::interrupted);
    CHECK(collected.agent_exit->status.is_success());
}

TEST_CASE("AgentSession: an agent that refuses the interrupt receives SIGINT.") {
    const Script script(init + "await-user\nrefuse-interrupt\n" + say("working") + "hang\n");
    AgentSession session = started(script.agent());
    CollectedOutput collected;
    REQUIRE(session.send("go").has_value());
    pump(session, collected, [&] { return !collected.text().empty(); });
    REQUIRE(session.interrupt(steady_clock::now()).has_value());
    pump_to_end(session, collected);
    REQUIRE(collected.remarks.size() == 1);
    CHECK(collected.remarks[0].ends_with("refused the interrupt: not in this mood"));
    CHECK(collected.agent_exit->status == ExitStatus{.code = std::nullopt, .signal = SIGINT});
    CHECK(collected.agent_exit->in_turn);
}

TEST_CASE("AgentSession: an agent with its prompt in its arguments gets no message, and its input is closed at once.") {
    const Script script("await-end\nprint unreached\n");
    Agent agent = script.agent({"a prompt"});
    AgentSession session = started(agent);
    CHECK(session.send("more").error().kind == FailureKind::no_input);
    CHECK(session.answer("a1", Allow{}).error().kind == FailureKind::no_input);
    CollectedOutput collected;
    pump_to_end(session, collected);
    CHECK(collected.agent_exit->status.is_success());
    // An explicit `prompting` overrides the command line.
    agent.prompting = Prompting::stream_json;
    CHECK(started(agent).wants_input());
}

TEST_CASE("AgentSession: the format of the output is detected from its first bytes.") {
    const Script script("replay recording 1\n");
    std::string recording = init + say("one") + done;
    for (std::size_t at = 0; (at = recording.find("print ", at)) != std::string::npos;) recording.erase(at, 6);
    std::ofstream(script / "recording") << recording;
    Agent agent = script.agent({});
    agent.format = std::nullopt;
    AgentSession session = started(agent);
    CollectedOutput collected;
    pump_to_end(session, collected);
    CHECK(collected.text() == "one");
    CHECK(collected.all<TurnComplete>().size() == 1);
}

TEST_CASE("AgentSession: output in an unsupported format causes one remark, and the exit is still reported.") {
    const Script script("garbage 3000000\nprint and more\nexit 2\n");
    Agent agent = script.agent({});
    agent.format = std::nullopt;
    AgentSession session = started(agent);
    CollectedOutput collected;
    pump_to_end(session, collected);
    CHECK(collected.items.empty());
    REQUIRE(collected.remarks.size() == 1);
    CHECK(collected.remarks[0].find(", which evenfold does not read; ") != std::string::npos);
    CHECK(collected.agent_exit->status == ExitStatus{.code = 2, .signal = std::nullopt});
}

TEST_CASE("AgentSession: after the agent's end, every call fails with the exit status.") {
    const Script script("exit 7\n");
    AgentSession session = started(script.agent());
    CollectedOutput collected;
    pump_to_end(session, collected);
    const SteadyTime now = steady_clock::now();
    const Failure ended{.kind = FailureKind::ended,
                        .what = fmt::format("{} ended with 7", evenfold::tests::stand_in_agent()),
                        .remedy = "start it again"};
    CHECK(session.send("x").error() == ended);
    CHECK(session.answer("a1", Allow{}).error() == ended);
    CHECK(session.interrupt(now).error() == ended);
    CHECK(session.stop(now).error() == ended);
    CHECK(session.close(now).error() == ended);
    CHECK(session.pump(now, now).error() == ended);
}

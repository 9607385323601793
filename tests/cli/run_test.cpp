#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <regex>
#include <vector>

#include "evenfold/tests/cli/agents.hpp"
#include "evenfold/tests/support/build_paths.hpp"

namespace evenfold::cli_test {
namespace {

/// Returns a turn of Claude Code in the session of that id.
std::string turn_in(const std::string& session) {
    return std::regex_replace(claude_turn("done"), std::regex("\"s-1\""), "\"" + session + "\"");
}

} // namespace

TEST_CASE("run: the agent receives the prompt, its output is shown and recorded, between two checkpoints.") {
    const AgentProject project;
    const ProgramResult done = project.run(project.agent(await_prompt() + say("Hello, $USER") + complete_turn()));
    CHECK_MESSAGE(done.exit == 0, done.err);
    CHECK(done.out.find("Hello, go on") != std::string::npos);
    const Json turn = project.turn();
    CHECK(turn["state"] == "completed");
    CHECK(turn["input"] == "go on");
    CHECK(turn["text"] == "Hello, go on");
    const Json checkpoints = project.json({"checkpoints"});
    REQUIRE(checkpoints.size() == 2);
    CHECK(checkpoints[0]["kind"] == "baseline");
    CHECK(checkpoints[1]["kind"] == "turn_end");
    for (const Json& one : checkpoints) CHECK(one["state"] == "taken");
    project.check_at_rest();
}

TEST_CASE("run: changes of the agent to files can be reverted.") {
    const AgentProject project;
    REQUIRE(project.run(project.agent(await_prompt() + "received made.txt\n" + say("done") + complete_turn())).exit ==
            0);
    REQUIRE(project.box().has("made.txt"));
    const Json checkpoints = project.json({"checkpoints"});
    CHECK(checkpoints[1]["files"] == Json::array({"made.txt"}));
    REQUIRE(project.run({"revert", checkpoints[0]["checkpoint"].get<std::string>()}).exit == 0);
    CHECK_FALSE(project.box().has("made.txt"));
    CHECK(project.json({"threads"})[0]["turns"] == 0);
}

TEST_CASE("run: the prompt is read from standard input, or is the command line of agents that do not read it.") {
    const AgentProject project;
    Arguments arguments = project.agent(await_prompt() + say("$USER") + complete_turn(), {});
    CHECK(project.run(arguments, "from the pipe\n").exit == 0);
    CHECK(project.turn()["input"] == "from the pipe");
    CHECK(project.run(arguments, "").exit == 1);
    project.box().write("print.script", report_session() + say("hi") + complete_turn());
    CHECK(project.run({"run", "--", tests::stand_in_agent(), "print.script"}).exit == 0);
    CHECK(project.turn()["text"] == "hi");
}

TEST_CASE("run, F4: permission requests are forwarded to the user, and the agent receives the decisions.") {
    const AgentProject project;
    const std::string script = await_prompt() +
                               R"(ask r1 {"tool_name":"Bash","input":{"command":"rm -rf /"},"tool_use_id":"t1"})" +
                               "\nallowed " + say("allowed") + "denied " + say("denied") + complete_turn();
    CHECK(project.run(project.agent(script), "y\n").exit == 0);
    CHECK(project.turn()["text"] == "allowed");
    const ProgramResult denied = project.run(project.agent(script), "what?\nn not on my machine\n");
    CHECK(denied.exit == 0);
    CHECK(denied.err.find("Bash wants to run") != std::string::npos);
    CHECK(project.turn()["text"] == "denied");
    CHECK(project.turn()["approvals"][0]["decision"]["feedback"] == "not on my machine");
    CHECK(project.run(project.agent(script), "").exit == 0); // standard input is at its end
    CHECK(project.turn()["text"] == "denied");
    project.check_at_rest();
}

TEST_CASE("run, F1: the turn ends however the agent ends, and nothing stays pending.") {
    const std::array<std::pair<std::string, std::string>, 6> endings{{
        {await_prompt() + say("half") + "exit 3\n", "failed"},
        {await_prompt() + say("half") + "crash\n", "failed"},
        {"exit 7\n", "failed"},
        {"await-user\nexit 0\n", "failed"},
        {await_prompt() + R"(offer r1 {"tool_name":"Bash","input":{"command":"ls"},"tool_use_id":"t1"})" + "\nexit 1\n",
         "failed"},
        {"garbage 100000\nexit 0\n", "failed"},
    }};
    for (const auto& [script, state] : endings) {
        CAPTURE(script);
        const AgentProject project;
        const ProgramResult ended = project.run(project.agent(script));
        CHECK(ended.exit == 1);
        CHECK(project.turn()["state"] == state);
        project.check_at_rest();
        CHECK(project.run(project.agent(await_prompt() + say("again") + complete_turn())).exit ==
              0); // the thread is not blocked
    }
    const AgentProject project;
    const ProgramResult missing = project.run({"run", "--prompt", "go", "--", "no-such-agent"});
    CHECK(missing.exit == 1);
    CHECK(missing.err.find("no-such-agent") != std::string::npos);
    CHECK(project.turn()["state"] == "failed");
    project.check_at_rest();
}

TEST_CASE("run: Ctrl-C interrupts the agent, and a second Ctrl-C terminates it.") {
    const AgentProject project;
    RunningProgram polite(project.box().root(),
                          project.agent("interruptible\n" + await_prompt() + say("working") + "hang\n"));
    wait_for(polite, "working");
    polite.signal(2);
    const ProgramResult stopped = polite.finish();
    CHECK(stopped.exit == 1);
    CHECK(project.turn()["state"] == "interrupted");
    CHECK(project.turn()["text"] == "working");
    project.check_at_rest();
    RunningProgram stubborn(project.box().root(), project.agent("ignore INT\nrefuse-interrupt\n" + await_prompt() +
                                                                say("working") + "hang\n"));
    wait_for(stubborn, "working");
    stubborn.signal(2);
    (void)stubborn.printed(300);
    stubborn.signal(2);
    CHECK(stubborn.finish().exit == 1);
    CHECK(project.turn()["state"] == "interrupted");
    project.check_at_rest();
}

TEST_CASE("run, F5: a turn that ends before the agent's first word has its own end checkpoint.") {
    for (const int signal : {SIGKILL, SIGINT, SIGHUP}) {
        CAPTURE(signal);
        const AgentProject project;
        RunningProgram silent(project.box().root(),
                              project.agent("interruptible\n" + await_prompt() + "received one.txt\nhang\n"));
        while (!project.box().has("one.txt")) {}
        silent.signal(signal);
        (void)silent.finish();
        const std::string next = await_prompt() + "received two.txt\n" + say("done") + complete_turn();
        CHECK(project.run(project.agent(next)).exit == 0);
        std::vector<Json> ends;
        for (const Json& one : project.json({"checkpoints"}))
            if (one["kind"] == "turn_end") ends.push_back(one["files"]);
        CHECK(ends == std::vector<Json>{Json::array({"one.txt"}), Json::array({"two.txt"})});
        project.check_at_rest();
    }
}

TEST_CASE("run, F2: a message that is queued during a turn becomes the next turn, and never stays pending.") {
    const AgentProject project;
    const auto enqueue = [&](const std::string& last) {
        const std::string thread = project.json({"threads"})[0]["thread"].get<std::string>();
        const Json body{{"type", "StartTurn"}, {"turn", "0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a1" + last},
                        {"thread", thread},    {"message", "0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2b1" + last},
                        {"input", "and then"}, {"on_busy", "enqueue"}};
        const ProgramResult queued = project.run({"submit"}, body.dump());
        REQUIRE_MESSAGE(queued.exit == 0, queued.err);
    };
    RunningProgram both(project.box().root(),
                        project.agent(await_prompt() + say("first: $USER") + "delay 1000\n" + complete_turn() +
                                      "await-user\n" + say("second: $USER") + complete_turn()));
    wait_for(both, "first: go on");
    enqueue("1");
    const ProgramResult done = both.finish();
    CHECK_MESSAGE(done.exit == 0, done.err);
    const Json turns = project.json({"transcript"});
    REQUIRE(turns.size() == 2);
    CHECK(turns[0]["text"] == "first: go on");
    CHECK(turns[1]["text"] == "second: and then");
    for (const Json& one : project.json({"checkpoints"})) CHECK(one["state"] == "taken");
    project.check_at_rest();
    RunningProgram deaf(project.box().root(),
                        project.agent(await_prompt() + say("working") + "delay 1000\n" + complete_turn() + "exit 0\n"));
    wait_for(deaf, "working");
    enqueue("2");
    CHECK(deaf.finish().exit == 1);
    CHECK(project.turn()["state"] == "failed");
    project.check_at_rest();
}

TEST_CASE("run: --silence interrupts an agent that prints nothing.") {
    const AgentProject project;
    const ProgramResult done = project.run(
        project.agent("interruptible\n" + await_prompt() + say("hm") + "hang\n", {"--prompt", "go", "--silence", "1"}));
    CHECK(done.exit == 1);
    CHECK(done.err.find("no output for 1 s") != std::string::npos);
    CHECK(project.turn()["state"] == "interrupted");
    project.check_at_rest();
}

TEST_CASE("run, F1: the next run ends turns of killed runs in other threads, but not turns of live runs.") {
    const AgentProject project;
    const auto agent = [&](const std::string& thread, const std::string& script) {
        return project.agent(script, {"--prompt", "go on", "--thread", thread});
    };
    const std::string asking = await_prompt() + say("a") +
                               R"(ask r1 {"tool_name":"Bash","input":{"command":"ls"},"tool_use_id":"t1"})" + "\n" +
                               complete_turn();
    RunningProgram dead(project.box().root(), agent("dead", asking));
    wait_for(dead, "a");
    RunningProgram alive(project.box().root(),
                         agent("alive", await_prompt() + say("b") + "delay 3000\n" + complete_turn()));
    wait_for(alive, "b");
    dead.signal(9);
    (void)dead.finish();
    CHECK(project.run(agent("next", await_prompt() + say("c") + complete_turn())).exit == 0);
    const auto turn_of = [&](const std::string& thread) {
        return project.json({"transcript", "--thread", thread}).back();
    };
    CHECK(turn_of("dead")["state"] == "interrupted");
    CHECK(turn_of("dead")["approvals"].back()["state"] == "expired");
    CHECK(turn_of("alive")["state"] == "running");
    CHECK(alive.finish().exit == 0);
    CHECK(turn_of("alive")["state"] == "completed");
    project.check_at_rest();
    for (const Json& one : project.json({"checkpoints", "--thread", "dead"})) CHECK(one["state"] == "taken");
}

TEST_CASE("run: two runs that start concurrently after a kill do not block each other's threads.") {
    const AgentProject project;
    const auto agent = [&](const std::string& thread, const std::string& script) {
        return project.agent(script, {"--prompt", "go on", "--thread", thread});
    };
    for (int round = 0; round < 5; ++round) {
        CAPTURE(round);
        RunningProgram dead(project.box().root(), agent("first", await_prompt() + say("a") + "hang\n"));
        wait_for(dead, "a");
        dead.signal(9);
        (void)dead.finish();
        RunningProgram second(project.box().root(), agent("second", await_prompt() + say("b") + complete_turn()));
        RunningProgram first(project.box().root(), agent("first", await_prompt() + say("b") + complete_turn()));
        for (RunningProgram* one : {&first, &second}) {
            const ProgramResult done = one->finish();
            CHECK_MESSAGE(done.exit == 0, done.err);
        }
    }
    project.check_at_rest();
}

TEST_CASE("run: --no-checkpoints captures no files, and the journal has the reason.") {
    const AgentProject project;
    const ProgramResult done = project.run(
        project.agent(await_prompt() + say("hi") + complete_turn(), {"--prompt", "go", "--no-checkpoints"}));
    CHECK_MESSAGE(done.exit == 0, done.err);
    for (const Json& one : project.json({"checkpoints"})) {
        CHECK(one["state"] == "failed");
        CHECK(one["reason"] == "checkpoints were switched off");
    }
    CHECK(project.box().git({"for-each-ref", "refs/evenfold"}).empty());
}

TEST_CASE("run: --json prints one document with the result.") {
    const AgentProject project;
    const Json done =
        project.run(project.agent(await_prompt() + say("hi") + complete_turn(), {"--json", "--prompt", "go"})).json();
    CHECK(done["state"] == "completed");
    CHECK(done["first_sequence"].get<int>() > 0);
    CHECK(done["agent"].get<std::string>().find("ended with 0") != std::string::npos);
}

TEST_CASE("threads, transcript and model: the agent's session is shown, also after it has ended.") {
    const CliFixture fixture;
    const std::string first = "11111111-1111-4111-8111-111111111111";
    const std::string second = "22222222-2222-4222-8222-222222222222";
    for (const std::string& session : {first, second}) REQUIRE(fixture.run({"ingest"}, turn_in(session)).exit == 0);
    const Json turns = fixture.run({"transcript", "--json"}).json();
    REQUIRE(turns.size() == 2);
    CHECK(turns[0]["session"] == first);
    CHECK(turns[1]["session"] == second);
    CHECK(fixture.run({"threads", "--json"}).json()[0]["session"] == second);
    for (const char* verb : {"threads", "transcript", "model"}) {
        const std::string shown = fixture.run({verb}).out;
        CHECK_MESSAGE(shown.find(second) != std::string::npos, verb, "\n", shown);
    }
    const std::string before = fixture.run({"transcript", "--at", "2"}).out;
    CHECK_MESSAGE(before.find(first) == std::string::npos, before);
}

} // namespace evenfold::cli_test

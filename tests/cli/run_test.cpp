#include <doctest/doctest.h>

#include <algorithm>
#include <array>

#include "evenfold/tests/cli/agents.hpp"
#include "evenfold/tests/support/build_paths.hpp"

namespace evenfold::cli_test {

TEST_CASE("run: the agent is told, its words are shown and recorded, with a checkpoint before and after.") {
    const AgentProject project;
    const ProgramResult done = project.run(project.agent(begins() + says("Hello, $USER") + ends()));
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

TEST_CASE("run: what the agent did to the files can be taken back.") {
    const AgentProject project;
    REQUIRE(project.run(project.agent(begins() + "received made.txt\n" + says("done") + ends())).exit == 0);
    REQUIRE(project.box().has("made.txt"));
    const Json checkpoints = project.json({"checkpoints"});
    CHECK(checkpoints[1]["files"] == Json::array({"made.txt"}));
    REQUIRE(project.run({"revert", checkpoints[0]["checkpoint"].get<std::string>()}).exit == 0);
    CHECK_FALSE(project.box().has("made.txt"));
    CHECK(project.json({"threads"})[0]["turns"] == 0);
}

TEST_CASE("run: a prompt comes from standard input; an agent that is told by its arguments hears it there.") {
    const AgentProject project;
    Arguments arguments = project.agent(begins() + says("$USER") + ends(), {});
    CHECK(project.run(arguments, "from the pipe\n").exit == 0);
    CHECK(project.turn()["input"] == "from the pipe");
    CHECK(project.run(arguments, "").exit == 1);
    project.box().write("told.script", greets() + says("hi") + ends());
    CHECK(project.run({"run", "--", tests::stand_in_agent(), "told.script"}).exit == 0);
    CHECK(project.turn()["text"] == "hi");
}

TEST_CASE("run, F4: what the agent asks is put to the user, and the answer reaches it in its own words.") {
    const AgentProject project;
    const std::string script = begins() +
                               R"(ask r1 {"tool_name":"Bash","input":{"command":"rm -rf /"},"tool_use_id":"t1"})" +
                               "\nallowed " + says("allowed") + "denied " + says("denied") + ends();
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

TEST_CASE("run, F1: however the agent ends, its turn ends, and nothing is left waiting.") {
    const std::array<std::pair<std::string, std::string>, 6> endings{{
        {begins() + says("half") + "exit 3\n", "failed"},
        {begins() + says("half") + "crash\n", "failed"},
        {"exit 7\n", "failed"},
        {"await-user\nexit 0\n", "failed"},
        {begins() + R"(offer r1 {"tool_name":"Bash","input":{"command":"ls"},"tool_use_id":"t1"})" + "\nexit 1\n",
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
        CHECK(project.run(project.agent(begins() + says("again") + ends())).exit == 0); // the thread is not blocked
    }
    const AgentProject project;
    const ProgramResult missing = project.run({"run", "--prompt", "go", "--", "no-such-agent"});
    CHECK(missing.exit == 1);
    CHECK(missing.err.find("no-such-agent") != std::string::npos);
    CHECK(project.turn()["state"] == "failed");
    project.check_at_rest();
}

TEST_CASE("run: Ctrl-C asks the agent to stop; a second one stops it, whether it wants or not.") {
    const AgentProject project;
    RunningProgram polite(project.box().root(),
                          project.agent("interruptible\n" + begins() + says("working") + "hang\n"));
    wait_for(polite, "working");
    polite.signal(2);
    const ProgramResult stopped = polite.finish();
    CHECK(stopped.exit == 1);
    CHECK(project.turn()["state"] == "interrupted");
    CHECK(project.turn()["text"] == "working");
    project.check_at_rest();
    RunningProgram stubborn(project.box().root(),
                            project.agent("ignore INT\nrefuse-interrupt\n" + begins() + says("working") + "hang\n"));
    wait_for(stubborn, "working");
    stubborn.signal(2);
    (void)stubborn.printed(300);
    stubborn.signal(2);
    CHECK(stubborn.finish().exit == 1);
    CHECK(project.turn()["state"] == "interrupted");
    project.check_at_rest();
}

TEST_CASE("run, F2: a message that is sent during a turn is the next one, and none is pending for ever.") {
    const AgentProject project;
    const auto enqueue = [&](const std::string& last) {
        const std::string thread = project.json({"threads"})[0]["thread"].get<std::string>();
        const Json body{{"type", "StartTurn"}, {"turn", "0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a1" + last},
                        {"thread", thread},    {"message", "0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2b1" + last},
                        {"input", "and then"}, {"on_busy", "enqueue"}};
        const ProgramResult queued = project.run({"submit"}, body.dump());
        REQUIRE_MESSAGE(queued.exit == 0, queued.err);
    };
    RunningProgram both(project.box().root(), project.agent(begins() + says("first: $USER") + "delay 1000\n" + ends() +
                                                            "await-user\n" + says("second: $USER") + ends()));
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
                        project.agent(begins() + says("working") + "delay 1000\n" + ends() + "exit 0\n"));
    wait_for(deaf, "working");
    enqueue("2");
    CHECK(deaf.finish().exit == 1);
    CHECK(project.turn()["state"] == "failed");
    project.check_at_rest();
}

TEST_CASE("run: an agent that falls silent is asked to stop.") {
    const AgentProject project;
    const ProgramResult done = project.run(
        project.agent("interruptible\n" + begins() + says("hm") + "hang\n", {"--prompt", "go", "--silence", "1"}));
    CHECK(done.exit == 1);
    CHECK(done.err.find("silent for 1 s") != std::string::npos);
    CHECK(project.turn()["state"] == "interrupted");
    project.check_at_rest();
}

TEST_CASE("run, F1: what a killed run has left in another thread is over at the next start; one that lives is not.") {
    const AgentProject project;
    const auto agent = [&](const std::string& thread, const std::string& script) {
        return project.agent(script, {"--prompt", "go on", "--thread", thread});
    };
    const std::string asking = begins() + says("a") +
                               R"(ask r1 {"tool_name":"Bash","input":{"command":"ls"},"tool_use_id":"t1"})" + "\n" +
                               ends();
    RunningProgram dead(project.box().root(), agent("dead", asking));
    wait_for(dead, "a");
    RunningProgram alive(project.box().root(), agent("alive", begins() + says("b") + "delay 3000\n" + ends()));
    wait_for(alive, "b");
    dead.signal(9);
    (void)dead.finish();
    CHECK(project.run(agent("next", begins() + says("c") + ends())).exit == 0);
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

TEST_CASE("run: of two that start at the same time after a kill, neither keeps the other from its thread.") {
    const AgentProject project;
    const auto agent = [&](const std::string& thread, const std::string& script) {
        return project.agent(script, {"--prompt", "go on", "--thread", thread});
    };
    for (int round = 0; round < 5; ++round) {
        CAPTURE(round);
        RunningProgram dead(project.box().root(), agent("first", begins() + says("a") + "hang\n"));
        wait_for(dead, "a");
        dead.signal(9);
        (void)dead.finish();
        RunningProgram second(project.box().root(), agent("second", begins() + says("b") + ends()));
        RunningProgram first(project.box().root(), agent("first", begins() + says("b") + ends()));
        for (RunningProgram* one : {&first, &second}) {
            const ProgramResult done = one->finish();
            CHECK_MESSAGE(done.exit == 0, done.err);
        }
    }
    project.check_at_rest();
}

TEST_CASE("run: without checkpoints the files are left alone, and the journal says so.") {
    const AgentProject project;
    CHECK(project.run(project.agent(begins() + says("hi") + ends(), {"--prompt", "go", "--no-checkpoints"})).exit == 0);
    for (const Json& one : project.json({"checkpoints"})) {
        CHECK(one["state"] == "failed");
        CHECK(one["reason"] == "checkpoints were switched off");
    }
    CHECK(project.box().git({"for-each-ref", "refs/evenfold"}).empty());
}

TEST_CASE("run: with --json one document tells how it went.") {
    const AgentProject project;
    const Json done = project.run(project.agent(begins() + says("hi") + ends(), {"--json", "--prompt", "go"})).json();
    CHECK(done["state"] == "completed");
    CHECK(done["first_sequence"].get<int>() > 0);
    CHECK(done["agent"].get<std::string>().find("ended with 0") != std::string::npos);
}

} // namespace evenfold::cli_test

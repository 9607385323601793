#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "evenfold/tests/cli/program.hpp"
#include "evenfold/tests/reactors/git/sandbox.hpp"

namespace evenfold::cli_test {
namespace {

using git_test::Sandbox;

constexpr std::string_view told =
    R"({"type":"system","subtype":"init","session_id":"s1","model":"m","cwd":"/","tools":[]})";

std::string says(const std::string& text) {
    return R"(print {"type":"assistant","message":{"id":"m1","model":"m","content":[{"type":"text","text":")" + text +
           R"("}],"stop_reason":null,"usage":{"input_tokens":1,"output_tokens":1}},"session_id":"s1"})" + "\n";
}

const std::string ends =
    R"(print {"type":"result","subtype":"success","is_error":false,"result":"done","session_id":"s1","num_turns":1})"
    "\n";

/// The beginning of a script: the user's message, and the session.
std::string begins() {
    return "await-user\nprint " + std::string(told) + "\n";
}

/// A repository, and agents that do as a script says, which speak over standard input.
class Project {
public:
    Project() {
        git_test::use_own_settings();
        box_.write(".gitignore", "evenfold.db*\n*.script\nreceived\n");
        box_.write("start.txt", "as it was\n");
        box_.commit_all("start");
    }

    [[nodiscard]] const Sandbox& box() const { return box_; }

    [[nodiscard]] Arguments agent(const std::string& script, Arguments options = {"--prompt", "go on"}) const {
        box_.write("agent.script", script);
        Arguments all{"run"};
        all.insert(all.end(), options.begin(), options.end());
        all.insert(all.end(),
                   {"--", EVENFOLD_STAND_IN_FILE, box_.root() / "agent.script", "--input-format", "stream-json"});
        return all;
    }

    [[nodiscard]] Result run(const Arguments& arguments, std::string_view input = {}) const {
        return Running(box_.root(), arguments).finish(input);
    }
    [[nodiscard]] Json json(Arguments arguments) const {
        arguments.emplace_back("--json");
        const Result result = run(arguments);
        REQUIRE_MESSAGE(result.exit == 0, result.err);
        return result.json();
    }

    /// The last turn, as the transcript has it.
    [[nodiscard]] Json turn() const { return json({"transcript"}).back(); }

    /// Nothing is at work, nothing waits for somebody who is dead, and the log folds to the model.
    void check_at_rest() const {
        for (const Json& thread : json({"threads"})) CHECK((thread["status"] == "idle" || thread["status"] == "held"));
        CHECK(json({"model"})["outstanding"].empty());
        for (const Json& one : json({"transcript"}))
            for (const Json& approval : one["approvals"]) CHECK(approval["state"] != "pending");
        CHECK(run({"replay"}).exit == 0);
    }

private:
    Sandbox box_;
};

/// Until it has printed that, or half a minute has gone.
void wait_for(Running& running, std::string_view text) {
    std::string printed;
    for (int waits = 0; waits < 300 && printed.find(text) == std::string::npos; ++waits)
        printed += running.printed(100);
    CHECK(printed.find(text) != std::string::npos);
}

} // namespace

TEST_CASE("run: the agent is told, its words are shown and recorded, with a checkpoint before and after.") {
    const Project project;
    const Result done = project.run(project.agent(begins() + says("Hello, $USER") + ends));
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
    const Project project;
    REQUIRE(project.run(project.agent(begins() + "received made.txt\n" + says("done") + ends)).exit == 0);
    REQUIRE(project.box().has("made.txt"));
    const Json checkpoints = project.json({"checkpoints"});
    CHECK(checkpoints[1]["files"] == Json::array({"made.txt"}));
    REQUIRE(project.run({"revert", checkpoints[0]["checkpoint"].get<std::string>()}).exit == 0);
    CHECK_FALSE(project.box().has("made.txt"));
    CHECK(project.json({"threads"})[0]["turns"] == 0);
}

TEST_CASE("run: a prompt comes from standard input; an agent that is told by its arguments hears it there.") {
    const Project project;
    Arguments arguments = project.agent(begins() + says("$USER") + ends, {});
    CHECK(project.run(arguments, "from the pipe\n").exit == 0);
    CHECK(project.turn()["input"] == "from the pipe");
    CHECK(project.run(arguments, "").exit == 1);
    project.box().write("told.script", "print " + std::string(told) + "\n" + says("hi") + ends);
    CHECK(project.run({"run", "--", EVENFOLD_STAND_IN_FILE, "told.script"}).exit == 0);
    CHECK(project.turn()["text"] == "hi");
}

TEST_CASE("run, F4: what the agent asks is put to the user, and the answer reaches it in its own words.") {
    const Project project;
    const std::string script = begins() +
                               R"(ask r1 {"tool_name":"Bash","input":{"command":"rm -rf /"},"tool_use_id":"t1"})" +
                               "\nallowed " + says("allowed") + "denied " + says("denied") + ends;
    CHECK(project.run(project.agent(script), "y\n").exit == 0);
    CHECK(project.turn()["text"] == "allowed");
    const Result denied = project.run(project.agent(script), "what?\nn not on my machine\n");
    CHECK(denied.exit == 0);
    CHECK(denied.err.find("Bash wants to run") != std::string::npos);
    CHECK(project.turn()["text"] == "denied");
    CHECK(project.turn()["approvals"][0]["decision"]["feedback"] == "not on my machine");
    CHECK(project.run(project.agent(script), "").exit == 0); // nobody is there
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
        const Project project;
        const Result ended = project.run(project.agent(script));
        CHECK(ended.exit == 1);
        CHECK(project.turn()["state"] == state);
        project.check_at_rest();
        CHECK(project.run(project.agent(begins() + says("again") + ends)).exit == 0); // the thread is free
    }
    const Project project;
    const Result missing = project.run({"run", "--prompt", "go", "--", "no-such-agent"});
    CHECK(missing.exit == 1);
    CHECK(missing.err.find("no-such-agent") != std::string::npos);
    CHECK(project.turn()["state"] == "failed");
    project.check_at_rest();
}

TEST_CASE("run: Ctrl-C asks the agent to stop; a second one stops it, whether it wants or not.") {
    const Project project;
    Running polite(project.box().root(), project.agent("interruptible\n" + begins() + says("working") + "hang\n"));
    wait_for(polite, "working");
    polite.signal(2);
    const Result stopped = polite.finish();
    CHECK(stopped.exit == 1);
    CHECK(project.turn()["state"] == "interrupted");
    CHECK(project.turn()["text"] == "working");
    project.check_at_rest();
    Running stubborn(project.box().root(),
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
    const Project project;
    const auto enqueue = [&](const std::string& last) {
        const std::string thread = project.json({"threads"})[0]["thread"].get<std::string>();
        const Json body{{"type", "StartTurn"}, {"turn", "0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a1" + last},
                        {"thread", thread},    {"message", "0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2b1" + last},
                        {"input", "and then"}, {"on_busy", "enqueue"}};
        const Result queued = project.run({"submit"}, body.dump());
        REQUIRE_MESSAGE(queued.exit == 0, queued.err);
    };
    Running both(project.box().root(), project.agent(begins() + says("first: $USER") + "delay 1000\n" + ends +
                                                     "await-user\n" + says("second: $USER") + ends));
    wait_for(both, "first: go on");
    enqueue("1");
    const Result done = both.finish();
    CHECK_MESSAGE(done.exit == 0, done.err);
    const Json turns = project.json({"transcript"});
    REQUIRE(turns.size() == 2);
    CHECK(turns[0]["text"] == "first: go on");
    CHECK(turns[1]["text"] == "second: and then");
    for (const Json& one : project.json({"checkpoints"})) CHECK(one["state"] == "taken");
    project.check_at_rest();
    Running deaf(project.box().root(), project.agent(begins() + says("working") + "delay 1000\n" + ends + "exit 0\n"));
    wait_for(deaf, "working");
    enqueue("2");
    CHECK(deaf.finish().exit == 1);
    CHECK(project.turn()["state"] == "failed");
    project.check_at_rest();
}

TEST_CASE("run: an agent that falls silent is asked to stop.") {
    const Project project;
    const Result done = project.run(
        project.agent("interruptible\n" + begins() + says("hm") + "hang\n", {"--prompt", "go", "--silence", "1"}));
    CHECK(done.exit == 1);
    CHECK(done.err.find("silent for 1 s") != std::string::npos);
    CHECK(project.turn()["state"] == "interrupted");
    project.check_at_rest();
}

TEST_CASE("run, F1, F5: killed at any moment, the next run closes what is dead and finishes what is due.") {
    const Project project;
    const std::string script = begins() + says("a") +
                               R"(offer r1 {"tool_name":"Bash","input":{"command":"ls"},"tool_use_id":"t1"})" +
                               "\ndelay 50\n" + says("b") + "delay 50\n" + ends;
    const auto begin = std::chrono::steady_clock::now();
    REQUIRE(project.run(project.agent(script)).exit == 0);
    const auto whole =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin).count();
    int cut = 0; // while the turn was at work
    for (int round = 0; round < 200 && cut < 20; ++round) {
        CAPTURE(round);
        project.box().write("f.txt", std::to_string(round));
        Running running(project.box().root(), project.agent(script));
        (void)running.printed(static_cast<int>(whole) * (round % 30) / 30);
        running.signal(9);
        (void)running.finish();
        const Json turns = project.json({"transcript"});
        if (!turns.empty() && turns.back()["state"] != "completed" && turns.back()["state"] != "interrupted") ++cut;
        const Result next = project.run(project.agent(begins() + says("after") + ends));
        CHECK_MESSAGE(next.exit == 0, next.err);
        CHECK(project.turn()["text"] == "after");
        project.check_at_rest();
        for (const Json& one : project.json({"checkpoints"})) CHECK(one["state"] == "taken");
    }
    CHECK(cut == 20);
    CHECK(project.box().is_healthy());
}

TEST_CASE("run, F1: what a killed run has left in another thread is over at the next start; one that lives is not.") {
    const Project project;
    const auto agent = [&](const std::string& thread, const std::string& script) {
        return project.agent(script, {"--prompt", "go on", "--thread", thread});
    };
    const std::string asking = begins() + says("a") +
                               R"(ask r1 {"tool_name":"Bash","input":{"command":"ls"},"tool_use_id":"t1"})" + "\n" +
                               ends;
    Running dead(project.box().root(), agent("dead", asking));
    wait_for(dead, "a");
    Running alive(project.box().root(), agent("alive", begins() + says("b") + "delay 3000\n" + ends));
    wait_for(alive, "b");
    dead.signal(9);
    (void)dead.finish();
    CHECK(project.run(agent("next", begins() + says("c") + ends)).exit == 0);
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

TEST_CASE("run: without checkpoints the files are left alone, and the journal says so.") {
    const Project project;
    CHECK(project.run(project.agent(begins() + says("hi") + ends, {"--prompt", "go", "--no-checkpoints"})).exit == 0);
    for (const Json& one : project.json({"checkpoints"})) {
        CHECK(one["state"] == "failed");
        CHECK(one["reason"] == "checkpoints were switched off");
    }
    CHECK(project.box().git({"for-each-ref", "refs/evenfold"}).empty());
}

TEST_CASE("run: with --json one document tells how it went.") {
    const Project project;
    const Json done = project.run(project.agent(begins() + says("hi") + ends, {"--json", "--prompt", "go"})).json();
    CHECK(done["state"] == "completed");
    CHECK(done["first_sequence"].get<int>() > 0);
    CHECK(done["agent"].get<std::string>().find("ended with 0") != std::string::npos);
}

} // namespace evenfold::cli_test

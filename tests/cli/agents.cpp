#include "evenfold/tests/cli/agents.hpp"
#include "evenfold/tests/support/build_paths.hpp"

#include <doctest/doctest.h>

namespace evenfold::cli_test {

std::string report_session() {
    return R"(print {"type":"system","subtype":"init","session_id":"s1","model":"m","cwd":"/","tools":[]})"
           "\n";
}

std::string await_prompt() {
    return "await-user\n" + report_session();
}

std::string say(const std::string& text) {
    return R"(print {"type":"assistant","message":{"id":"m1","model":"m","content":[{"type":"text","text":")" + text +
           R"("}],"stop_reason":null,"usage":{"input_tokens":1,"output_tokens":1}},"session_id":"s1"})" + "\n";
}

std::string offer_request() {
    return R"(offer r1 {"tool_name":"Bash","input":{"command":"ls"},"tool_use_id":"t1"})"
           "\n";
}

std::string complete_turn() {
    return R"(print {"type":"result","subtype":"success","is_error":false,"result":"done",)"
           R"("session_id":"s1","num_turns":1})"
           "\n";
}

AgentProject::AgentProject() {
    git_test::use_own_settings();
    box_.write(".gitignore", "*.script\nreceived\n");
    box_.write("start.txt", "as it was\n");
    box_.commit_all("start");
}

Arguments AgentProject::agent(const std::string& script, Arguments options) const {
    box_.write("agent.script", script);
    Arguments all{"run"};
    all.insert(all.end(), options.begin(), options.end());
    all.insert(all.end(),
               {"--", tests::stand_in_agent(), box_.root() / "agent.script", "--input-format", "stream-json"});
    return all;
}

ProgramResult AgentProject::run(const Arguments& arguments, std::string_view input) const {
    return RunningProgram(box_.root(), arguments).finish(input);
}

Json AgentProject::json(Arguments arguments) const {
    arguments.emplace_back("--json");
    const ProgramResult result = run(arguments);
    REQUIRE_MESSAGE(result.exit == 0, result.err);
    return result.json();
}

void AgentProject::check_at_rest() const {
    for (const Json& thread : json({"threads"})) CHECK((thread["status"] == "idle" || thread["status"] == "held"));
    CHECK(json({"model"})["outstanding"].empty());
    for (const Json& one : json({"transcript"}))
        for (const Json& approval : one["approvals"]) CHECK(approval["state"] != "pending");
    CHECK(run({"replay"}).exit == 0);
}

void wait_for(RunningProgram& running, std::string_view text) {
    std::string printed;
    for (int waits = 0; waits < 300 && printed.find(text) == std::string::npos; ++waits)
        printed += running.printed(100);
    CHECK(printed.find(text) != std::string::npos);
}

} // namespace evenfold::cli_test

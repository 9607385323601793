#include "evenfold/providers/claude/control.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "evenfold/tests/providers/reading.hpp"

using namespace evenfold::providers;
using namespace evenfold::providers::tests;
using namespace evenfold::orchestration;
using namespace evenfold::orchestration::provider;

namespace {

std::string request(const std::string& id, const std::string& members) {
    return R"({"type":"control_request","request_id":")" + id + R"(","request":{)" + members + "}}\n";
}

std::string
ask(const std::string& id, const std::string& tool, const std::string& input, const std::string& more = "") {
    return request(id, R"("subtype":"can_use_tool","tool_name":")" + tool + R"(","tool_use_id":"t","input":)" + input +
                           more);
}

const std::string question = R"({"questions":[{"question":"Which?","header":"W","multiSelect":true,)"
                             R"("options":[{"label":"A"},{"label":"B"}]},{"question":"Why \"so\"?"}]})";

ClaudeControl after(const std::string& output) {
    ClaudeControl control;
    CHECK(control.feed(output).refusals.empty());
    return control;
}

/// Returns the line that answers request `r` of `output`.
std::string answered(const std::string& output, const ApprovalDecision& decision) {
    const auto line = after(output).answer("r", decision);
    REQUIRE(line.has_value());
    return *line;
}

std::string success(const std::string& response) {
    return R"({"type":"control_response","response":{"subtype":"success","request_id":"r","response":)" + response +
           "}}\n";
}

void check_line(const std::string& line) {
    REQUIRE(line.ends_with('\n'));
    CHECK(line.find('\n') == line.size() - 1);
    CHECK(nlohmann::json::accept(line));
}

} // namespace

TEST_CASE("ClaudeControl: a message of the user is one line, with the id of the session") {
    CHECK(claude_user_line("say \"hi\"\nnow", "s1") ==
          R"({"type":"user","message":{"role":"user","content":"say \"hi\"\nnow"},"parent_tool_use_id":null,)"
          R"("session_id":"s1"})"
          "\n");
    CHECK(nlohmann::json::parse(claude_user_line("x", "")).at("session_id") == "default");
}

TEST_CASE("ClaudeControl: a line is valid UTF-8, and contains no other line separator") {
    const std::string bad = claude_user_line("a\xff\xc3\x28z", "s");
    check_line(bad);
    CHECK(nlohmann::json::parse(bad)["message"]["content"] == "a\xEF\xBF\xBD\xEF\xBF\xBD(z");
    const std::string separators = "a\xE2\x80\xA8z\xE2\x80\xA9 \xE2\x80\xA6";
    const std::string apart = claude_user_line(separators, "s");
    check_line(apart);
    CHECK(apart.find("a\\u2028z\\u2029 \xE2\x80\xA6\"") != std::string::npos);
    CHECK(nlohmann::json::parse(apart)["message"]["content"] == separators);
}

TEST_CASE("ClaudeControl: evenfold sends requests to initialize and to interrupt") {
    CHECK(claude_initialize_line("i") ==
          R"({"type":"control_request","request_id":"i","request":{"subtype":"initialize","hooks":null}})"
          "\n");
    CHECK(claude_interrupt_line("n") ==
          R"({"type":"control_request","request_id":"n","request":{"subtype":"interrupt"}})"
          "\n");
}

TEST_CASE("ClaudeControl: an allowed request keeps its input in the original spelling") {
    const std::string output = ask("r", "Bash", R"({"z":1.50,"big":123456789012345678901,"command":"ls"})");
    CHECK(answered(output, Allow{}) ==
          success(R"({"behavior":"allow","updatedInput":{"z":1.50,"big":123456789012345678901,"command":"ls"}})"));
    CHECK(answered(request("r", R"("subtype":"can_use_tool","tool_name":"T")"), Allow{}) ==
          success(R"({"behavior":"allow","updatedInput":{}})"));
}

TEST_CASE("ClaudeControl: AllowForSession grants the suggested rules until the end of the session") {
    const std::string rules = R"({"type":"addRules","rules":[{"toolName":"Bash","ruleContent":"ls:*"}],)"
                              R"("behavior":"allow","destination":"localSettings"})";
    const std::string output = ask("r", "Bash", "{}", R"(,"permission_suggestions":[)" + rules + ",7]");
    CHECK(
        answered(output, AllowForSession{}) ==
        success(R"({"behavior":"allow","updatedInput":{},"updatedPermissions":[{"behavior":"allow",)"
                R"("destination":"session","rules":[{"ruleContent":"ls:*","toolName":"Bash"}],"type":"addRules"}]})"));
    CHECK(answered(output, Allow{}) == success(R"({"behavior":"allow","updatedInput":{}})"));
    CHECK(after(output).has_suggestions("r"));
}

TEST_CASE("ClaudeControl: AllowForSession grants no rules if none were suggested") {
    for (const std::string more : {"", R"(,"permission_suggestions":null)", R"(,"permission_suggestions":[])"}) {
        const std::string output = ask("r", "Bash", "{}", more);
        CHECK(answered(output, AllowForSession{}) == success(R"({"behavior":"allow","updatedInput":{}})"));
        CHECK_FALSE(after(output).has_suggestions("r"));
    }
}

TEST_CASE("ClaudeControl: a denial contains the reason, and does not interrupt the turn") {
    const std::string output = ask("r", "Bash", "{}");
    CHECK(answered(output, Deny{.feedback = "use \"mv\""}) ==
          success(R"({"behavior":"deny","message":"use \"mv\"","interrupt":false})"));
    CHECK(answered(output, Deny{.feedback = std::nullopt}) ==
          success(R"({"behavior":"deny","message":"The user does not allow this.","interrupt":false})"));
}

TEST_CASE("ClaudeControl: the answers to a question are keyed by the text of each item, beside the items") {
    const std::string output = ask("r", "AskUserQuestion", question);
    const std::string line = answered(output, Answer{.answers = {"A, B", "because"}});
    CHECK(line == success(R"({"behavior":"allow","updatedInput":)" + question.substr(0, question.size() - 1) +
                          R"(,"answers":{"Which?":"A, B","Why \"so\"?":"because"}}})"));
    check_line(line);
    CHECK(answered(output, Deny{.feedback = "no"}) ==
          success(R"({"behavior":"deny","message":"no","interrupt":false})"));
}

TEST_CASE("ClaudeControl: a decision that does not fit the request is refused, and the request stays open") {
    ClaudeControl control = after(ask("r", "AskUserQuestion", question) + ask("q", "Bash", "{}"));
    const std::vector<std::pair<std::string, ApprovalDecision>> wrong{
        {"r", Allow{}}, {"r", AllowForSession{}}, {"r", Answer{.answers = {"one"}}}, {"q", Answer{.answers = {"one"}}}};
    for (const auto& [id, decision] : wrong) {
        const auto line = control.answer(id, decision);
        REQUIRE_FALSE(line.has_value());
        CHECK(line.error().kind == ClaudeAnswerErrorKind::not_fitting);
        CHECK(line.error().what.find(id) != std::string::npos);
    }
    CHECK(control.open_requests() == std::vector<std::string>{"q", "r"});
}

TEST_CASE("ClaudeControl: a request that was answered or cancelled, or whose turn has ended, is not open") {
    const auto dead = [](ClaudeControl control) {
        const auto line = control.answer("r", Allow{});
        return !line.has_value() && line.error().kind == ClaudeAnswerErrorKind::not_asked;
    };
    const std::string asked = ask("r", "Bash", "{}");
    ClaudeControl once = after(asked);
    CHECK_FALSE(dead(once)); // the control
    once.discard("r");
    CHECK(dead(once));
    CHECK(dead(after(asked + R"({"type":"control_cancel_request","request_id":"r"})"
                             "\n")));
    CHECK(dead(after(asked + R"({"type":"result","subtype":"success"})"
                             "\n")));
    CHECK(dead(ClaudeControl()));
    CHECK_FALSE(dead(after(asked + R"({"type":"control_cancel_request","request_id":"q"})"
                                   "\n"
                                   R"({"type":"assistant","message":{"content":"\"result\" control_"}})"
                                   "\n")));
}

TEST_CASE("ClaudeControl: unsupported requests are refused at once, so that the agent can continue") {
    ClaudeControl control;
    CHECK(control.feed(request("h", R"("subtype":"hook_callback","callback_id":"c")")).refusals ==
          R"({"type":"control_response","response":{"subtype":"error","request_id":"h",)"
          R"("error":"evenfold does not serve control requests of subtype hook_callback"}})"
          "\n");
    const std::string two =
        control.feed(request("m", R"("subtype":"mcp_message")") + request("n", R"("a":1)")).refusals;
    CHECK(two.find(R"("request_id":"m")") != std::string::npos);
    CHECK(two.find("subtype (none)") != std::string::npos);
    CHECK(control.open_requests().empty());
    CHECK(control.feed("no JSON control_request\n{\"type\":\"control_request\"}\n") == ClaudeFeedResult{});
}

TEST_CASE("ClaudeControl: feed returns the responses to requests of evenfold") {
    ClaudeControl control;
    const std::string welcome =
        R"({"type":"control_response","response":{"subtype":"success","request_id":"i","response":)"
        R"({"commands":[{"name":"compact","description":"d"},{"name":"init"}],"output_style":"default",)"
        R"("models":[{"value":"sonnet","displayName":"S"}],"account":{}}}})"
        "\n";
    const ClaudeFeedResult result = control.feed(welcome);
    REQUIRE(result.replies.size() == 1);
    CHECK(result.replies[0] ==
          ClaudeReply{
              .request_id = "i",
              .error = std::nullopt,
              .capabilities = {.commands = {"compact", "init"}, .models = {"sonnet"}, .output_style = "default"}});
    const ClaudeFeedResult refused =
        control.feed(R"({"type":"control_response","response":{"subtype":"error","request_id":"n","error":"no"}})"
                     "\n");
    REQUIRE(refused.replies.size() == 1);
    CHECK(refused.replies[0].error == "no");
}

TEST_CASE("ClaudeControl: the open requests do not depend on the chunking") {
    const std::string output = ask("r", "Bash", R"({"command":"ls"})") + request("h", R"("subtype":"x")") +
                               ask("q", "AskUserQuestion", question);
    ClaudeControl bytewise;
    std::string refusals;
    for (const char byte : output) refusals += bytewise.feed({&byte, 1}).refusals;
    ClaudeControl whole;
    CHECK(refusals == whole.feed(output).refusals);
    CHECK(bytewise.open_requests() == whole.open_requests());
    CHECK(bytewise.answer("r", Allow{}) == whole.answer("r", Allow{}));
}

TEST_CASE("ClaudeControl: the parser of recordings reads the written line as the same decision") {
    const std::string rules = R"(,"permission_suggestions":[{"type":"addRules"}])";
    const auto round_trip = [](const std::string& output, const ApprovalDecision& decision) {
        const auto resolved = read(claude_stream_json, output + answered(output, decision)).all<ApprovalResolved>();
        REQUIRE(resolved.size() == 1);
        CHECK(resolved[0].decision == decision);
    };
    round_trip(ask("r", "Bash", "{}", rules), Allow{});
    round_trip(ask("r", "Bash", "{}", rules), AllowForSession{});
    round_trip(ask("r", "Bash", "{}"), Deny{.feedback = "not now"});
    round_trip(ask("r", "AskUserQuestion", question), Answer{.answers = {"A", "so \"it\" is"}});
}

TEST_CASE("ClaudeControl: --input-format stream-json in the command line is recognised") {
    CHECK(reads_stream_json(std::vector<std::string>{"claude", "-p", "--input-format", "stream-json"}));
    CHECK(reads_stream_json(std::vector<std::string>{"claude", "--input-format=stream-json", "-p"}));
    CHECK_FALSE(reads_stream_json(std::vector<std::string>{"claude", "-p", "--output-format", "stream-json"}));
    CHECK_FALSE(reads_stream_json(std::vector<std::string>{"claude", "--input-format", "text"}));
    CHECK(reads_stream_json(std::vector<std::string>{"env", "--", "claude", "--input-format", "stream-json"}));
    CHECK_FALSE(reads_stream_json(std::vector<std::string>{"claude", "--input-format"}));
}

#include <doctest/doctest.h>

#include <string>

#include "evenfold/tests/providers/reading.hpp"

using namespace evenfold::providers;
using namespace evenfold::providers::tests;
using namespace evenfold::orchestration;
using namespace evenfold::orchestration::provider;

namespace {

std::string ask(const std::string& tool, const std::string& input) {
    return R"({"type":"control_request","request_id":"r","request":{"subtype":"can_use_tool","tool_name":")" + tool +
           R"(","tool_use_id":"t","input":)" + input + "}}\n";
}

std::string answer(const std::string& response) {
    return R"({"type":"control_response","response":{"subtype":"success","request_id":"r","response":)" + response +
           "}}\n";
}

std::optional<ApprovalDecision> decision(const std::string& asked, const std::string& response) {
    const auto resolved = read_claude(asked + answer(response)).all<ApprovalResolved>();
    REQUIRE(resolved.size() == 1);
    CHECK(resolved[0].request_id == "r");
    return resolved[0].decision;
}

} // namespace

TEST_CASE("ClaudePermission: a request for a tool becomes AwaitingApproval with a summary") {
    const auto asked = read_claude(ask("Bash", R"({"command":"ls","timeout":1})")).all<AwaitingApproval>();
    REQUIRE(asked.size() == 1);
    CHECK(asked[0] ==
          AwaitingApproval{.request_id = "r", .call_id = "t", .kind = ToolApproval{.name = "Bash", .summary = "ls"}});
    const auto other = read_claude(ask("Write", R"({"file_path":"/a", "n":1e400})")).all<AwaitingApproval>();
    CHECK(std::get<ToolApproval>(other[0].kind).summary == R"({"file_path":"/a", "n":1e400})");
}

TEST_CASE("ClaudePermission: a long summary is cut between characters") {
    std::string many;
    for (int at = 0; at < 3000; ++at) many += "\xC3\xA9";
    const auto asked = read_claude(ask("Bash", R"({"command":"x)" + many + R"("})")).all<AwaitingApproval>();
    const std::string summary = std::get<ToolApproval>(asked.at(0).kind).summary;
    CHECK(summary.size() <= label_bytes_max);
    CHECK(summary.ends_with("\xC3\xA9\xE2\x80\xA6"));
}

TEST_CASE("ClaudePermission: a question to the user is reported with its options") {
    const std::string input = R"({"questions":[{"question":"Which?","options":[{"label":"A"},"B"]},)"
                              R"({"question":"Why?"}]})";
    const auto asked = read_claude(ask("AskUserQuestion", input)).all<AwaitingApproval>();
    REQUIRE(asked.size() == 1);
    const Question expected{.items = {{.text = "Which?", .options = {"A", "B"}}, {.text = "Why?", .options = {}}}};
    CHECK(asked[0].kind == RequestKind(expected));
    CHECK(decision(ask("AskUserQuestion", input),
                   R"({"behavior":"allow","updatedInput":{"answers":{"Why?":"so","Which?":"B"}}})") ==
          ApprovalDecision(Answer{.answers = {"B", "so"}}));
    CHECK(decision(ask("AskUserQuestion", input),
                   R"({"behavior":"allow","updatedInput":{"answers":{"Why?":"a","Wh\u0079?":"so"}}})") ==
          ApprovalDecision(Answer{.answers = {"", "so"}})); // the last answer counts
}

TEST_CASE("ClaudePermission: a response in the stream resolves its request") {
    const std::string asked = ask("Bash", "{}");
    CHECK(decision(asked, R"({"behavior":"allow","updatedInput":{}})") == ApprovalDecision(Allow{}));
    CHECK(decision(asked, R"({"behavior":"allow","updatedPermissions":[{"type":"addRules"}]})") ==
          ApprovalDecision(AllowForSession{}));
    CHECK(decision(asked, R"({"behavior":"deny","message":"no"})") == ApprovalDecision(Deny{.feedback = "no"}));
    CHECK(decision(asked, "null") == std::nullopt);
    CHECK(read_claude(answer(R"({"behavior":"allow"})")).items.empty());
}

TEST_CASE("ClaudePermission: a request that was cancelled, or whose tool has a result, is resolved once") {
    const std::string cancel = R"({"type":"control_cancel_request","request_id":"r"})"
                               "\n";
    const std::string result = R"({"type":"user","message":{"content":[{"type":"tool_result","tool_use_id":"t"}]}})"
                               "\n";
    const std::string asked = ask("Bash", "{}");
    CHECK(read_claude(asked + cancel + result).all<ApprovalResolved>().size() == 1);
    CHECK(read_claude(asked + result + cancel).all<ApprovalResolved>().size() == 1);
    CHECK(read_claude(asked + answer(R"({"behavior":"allow"})") + result).all<ApprovalResolved>().size() == 1);
}

TEST_CASE("ClaudePermission: requests without an id are identified by their calls") {
    const auto nameless = [](const std::string& call) {
        return R"({"type":"control_request","request":{"subtype":"can_use_tool","tool_name":"B","tool_use_id":")" +
               call + "\"}}\n";
    };
    const auto asked = read_claude(nameless("a") + nameless("b")).all<AwaitingApproval>();
    REQUIRE(asked.size() == 2);
    CHECK(asked[0].request_id == "a");
    CHECK(asked[1].request_id == "b");
}

TEST_CASE("ClaudePermission: other control requests produce no items") {
    CHECK(read_claude(R"({"type":"control_request","request_id":"i","request":{"subtype":"interrupt"}})"
                      "\n"
                      R"({"type":"control_response","response":{"subtype":"success","request_id":"i"}})"
                      "\n")
              .items.empty());
}

TEST_CASE("ClaudePermission: the recorded callback of an SDK session is a request, too") {
    const auto asked = read_claude(R"({"type":"permission.request","toolName":"Bash","input":{"command":"ls"},)"
                                   R"("options":{"toolUseID":"t"}})"
                                   "\n")
                           .all<AwaitingApproval>();
    REQUIRE(asked.size() == 1);
    CHECK(asked[0].request_id == "t");
    CHECK(asked[0].call_id == "t");
}

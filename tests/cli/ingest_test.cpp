#include <doctest/doctest.h>

#include "evenfold/tests/cli/program.hpp"

namespace evenfold::cli_test {
namespace {

Json events_of(const CliFixture& fixture) {
    const ProgramResult log = fixture.run({"log", "--json"});
    REQUIRE(log.exit == 0);
    return log.json();
}

std::size_t count_of(const Json& events, const std::string& type) {
    std::size_t count = 0;
    for (const Json& event : events) count += event["type"] == type ? 1 : 0;
    return count;
}

} // namespace

TEST_CASE("ingest: a complete stream becomes a turn of the thread, and the exit status is 0.") {
    const CliFixture fixture;
    const ProgramResult done =
        fixture.run({"ingest", "--project", "abacus", "--thread", "review"}, claude_turn("all is well"));
    CHECK_MESSAGE(done.exit == 0, done.err);
    CHECK(done.out.find("1 turn (1 completed, 0 failed, 0 interrupted)") != std::string::npos);
    const Json turns = fixture.run({"transcript", "--json"}).json();
    REQUIRE(turns.size() == 1);
    CHECK(turns[0]["state"] == "completed");
    CHECK(turns[0]["ordinal"] == 1);
    CHECK(turns[0]["text"] == "all is well");
    CHECK(turns[0]["thinking"] == "hm");
    REQUIRE(turns[0]["tool_calls"].size() == 1);
    const Json& call = turns[0]["tool_calls"][0];
    CHECK(call["id"] == "toolu_1");
    CHECK(call["name"] == "Bash");
    CHECK(call["input"] == Json{{"command", "ls"}});
    CHECK(call["status"] == "succeeded");
    CHECK(call["output"] == "a.txt");
    CHECK(call["is_error"] == false);
    CHECK(call["parent"].is_null());
    CHECK(turns[0]["approvals"].empty());
    CHECK(turns[0]["usage"]["output_tokens"] == 7);
    CHECK(turns[0]["error"].is_null());
    const Json model = fixture.run({"model", "--json"}).json();
    CHECK(model["model"]["index"]["projects"][0]["root"] == fixture.path("abacus"));
    CHECK(model["model"]["index"]["threads"][0]["title"] == "review");
    CHECK(model["outstanding"].empty());
}

TEST_CASE("ingest: a second stream continues the thread in a new session.") {
    const CliFixture fixture;
    REQUIRE(fixture.run({"ingest"}, claude_turn("one") + claude_turn("two")).exit == 0);
    REQUIRE(fixture.run({"ingest", "-"}, anthropic_stream({"thr", "ee"})).exit == 0);
    const Json turns = fixture.run({"transcript", "--json"}).json();
    REQUIRE(turns.size() == 3);
    CHECK(turns[0]["thread"] == turns[2]["thread"]);
    CHECK(turns[1]["text"] == "two");
    CHECK(turns[2]["text"] == "three");
    CHECK(turns[2]["ordinal"] == 3);
    const Json events = events_of(fixture);
    CHECK(count_of(events, "ProjectCreated") == 1);
    CHECK(count_of(events, "SessionBound") == 2);
    CHECK(count_of(events, "SessionLost") == 2);
}

TEST_CASE("ingest: the events of a truncated stream are kept, and the truncation is reported.") {
    const CliFixture fixture;
    const ProgramResult broken = fixture.run({"ingest"}, anthropic_stream({"half a sen"}, true));
    CHECK(broken.exit == 1);
    CHECK(broken.err.find("standard input ended before the end of a turn") != std::string::npos);
    const Json turns = fixture.run({"transcript", "--json"}).json();
    REQUIRE(turns.size() == 1);
    CHECK(turns[0]["text"] == "half a sen");
    CHECK(turns[0]["state"] == "failed");
    CHECK(turns[0]["error"].get<std::string>().find("stream_truncated") != std::string::npos);
    CHECK(fixture.run({"replay"}).exit == 0);
}

TEST_CASE("ingest: an error of the agent fails the turn, and the exit status is 0.") {
    const CliFixture fixture;
    const std::string limit = R"({"type":"system","subtype":"init","session_id":"s","cwd":"/","model":"m","tools":[]})"
                              "\n"
                              R"({"type":"result","subtype":"error_max_turns","is_error":false,"session_id":"s",)"
                              R"("num_turns":9,"usage":{"input_tokens":1,"output_tokens":1}})"
                              "\n";
    CHECK(fixture.run({"ingest"}, limit).exit == 0);
    const Json turns = fixture.run({"transcript", "--json"}).json();
    REQUIRE(turns.size() == 1);
    CHECK(turns[0]["state"] == "failed");
    CHECK(turns[0]["error"] == "error_max_turns");
}

TEST_CASE("ingest: a stream that ends with an error event is truncated, and so is an error without a stream.") {
    const CliFixture fixture;
    const std::string error = R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}})";
    const ProgramResult cut =
        fixture.run({"ingest"}, anthropic_stream({"par"}, true) + "event: error\ndata: " + error + "\n\n");
    CHECK(cut.exit == 1);
    CHECK(cut.err.find("ended before the end of a turn") != std::string::npos);
    CHECK(fixture.run({"ingest"}, error).exit == 1);
    const Json turns = fixture.run({"transcript", "--json"}).json();
    REQUIRE(turns.size() == 2);
    CHECK(turns[0]["text"] == "par");
    for (const Json& turn : turns) CHECK(turn["error"] == "overloaded_error: Overloaded");
}

TEST_CASE("ingest: events after the end of a turn are added to the next turn, or to the last one if there is none.") {
    const CliFixture fixture;
    const std::string late = R"({"type":"user","message":{"content":[{"type":"tool_result","tool_use_id":"t9",)"
                             R"("content":"late news"}]}})"
                             "\n"
                             R"({"type":"assistant","parent_tool_use_id":"t9","message":{"id":"s","content":[)"
                             R"({"type":"text","text":"from below"}]}})"
                             "\n"
                             R"({"type":"control_request","request_id":"r","request":{"subtype":"can_use_tool",)"
                             R"("tool_name":"B","tool_use_id":"t8"}})"
                             "\n{\"nonsense\n";
    const ProgramResult first = fixture.run({"ingest", "--json"}, claude_turn("one") + late);
    CHECK(first.exit == 1);
    CHECK(first.json()["turns"] == 1);
    CHECK(first.json()["stray_remarks"] == 0);
    REQUIRE(fixture.run({"ingest"}, claude_turn("two") + late + claude_turn("three")).exit == 1); // the invalid line
    const Json turns = fixture.run({"transcript", "--json"}).json();
    REQUIRE(turns.size() == 3);
    for (const Json& turn : turns) CHECK(turn["state"] == "completed");
    CHECK(turns[0]["notices"] == turns[2]["notices"]);
    CHECK(turns[0]["approvals"][0]["provider_id"] == "r");
    CHECK(turns[2]["notices"].dump().find("late news") != std::string::npos);
    CHECK(turns[2]["notices"].dump().find("was skipped") != std::string::npos);
    CHECK(turns[2]["approvals"][0]["provider_id"] == "r");
    CHECK(turns[2]["text"] == "three");
    CHECK(fixture.run({"transcript"}).out.find("(subagent of t9) from below") != std::string::npos);
}

TEST_CASE("ingest: a prompt begins a turn, or is a notice in the running turn and the input of the next.") {
    const CliFixture fixture;
    const auto typed = [](const std::string& words) {
        return Json{{"type", "user"}, {"message", {{"content", words}}}}.dump() + "\n";
    };
    const std::string whole = claude_turn("x");
    const std::size_t result = whole.find("{\"is_error\"");
    const std::string stream = typed("first") + typed("second") + whole.substr(0, result) + whole.substr(result) +
                               whole + typed("third") + whole + whole;
    REQUIRE(fixture.run({"ingest"}, stream).exit == 0);
    const Json turns = fixture.run({"transcript", "--json"}).json();
    REQUIRE(turns.size() == 4);
    CHECK(turns[0]["input"] == "first");
    REQUIRE(turns[0]["notices"].size() == 1);
    CHECK(turns[0]["notices"][0]["text"] == "the user said: second");
    CHECK(turns[1]["input"] == "second");
    CHECK(turns[2]["input"] == "third");
    CHECK(turns[3]["input"] == "(the prompt is not in the stream)");
}

TEST_CASE("ingest: a prompt over the limit is cut between characters, with a notice.") {
    const CliFixture fixture;
    std::string prompt;
    for (int i = 0; i < 120'001; ++i) prompt += "\xc3\xa9";
    const auto input_of = [&](const std::string& words) {
        const std::string line = Json{{"type", "user"}, {"message", {{"content", words}}}}.dump() + "\n";
        CHECK(fixture.run({"ingest"}, line + claude_turn("x")).exit == 0);
        return fixture.run({"transcript", "--json"}).json().back();
    };
    const Json cut = input_of(prompt);
    CHECK(cut["input"] == prompt.substr(0, 240'000));
    CHECK(cut["notices"][0]["text"].get<std::string>().find("was cut after 120000 characters") != std::string::npos);
    const Json whole = input_of(prompt.substr(2));
    CHECK(whole["input"] == prompt.substr(2));
    CHECK(whole["notices"].empty());
}

TEST_CASE("transcript: approvals and questions appear where they were requested, with their decisions.") {
    const CliFixture fixture;
    const std::string whole = claude_turn("x");
    const std::size_t after_call = whole.find("{\"type\":\"user\"");
    const std::string asked = R"({"type":"control_request","request_id":"r","request":{"subtype":"can_use_tool",)"
                              R"("tool_name":"Bash","tool_use_id":"toolu_1","input":{"command":"ls -a"}}})"
                              "\n"
                              R"({"type":"control_request","request_id":"q","request":{"subtype":"can_use_tool",)"
                              R"("tool_name":"AskUserQuestion","input":{"questions":[{"question":"Which one?",)"
                              R"("options":[{"label":"the left"},"the right"]}]}}})"
                              "\n";
    RunningProgram ingest(fixture.folder(), {"ingest", "--acks"});
    REQUIRE(ingest.write(whole.substr(0, after_call) + asked));
    while (fixture.run({"transcript"}).out.find("the right") == std::string::npos) REQUIRE(ingest.line());
    const Json pending = fixture.run({"transcript", "--json"}).json()[0]["approvals"];
    REQUIRE(pending.size() == 2);
    const auto answer = [&](const Json& request, const Json& decision) {
        const Json body{{"type", "RespondApproval"}, {"request", request["id"]}, {"decision", decision}};
        CHECK(fixture.run({"submit"}, body.dump()).exit == 0);
    };
    answer(pending[0], {{"type", "Deny"}, {"feedback", "not in there"}});
    answer(pending[1], {{"type", "Answer"}, {"answers", {"the left"}}});
    const std::string shown = fixture.run({"transcript"}).out;
    const std::size_t call = shown.find("[tool Bash");
    const std::size_t approval = shown.find("[approval · answered] Bash ls -a\n    denied: not in there\n");
    const std::size_t question =
        shown.find("[question · answered]\n    Which one?\n      - the left\n      - the right\n"
                   "    answered: the left\n");
    REQUIRE(question != std::string::npos);
    CHECK(call < approval);
    CHECK(approval < question);
    CHECK(ingest.finish(whole.substr(after_call)).exit == 0);
}

TEST_CASE("ingest: decisions in the agent's own interface are recorded, and a denied tool call is denied.") {
    const CliFixture fixture;
    std::string stream = claude_turn("x");
    stream.insert(stream.find("{\"type\":\"user\""),
                  R"({"type":"control_request","request_id":"r","request":{"subtype":"can_use_tool",)"
                  R"("tool_name":"Bash","tool_use_id":"toolu_1","input":{"command":"ls -a"}}})"
                  "\n"
                  R"({"type":"control_response","response":{"subtype":"success","request_id":"r",)"
                  R"("response":{"behavior":"deny","message":"not in there"}}})"
                  "\n"
                  R"({"type":"user","message":{"role":"user","content":[{"type":"tool_result",)"
                  R"("tool_use_id":"toolu_1","is_error":true,"content":"not in there"}]}})"
                  "\n");
    REQUIRE(fixture.run({"ingest"}, stream).exit == 0);
    const Json turn = fixture.run({"transcript", "--json"}).json()[0];
    CHECK(turn["approvals"][0]["state"] == "delivered");
    CHECK(turn["approvals"][0]["decision"] == Json({{"type", "Deny"}, {"feedback", "not in there"}}));
    CHECK(turn["tool_calls"][0]["status"] == "denied");
}

TEST_CASE("ingest: the bytes of a text are recorded unchanged, at any length.") {
    const CliFixture fixture;
    const std::string large(3U << 20U, 'x');
    const std::string strange =
        "caf\xc3\xa9 \xf0\x9f\xa6\x86 \x01 \"quoted\" </script> " + std::string(1, '\0') + "end";
    REQUIRE(fixture.run({"ingest"}, anthropic_stream({large, strange})).exit == 0);
    const Json turns = fixture.run({"transcript", "--json"}).json();
    CHECK(turns[0]["text"] == large + strange);
    CHECK(fixture.run({"replay"}).exit == 0);
}

TEST_CASE("ingest: --json prints one document, --acks only sequences.") {
    const CliFixture fixture;
    const Json summary = fixture.run({"ingest", "--json"}, claude_turn("x")).json();
    CHECK(summary["turns"] == 1);
    CHECK(summary["broken_off"] == false);
    const ProgramResult acks = fixture.run({"ingest", "--acks"}, claude_turn("y"));
    REQUIRE(acks.exit == 0);
    CHECK(std::stoul(acks.out) > summary["last_sequence"].get<unsigned long>());
}

TEST_CASE("transcript and model: --at shows the state after any event, and refuses events beyond the end.") {
    const CliFixture fixture;
    REQUIRE(fixture.run({"ingest"}, claude_turn("the end")).exit == 0);
    const Json events = events_of(fixture);
    const std::size_t head = events.size();
    CHECK(events[0]["sequence"] == 1);
    CHECK(events[head - 1]["sequence"] == head);
    for (std::size_t at = 0; at <= head; ++at) {
        const ProgramResult then = fixture.run({"transcript", "--json", "--at", std::to_string(at)});
        REQUIRE(then.exit == 0);
        const Json turns = then.json();
        if (at < 4) CHECK(turns.empty());
        if (at == head) CHECK(turns[0]["text"] == "the end");
    }
    const ProgramResult beyond = fixture.run({"transcript", "--at", std::to_string(head + 1)});
    CHECK(beyond.exit == 1);
    CHECK(beyond.out.empty());
    CHECK(beyond.err.find("beyond the end of the log, event " + std::to_string(head)) != std::string::npos);
    CHECK(fixture.run({"model", "--at", std::to_string(head + 1)}).exit == 1);
    CHECK(fixture.run({"model", "--json", "--at", "0"}).json()["model"]["index"]["projects"].empty());
}

TEST_CASE("log: --from, --stream and --json select and format the events.") {
    const CliFixture fixture;
    REQUIRE(fixture.run({"ingest"}, claude_turn("x")).exit == 0);
    const Json events = events_of(fixture);
    const std::string thread = events[1]["stream"];
    const Json from = fixture.run({"log", "--json", "--from", "5"}).json();
    CHECK(from[0]["sequence"] == 5);
    const Json stream = fixture.run({"log", "--json", "--stream", thread}).json();
    CHECK(stream.size() == events.size() - 1);
    CHECK(stream[0]["version"] == 1);
    CHECK(fixture.run({"log", "--json", "--stream", "no-such"}).json().empty());
    CHECK(fixture.run({"log", "--from", "0"}).exit == 2);
}

TEST_CASE("transcript: control characters of an agent do not reach the terminal.") {
    const CliFixture fixture;
    REQUIRE(fixture.run({"ingest"}, anthropic_stream({"red \x1b[31m alert"})).exit == 0);
    const ProgramResult shown = fixture.run({"transcript"});
    CHECK(shown.out.find('\x1b') == std::string::npos);
    CHECK(shown.out.find("red \\x1b[31m alert") != std::string::npos);
}

} // namespace evenfold::cli_test

#include <doctest/doctest.h>

#include <string>

#include "evenfold/tests/providers/reading.hpp"

using namespace evenfold::providers;
using namespace evenfold::providers::tests;
using namespace evenfold::orchestration::provider;
using evenfold::orchestration::NoticeLevel;

namespace {

const std::string init = R"({"cwd":"/w","session_id":"s","subtype":"init","model":"c","type":"system"})"
                         "\n";
const std::string done = R"({"subtype":"success","is_error":false,"result":"Hello","stop_reason":"end_turn",)"
                         R"("usage":{"input_tokens":3,"output_tokens":4},"total_cost_usd":0.25,"type":"result"})"
                         "\n";

std::string assistant(const std::string& id, const std::string& content, const std::string& parent = "null") {
    return R"({"message":{"id":")" + id + R"(","content":[)" + content +
           R"(],"stop_reason":null},"type":"assistant",)" + R"("parent_tool_use_id":)" + parent + "}\n";
}

std::string text(const std::string& words) {
    return R"({"type":"text","text":")" + words + R"("})";
}

std::string tool(const std::string& id, const std::string& input = "{}") {
    return R"({"type":"tool_use","id":")" + id + R"(","name":"Bash","input":)" + input + "}";
}

std::string result_of(const std::string& id, const std::string& content = "\"ok\"") {
    return R"({"type":"user","message":{"content":[{"tool_use_id":")" + id + R"(","type":"tool_result","content":)" +
           content + "}]}}\n";
}

std::string streamed(const std::string& event, const std::string& parent = "null") {
    return R"({"type":"stream_event","parent_tool_use_id":)" + parent + R"(,"event":)" + event + "}\n";
}

std::string starts(const std::string& id) {
    return streamed(R"({"type":"message_start","message":{"id":")" + id +
                    R"(","usage":{"input_tokens":1,"output_tokens":1}}})");
}

std::string begins(int index, const std::string& content) {
    return streamed(R"({"type":"content_block_start","index":)" + std::to_string(index) + R"(,"content_block":)" +
                    content + "}");
}

std::string delta(int index, const std::string& content, const std::string& parent = "null") {
    return streamed(
        R"({"type":"content_block_delta","index":)" + std::to_string(index) + R"(,"delta":)" + content + "}", parent);
}

std::string words(int index, const std::string& more, const std::string& parent = "null") {
    return delta(index, R"({"type":"text_delta","text":")" + more + R"("})", parent);
}

std::string stops(int index) {
    return streamed(R"({"type":"content_block_stop","index":)" + std::to_string(index) + "}");
}

std::string ends(const std::string& reason) {
    return streamed(R"({"type":"message_delta","delta":{"stop_reason":")" + reason +
                    R"("},"usage":{"output_tokens":7}})") +
           streamed(R"({"type":"message_stop"})");
}

std::string typed(const std::string& content) {
    return R"({"type":"user","message":{"role":"user","content":)" + content + "}}\n";
}

/// Returns `line` as that session writes it.
std::string in_session(const std::string& session, const std::string& line) {
    return R"({"session_id":")" + session + R"(",)" + line.substr(1);
}

std::string output(const std::string& content) {
    return read_claude(result_of("t", content)).all<ToolResult>().at(0).output;
}

using Endings = std::vector<Ending>;

} // namespace

TEST_CASE("ClaudeStreamJson: a session, a turn of snapshots and its result are read") {
    const Reading reading = read_claude(init + assistant("m", text("Hel")) + assistant("m", text("lo")) + done);
    CHECK(reading.items.front() == Item(SessionStarted{.session_ref = "s", .model = "c", .working_folder = "/w"}));
    CHECK(reading.text() == "Hello");
    CHECK(reading.endings() == Endings{{"completed", "end_turn"}});
    const auto usage = reading.all<TurnComplete>()[0].usage;
    REQUIRE(usage.has_value());
    CHECK(usage->input_tokens == 3);
    CHECK(usage->cost_usd_micros == 250'000);
}

TEST_CASE("ClaudeStreamJson: a snapshot of streamed blocks adds nothing, in either order") {
    const std::string open = starts("m") + begins(0, text("")) + words(0, "Hel") + words(0, "lo");
    const std::string call =
        begins(1, tool("t")) + delta(1, R"({"type":"input_json_delta","partial_json":"{\"a\":1}"})");
    const std::string snapshot_first = open + assistant("m", text("Hello")) + stops(0) + call +
                                       assistant("m", tool("t", R"({"a":1})")) + result_of("t") + stops(1) +
                                       ends("tool_use") + done;
    const std::string stop_first = open + stops(0) + assistant("m", text("Hello")) + call + stops(1) +
                                   assistant("m", tool("t", R"({"a":1})")) + ends("tool_use") + result_of("t") + done;
    for (const std::string& bytes : {snapshot_first, stop_first}) {
        const Reading reading = read_claude(init + bytes);
        CHECK(reading.text() == "Hello");
        REQUIRE(reading.all<ToolCall>().size() == 1);
        CHECK(reading.all<ToolCall>()[0].input == R"({"a":1})");
        CHECK(reading.all<ToolResult>().size() == 1);
        CHECK(reading.all<UsageReport>().size() == 1);
        CHECK(reading.endings().size() == 1);
    }
}

TEST_CASE("ClaudeStreamJson: a snapshot that is ahead of the deltas adds the missing text") {
    const Reading reading = read_claude(starts("m") + begins(0, text("")) + words(0, "Hel") +
                                        assistant("m", text("Hello")) + words(0, "lo") + words(0, "!") + done);
    CHECK(reading.text() == "Hello!");
}

TEST_CASE("ClaudeStreamJson: equal blocks of one message are kept, but repeated lists of blocks are not") {
    CHECK(read_claude(assistant("m", text("a")) + assistant("m", text("a")) + done).text() == "aa");
    const std::string growing = assistant("m", text("a")) + assistant("m", text("a") + "," + tool("t"));
    CHECK(read_claude(growing + done).text() == "a");
    CHECK(read_claude(growing + assistant("m", tool("t")) + done).all<ToolCall>().size() == 1);
}

TEST_CASE("ClaudeStreamJson: deltas without the start of their message belong to the next snapshot") {
    const Reading reading = read_claude(words(0, "one") + assistant("m", text("one")) + done + words(0, "two") +
                                        assistant("n", text("two")) + done);
    CHECK(reading.text() == "onetwo");
    CHECK(reading.endings().size() == 2);
}

TEST_CASE("ClaudeStreamJson: lines may lack ids, content or a message") {
    const Reading reading = read_claude(R"({"type":"assistant","message":{"content":[{"type":"tool_use","name":"B"}]}})"
                                        "\n"
                                        R"({"type":"assistant","message":{}})"
                                        "\n"
                                        R"({"type":"assistant"})"
                                        "\n"
                                        R"({"type":"user"})"
                                        "\n"
                                        R"({"type":"user","message":"typed"})"
                                        "\n" +
                                        done);
    REQUIRE(reading.all<ToolCall>().size() == 1);
    CHECK(reading.all<ToolCall>()[0].input == "{}");
    CHECK(reading.endings().size() == 1);
}

TEST_CASE("ClaudeStreamJson: a subagent's text and calls carry their parent and are not the main thread's") {
    const Reading reading = read_claude(assistant("m", tool("task")) + assistant("k", text("sub"), "\"task\"") +
                                        words(0, "more", "\"task\"") + assistant("k2", tool("t2"), "\"task\"") +
                                        R"({"type":"user","parent_tool_use_id":"task","message":{"content":"go"}})"
                                        "\n" +
                                        result_of("task") + assistant("n", text("main")) + done);
    CHECK(reading.text() == "main");
    CHECK(reading.subagent_text() == "submore");
    CHECK(reading.all<ToolCall>()[1].parent == "task");
    CHECK_FALSE(reading.all<ToolCall>()[0].parent.has_value());
}

TEST_CASE("ClaudeStreamJson: a result is an error if its flag or its subtype says so") {
    const auto failed = [](const std::string& line) { return read_claude(assistant("m", text("x")) + line + "\n"); };
    const auto flagged = failed(R"({"type":"result","subtype":"success","is_error":true,"result":"401"})");
    REQUIRE(flagged.all<ProviderError>().size() == 1);
    CHECK(flagged.all<ProviderError>()[0] == ProviderError{.code = "error", .message = "401", .fatal = true});
    const auto named = failed(R"({"type":"result","subtype":"error_max_turns","is_error":false,"errors":["a","b"]})");
    CHECK(named.all<ProviderError>()[0] == ProviderError{.code = "error_max_turns", .message = "a\nb", .fatal = true});
    CHECK(named.all<TurnComplete>().empty());
}

TEST_CASE("ClaudeStreamJson: an interrupted turn is neither completed nor failed, and keeps its partial text") {
    const std::string open = starts("m") + begins(0, text("")) + words(0, "par") + assistant("m", text("par"));
    const std::string mark = typed(R"([{"type":"text","text":"[Request interrupted by user]"}])");
    const std::string error = R"({"type":"result","subtype":"error_during_execution","is_error":true)";
    const std::string aborted = error + R"(,"terminal_reason":"aborted_streaming"})"
                                        "\n";
    for (const std::string& bytes : {open + mark + aborted, open + aborted, open + mark + error + "}\n",
                                     open + mark +
                                         R"({"type":"result","subtype":"success"})"
                                         "\n"}) {
        const Reading reading = read_claude(bytes);
        CHECK(reading.text() == "par");
        REQUIRE(reading.endings().size() == 1);
        CHECK(reading.endings()[0].kind == "interrupted");
    }
    CHECK(read_claude(open + mark).endings() == Endings{{"error", "stream_truncated"}});
}

TEST_CASE("ClaudeStreamJson: a stream that stops inside a turn is truncated") {
    CHECK(read_claude(init + assistant("m", tool("t"))).endings() == Endings{{"error", "stream_truncated"}});
    CHECK(read_claude(init + typed("\"hello\"")).endings() == Endings{{"error", "stream_truncated"}});
    const Reading cut = read_claude(starts("m") + begins(0, tool("t")) +
                                    delta(0, R"({"type":"input_json_delta","partial_json":"{\"a"})"));
    REQUIRE(cut.all<ToolCall>().size() == 1);
    CHECK(cut.all<ToolCall>()[0].input == "{\"a");
    CHECK(cut.endings().size() == 1);
}

TEST_CASE("ClaudeStreamJson: lines without content begin no turn") {
    const std::string noise = R"({"type":"system","subtype":"hook_started"})"
                              "\n"
                              R"({"type":"rate_limit_event","rate_limit_info":{"status":"allowed"}})"
                              "\n\n"
                              R"({"type":"system","subtype":"task_notification"})"
                              "\n";
    CHECK(read_claude("").items.empty());
    CHECK(read_claude(noise).items.empty());
    CHECK(read_claude(assistant("m", text("x")) + done + noise).endings() == Endings{{"completed", "end_turn"}});
    CHECK(read_claude(noise + R"({"type":"news"})"
                              "\n")
              .skipped == SkipCounts{.unknown_events = 1});
}

TEST_CASE("ClaudeStreamJson: a new process inside an open turn ends it") {
    const std::string boots = R"({"type":"system","subtype":"hook_started","hook_name":"SessionStart:resume"})"
                              "\n";
    const std::string later = init + assistant("n", text("again")) + done;
    const Endings expected{{"error", "session_restarted"}, {"completed", "end_turn"}};
    CHECK(read_claude(init + assistant("m", tool("t")) + later).endings() == expected);
    CHECK(read_claude(init + assistant("m", text("x")) + boots + later).endings() == expected);
    CHECK(read_claude(init + assistant("m", text("part")) + later).endings() == expected);
    const std::string mark = typed("\"[Request interrupted by user]\"");
    CHECK(read_claude(init + typed("\"hi\"") + mark + later).endings() == expected);
    CHECK(read_claude(init + assistant("m", text("part")) + later).skipped.broken_turns == 1);
}

TEST_CASE("ClaudeStreamJson: a prompt before the description of its session belongs to that session") {
    const Reading reading = read_claude(in_session("s", typed("\"hi\"")) + init + assistant("m", text("x")) + done);
    CHECK(reading.endings() == Endings{{"completed", "end_turn"}});
    CHECK(reading.items.front() == Item(SessionStarted{.session_ref = "s", .model = "", .working_folder = ""}));
    CHECK(
        read_claude(in_session("other", typed("\"hi\"")) + init + assistant("m", text("x")) + done).endings().size() ==
        2);
}

TEST_CASE("ClaudeStreamJson: lines of another session inside a turn add one warning") {
    const std::string mixed = in_session("s", assistant("m", text("a"))) + in_session("t", assistant("n", text("b"))) +
                              in_session("s", assistant("m2", text("c"))) + in_session("t", assistant("n2", text("d")));
    const auto notices = read_claude(init + mixed + done).all<Notice>();
    REQUIRE(notices.size() == 1);
    CHECK(notices[0].text.view().find("session t are inside a turn of session s") != std::string::npos);
    CHECK(read_claude(init + in_session("s", assistant("m", text("a"))) + done + in_session("t", typed("\"b\"")) +
                      in_session("t", assistant("n", text("b"))) + done)
              .all<Notice>()
              .empty());
}

TEST_CASE("ClaudeStreamJson: a repeated assistant line is ignored") {
    const std::string line = R"({"uuid":"u",)" + assistant("m", text("a")).substr(1);
    CHECK(read_claude(line + line + done).text() == "a");
}

TEST_CASE("ClaudeStreamJson: a repeated error ends one turn, unless there is output between the errors") {
    const std::string error = R"({"type":"error","error":{"type":"overloaded_error","message":"no"}})"
                              "\n";
    const std::string result = R"({"type":"result","subtype":"error_during_execution","is_error":true})"
                               "\n";
    const std::string said = assistant("m", text("x"));
    const Endings once{{"error", "overloaded_error"}};
    CHECK(read_claude(said + error + result).endings() == once);
    CHECK(read_claude(said + error + error + result).endings() == once);
    CHECK(read_claude(said + error + assistant("n", text("y")) + result).endings().size() == 2);
    CHECK(read_claude(said + error + result + result).endings().size() == 2);
    CHECK(read_claude(said + error).skipped.broken_turns == 1);
    CHECK(read_claude(said + result).skipped.broken_turns == 0);
}

TEST_CASE("ClaudeStreamJson: a denied call has a result with the denial by the end of its turn") {
    const std::string refused = R"({"type":"system","subtype":"permission_denied","tool_name":"W","tool_use_id":"t",)"
                                R"("message":"no"})"
                                "\n";
    const std::string listing = R"({"type":"result","subtype":"success","permission_denials":[{"tool_name":"W",)"
                                R"("tool_use_id":"t"}]})"
                                "\n";
    const ToolResult expected{.call_id = "t", .output = "W was not permitted: no", .is_error = true};
    const std::string call = assistant("m", tool("t"));
    CHECK(read_claude(call + refused + done).all<ToolResult>() == std::vector{expected});
    CHECK(read_claude(call + refused + listing).all<ToolResult>() == std::vector{expected});
    CHECK(read_claude(call + listing).all<ToolResult>().at(0).output == "W was not permitted");
    CHECK(read_claude(call + refused + result_of("t") + listing).all<ToolResult>().at(0).output == "ok");
    CHECK(read_claude(call + refused + result_of("t") + listing).all<ToolResult>().size() == 1);
    CHECK(read_claude(refused + listing).all<ToolResult>().empty());
}

TEST_CASE("ClaudeStreamJson: the cost of a turn is its share of the total of its process") {
    const auto costs = [](const std::string& cost, const std::string& api_ms) {
        return R"({"type":"result","subtype":"success","total_cost_usd":)" + cost + R"(,"duration_api_ms":)" + api_ms +
               "}\n";
    };
    const std::string boots = R"({"type":"system","subtype":"hook_started","hook_name":"SessionStart:resume"})"
                              "\n";
    const Reading reading = read_claude(costs("0.01", "100") + costs("0.015", "200") + boots + init +
                                        costs("0.02", "300") + costs("0.03", "50") + costs("1e300", "60"));
    std::vector<std::uint64_t> micros;
    for (const TurnComplete& turn : reading.all<TurnComplete>()) {
        if (turn.usage) micros.push_back(turn.usage->cost_usd_micros.value_or(0));
    }
    CHECK(micros == std::vector<std::uint64_t>{10'000, 5'000, 20'000, 30'000});
    const std::string other = R"({"session_id":"other","subtype":"init","type":"system"})"
                              "\n";
    const auto joined = read_claude(init + costs("0.01", "100") + other + costs("0.015", "200")).all<TurnComplete>();
    REQUIRE(joined.size() == 2);
    CHECK(joined[1].usage->cost_usd_micros == 15'000);
}

TEST_CASE("ClaudeStreamJson: typed text is a prompt, but synthetic text is not") {
    const auto prompts = [](const std::string& bytes) {
        std::string all;
        for (const Item& item : read_claude(bytes).items) {
            if (const auto* prompt = std::get_if<Prompt>(&item)) all += "<" + prompt->text + ">";
        }
        return all;
    };
    CHECK(prompts(typed("\"hi\"")) == "<hi>");
    CHECK(prompts(typed(R"([{"type":"text","text":"see"},{"type":"image"},{"type":"text","text":"this"}])")) ==
          "<see\nthis>");
    CHECK(prompts(R"({"type":"user","isSynthetic":true,"message":{"content":"made up"}})"
                  "\n")
              .empty());
    CHECK(prompts(result_of("t") + typed("\"[Request interrupted by user for tool use]\"")).empty());
}

TEST_CASE("ClaudeStreamJson: a tool result is the joined text of its parts") {
    CHECK(output("\"a\\nb\"") == "a\nb");
    CHECK(output(R"([{"type":"text","text":"a"},{"type":"image"},{"type":"text","text":"b"}])") == "ab");
    CHECK(output(R"([{"type":"tool_reference","tool_name":"X"}])").empty());
    CHECK(output("null").empty());
}

TEST_CASE("ClaudeStreamJson: a tool result of another shape is its JSON text") {
    CHECK(output(R"({"rows": 1e400})") == R"({"rows": 1e400})");
    CHECK(output("12.50") == "12.50");
    CHECK(output("true") == "true");
    CHECK(output(R"([{"type":"text","text":"a"},{"type":"chart", "n":1.0},7])") == R"(a{"type":"chart", "n":1.0}7)");
}

TEST_CASE("ClaudeStreamJson: at most 100 unreadable lines per turn add a warning, and one more counts the rest") {
    std::string bad;
    for (int at = 0; at < 5000; ++at) bad += "{\"junk\n";
    const Reading reading = read_claude(init + assistant("m", text("x")) + bad + done + "{\"junk\n");
    const auto notices = reading.all<Notice>();
    REQUIRE(notices.size() == 102);
    CHECK(notices[99].text.view().starts_with("line 102 "));
    CHECK(notices[100].text == "4900 more lines were skipped or repaired");
    CHECK(notices[101].text.view().starts_with("line 5004 "));
    CHECK(std::holds_alternative<TurnComplete>(
        std::get<evenfold::orchestration::ProviderEvent>(reading.items.rbegin()[1])));
    CHECK(reading.skipped.unreadable_lines == 5001);
    CHECK(read_claude(init + bad).all<Notice>().size() == 101);
}

TEST_CASE("ClaudeStreamJson: the input of a call keeps its digits and the order of its keys") {
    const std::string input = R"({"z":12345678901234567890123,"a":1e400,"k":[1.10]})";
    CHECK(read_claude(assistant("m", tool("t", input)) + done).all<ToolCall>().at(0).input == input);
}

TEST_CASE("ClaudeStreamJson: a character split between two deltas is joined") {
    const std::string open = starts("m") + begins(0, text(""));
    const Reading reading = read_claude(open + words(0, "a\\ud83d") + words(0, "\\ude00b") +
                                        assistant("m", text("a\\ud83d\\ude00b!")) + done);
    CHECK(reading.text() == "a\U0001F600b!");
    CHECK(reading.skipped == SkipCounts{});
    CHECK(read_claude(open + words(0, "a\\ud83d")).text() == "a\xEF\xBF\xBD");
}

TEST_CASE("ClaudeStreamJson: each unreadable line adds a warning, and the other lines are read") {
    const std::string deep = R"({"type":"assistant","message":)" + std::string(100'000, '[') + "\n";
    const Reading reading = read_claude(init + "Warning: no\n{\"type\":\n" + deep + std::string("\0\0\n", 3) + "[1]\n" +
                                        assistant("m", text("a\xFF")) + done);
    CHECK(reading.skipped == SkipCounts{.unreadable_lines = 2, .noise_lines = 2, .repaired_lines = 1});
    CHECK(reading.all<Notice>().size() == 5);
    CHECK(reading.all<Notice>()[1].text.view().find("line 3 ") != std::string::npos);
    CHECK(reading.text() == "a\xEF\xBF\xBD");
    CHECK(reading.endings().size() == 1);
}

TEST_CASE("ClaudeStreamJson: a denied permission and a rejecting rate limit are notices") {
    const auto notices = read_claude(R"({"type":"system","subtype":"permission_denied","tool_name":"W",)"
                                     R"("message":"no"})"
                                     "\n"
                                     R"({"type":"rate_limit_event","rate_limit_info":{"status":"rejected"}})"
                                     "\n")
                             .all<Notice>();
    REQUIRE(notices.size() == 2);
    CHECK(notices[0].level == NoticeLevel::warning);
    CHECK(notices[0].text == "W was not permitted: no");
}

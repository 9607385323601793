#include <doctest/doctest.h>

#include <string>

#include "evenfold/tests/providers/reading.hpp"

using namespace evenfold::providers;
using namespace evenfold::providers::tests;
using namespace evenfold::orchestration::provider;
using evenfold::orchestration::Usage;

namespace {

std::string event(const std::string& data) {
    return "data: " + data + "\n\n";
}

std::string start(const std::string& id) {
    return event(R"({"type":"message_start","message":{"id":")" + id +
                 R"(","content":[],"stop_reason":null,"usage":{"input_tokens":5,"output_tokens":1}}})");
}

std::string block(int index, const std::string& content) {
    return event(R"({"type":"content_block_start","index":)" + std::to_string(index) + R"(,"content_block":)" +
                 content + "}");
}

std::string delta(int index, const std::string& content) {
    return event(R"({"type":"content_block_delta","index":)" + std::to_string(index) + R"(,"delta":)" + content + "}");
}

std::string text_delta(int index, const std::string& text) {
    return delta(index, R"({"type":"text_delta","text":")" + text + R"("})");
}

std::string stop(int index) {
    return event(R"({"type":"content_block_stop","index":)" + std::to_string(index) + "}");
}

std::string end(const std::string& reason) {
    return event(R"({"type":"message_delta","delta":{"stop_reason":")" + reason +
                 R"("},"usage":{"output_tokens":9}})") +
           event(R"({"type":"message_stop"})");
}

const std::string text_block = R"({"type":"text","text":""})";
const std::string tool_block = R"({"type":"tool_use","id":"toolu_1","name":"look","input":{}})";

std::string input_delta(int index, const std::string& escaped) {
    return delta(index, R"({"type":"input_json_delta","partial_json":")" + escaped + R"("})");
}

Reading read_sse(const std::string& bytes) {
    return read(anthropic_sse, bytes);
}

std::vector<Ending> completed(const std::string& reason) {
    return {{"completed", reason}};
}

} // namespace

TEST_CASE("AnthropicSse: a message is a turn, with its text, stop reason and latest usage") {
    const Reading reading = read_sse(start("m") + block(0, text_block) + text_delta(0, "He") + text_delta(0, "llo") +
                                     stop(0) + end("end_turn"));
    CHECK(reading.text() == "Hello");
    REQUIRE(reading.endings() == completed("end_turn"));
    const Usage expected{
        .input_tokens = 5, .output_tokens = 9, .cache_read_tokens = 0, .cache_write_tokens = 0, .cost_usd_micros = {}};
    CHECK(reading.all<TurnComplete>()[0].usage == expected);
    CHECK(reading.all<UsageReport>().empty());
}

TEST_CASE("AnthropicSse: the usage at the end may correct the input tokens") {
    const Reading reading =
        read_sse(start("m") +
                 event(R"({"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"input_tokens":77}})") +
                 event(R"({"type":"message_stop"})"));
    CHECK(reading.all<TurnComplete>()[0].usage->input_tokens == 77);
}

TEST_CASE("AnthropicSse: a call without parameters has an empty object as input") {
    const std::string none = start("m") + block(0, tool_block) + stop(0) + end("tool_use");
    const std::string empty =
        start("m") + block(0, tool_block) + input_delta(0, "") + input_delta(0, "") + stop(0) + end("tool_use");
    for (const std::string& bytes : {none, empty}) {
        const auto calls = read_sse(bytes).all<ToolCall>();
        REQUIRE(calls.size() == 1);
        CHECK(calls[0] ==
              ToolCall{.call_id = "toolu_1", .name = "look", .input = "{}", .parent = {}, .run_by_provider = false});
    }
}

TEST_CASE("AnthropicSse: the input of a call is the provider's own text") {
    const auto calls =
        read_sse(start("m") + block(0, tool_block) + input_delta(0, "{\\\"b\\\": 12345678901234567890123,") +
                 input_delta(0, " \\\"a\\\":1e400}") + stop(0) + end("tool_use"))
            .all<ToolCall>();
    REQUIRE(calls.size() == 1);
    CHECK(calls[0].input == R"({"b": 12345678901234567890123, "a":1e400})");
}

TEST_CASE("AnthropicSse: the input in the start of a call counts only if no delta follows") {
    const std::string full = R"({"type":"tool_use","id":"toolu_1","name":"roll","input":{"die": 1e400}})";
    CHECK(read_sse(start("m") + block(0, full) + stop(0) + end("tool_use")).all<ToolCall>()[0].input ==
          R"({"die": 1e400})");
    CHECK(read_sse(start("m") + block(0, full) + input_delta(0, "{}") + stop(0) + end("tool_use"))
              .all<ToolCall>()[0]
              .input == "{}");
}

TEST_CASE("AnthropicSse: a complete call inside the start of a message is reported") {
    const Reading reading = read_sse(
        event(R"({"type":"message_start","message":{"id":"m","stop_reason":"tool_use","content":[{"type":"tool_use",)"
              R"("id":"toolu_9","name":"roll","input":{"die":6}}]}})") +
        event(R"({"type":"message_stop"})"));
    REQUIRE(reading.all<ToolCall>().size() == 1);
    CHECK(reading.all<ToolCall>()[0].input == R"({"die":6})");
    CHECK(reading.endings() == completed("tool_use"));
}

TEST_CASE("AnthropicSse: an input truncated by max_tokens is kept unchanged, with a warning") {
    const Reading reading = read_sse(start("m") + block(0, tool_block) + input_delta(0, "{\\\"path\\\": \\\"a") +
                                     stop(0) + end("max_tokens"));
    CHECK(reading.all<ToolCall>()[0].input == R"({"path": "a)");
    CHECK(reading.all<Notice>().size() == 1);
    CHECK(reading.endings() == completed("max_tokens"));
}

TEST_CASE("AnthropicSse: deltas are assigned to blocks by index, not by order") {
    const Reading reading =
        read_sse(start("m") + block(0, tool_block) + block(1, text_block) + input_delta(0, "{\\\"a\\\":") +
                 text_delta(1, "x") + input_delta(0, "1}") + stop(1) + stop(0) + end("tool_use"));
    CHECK(reading.text() == "x");
    CHECK(reading.all<ToolCall>()[0].input == R"({"a":1})");
}

TEST_CASE("AnthropicSse: tools of the provider are calls by the provider, with their results") {
    const Reading reading = read_sse(
        start("m") + block(0, R"({"type":"server_tool_use","id":"srv_1","name":"web_search","input":{}})") + stop(0) +
        block(1, R"({"type":"web_search_tool_result","tool_use_id":"srv_1","content":[{"type":"page", "n":1}]})") +
        stop(1) + block(2, R"({"type":"mcp_tool_use","id":"mcp_1","name":"ask","input":{}})") + stop(2) +
        block(3, R"({"type":"mcp_tool_result","tool_use_id":"mcp_1","is_error":true,)"
                 R"("content":[{"type":"text","text":"no"},{"type":"text","text":"pe"}]})") +
        block(4, R"({"type":"code_execution_tool_result","tool_use_id":"srv_2",)"
                 R"("content":{"type":"code_execution_tool_result_error","error_code":"down"}})") +
        end("end_turn"));
    const auto calls = reading.all<ToolCall>();
    REQUIRE(calls.size() == 2);
    CHECK(calls[0].run_by_provider);
    CHECK(calls[1].run_by_provider);
    const auto results = reading.all<ToolResult>();
    REQUIRE(results.size() == 3);
    CHECK(results[0] == ToolResult{.call_id = "srv_1", .output = R"([{"type":"page", "n":1}])", .is_error = false});
    CHECK(results[1] == ToolResult{.call_id = "mcp_1", .output = "nope", .is_error = true});
    CHECK(results[2].is_error);
}

TEST_CASE("AnthropicSse: a signature ends its thinking, even if the thinking has no text") {
    const std::string thought = R"({"type":"thinking","thinking":"","signature":""})";
    const std::string signed_ = delta(0, R"({"type":"signature_delta","signature":"s"})") + stop(0) + end("end_turn");
    const std::string shown = delta(0, R"({"type":"thinking_delta","thinking":"hm"})");
    const auto hidden = read_sse(start("m") + block(0, thought) + signed_).all<ThinkingDelta>();
    REQUIRE(hidden.size() == 1);
    CHECK(hidden[0] == ThinkingDelta{.text = "", .signature = "s", .parent = {}});
    const Reading both = read_sse(start("m") + block(0, thought) + shown + signed_);
    CHECK(both.thinking() == "hm");
    CHECK(both.all<ThinkingDelta>().back().signature == "s");
}

TEST_CASE("AnthropicSse: known blocks without text produce no items, and unknown blocks are counted") {
    const Reading reading = read_sse(
        start("m") + event(R"({"type": "ping"}      )") + block(0, R"({"type":"redacted_thinking","data":"x"})") +
        stop(0) + block(1, R"({"type":"compaction","content":null})") +
        delta(1, R"({"type":"compaction_delta","content":"old"})") + stop(1) +
        block(2, R"({"type":"fallback","from":"a","to":"b"})") + stop(2) + block(3, R"({"type":"dream"})") +
        delta(3, R"({"type":"dream_delta","dream":"x"})") + stop(3) + event(R"({"type":"novelty"})") + end("refusal"));
    CHECK(reading.text().empty());
    CHECK(reading.endings() == completed("refusal"));
    CHECK(reading.skipped == SkipCounts{.unknown_events = 3, .unreadable_lines = 0});
}

TEST_CASE("AnthropicSse: a block without content is kept as null") {
    const Reading reading =
        read_sse(start("m") + event(R"({"type":"content_block_start","index":0})") + end("refusal"));
    REQUIRE(reading.all<Notice>().size() == 1);
    CHECK(reading.all<Notice>()[0].text == "unknown block : null");
}

TEST_CASE("AnthropicSse: a repeated start of the same message is ignored") {
    const Reading reading = read_sse(start("m") + block(0, text_block) + text_delta(0, "a") + start("m") +
                                     text_delta(0, "b") + end("end_turn"));
    CHECK(reading.text() == "ab");
    CHECK(reading.endings() == completed("end_turn"));
}

TEST_CASE("AnthropicSse: a message that begins inside another ends that one, and keeps its partial call") {
    const Reading reading = read_sse(start("m1") + block(0, tool_block) + input_delta(0, "{\\\"v\\\":\\\"Spa") +
                                     start("m2") + block(0, text_block) + text_delta(0, "b") + end("end_turn"));
    REQUIRE(reading.all<ToolCall>().size() == 1);
    CHECK(reading.all<ToolCall>()[0].input == R"({"v":"Spa)");
    CHECK(reading.endings() == std::vector<Ending>{{"error", "message_abandoned"}, {"completed", "end_turn"}});
}

TEST_CASE("AnthropicSse: each message is a turn, even if two have the same id") {
    const std::string one = start("m") + block(0, text_block) + text_delta(0, "a") + stop(0) + end("end_turn");
    CHECK(read_sse(one + one).endings().size() == 2);
    CHECK(read_sse(one + one).text() == "aa");
}

TEST_CASE("AnthropicSse: an error event ends the turn and keeps the partial text") {
    const Reading reading =
        read_sse(start("m") + block(0, text_block) + text_delta(0, "par") + "event: error\n" +
                 event(R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}})"));
    CHECK(reading.text() == "par");
    const auto errors = reading.all<ProviderError>();
    REQUIRE(errors.size() == 1);
    CHECK(errors[0] == ProviderError{.code = "overloaded_error", .message = "Overloaded", .fatal = true});
    CHECK(reading.all<UsageReport>().size() == 1);
}

TEST_CASE("AnthropicSse: a repeated error ends one turn, and each message with an error is a broken turn") {
    const std::string error = event(R"({"type":"error","error":{"type":"overloaded_error","message":"no"}})");
    CHECK(read_sse(start("m") + error + error).endings().size() == 1);
    CHECK(read_sse(error + error).endings().size() == 1);
    CHECK(read_sse(start("m") + error + start("n") + error).endings().size() == 2);
    CHECK(read_sse(start("m") + error + start("n") + error).skipped.broken_turns == 2);
    CHECK(read_sse(start("m") + end("end_turn")).skipped.broken_turns == 0);
    CHECK(read_sse(R"({"type":"error","error":{"type":"x"}})").skipped.broken_turns == 1);
}

TEST_CASE("AnthropicSse: a stray line adds a warning, but a header before the first event does not") {
    const std::string whole = start("m") + block(0, text_block) + text_delta(0, "a") + end("end_turn");
    const std::string header = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
    CHECK(read_sse(header + whole).skipped == SkipCounts{});
    for (const std::string& line :
         {std::string("da\xffta: {}\n\n"), std::string("\0data: {}\n\n", 11), std::string("junk\n\n")}) {
        const std::size_t at = whole.find("\n\n") + 2;
        const Reading reading = read_sse(whole.substr(0, at) + line + whole.substr(at));
        CHECK(reading.skipped.unreadable_lines == 1);
        CHECK(reading.all<Notice>().size() == 1);
        CHECK(reading.text() == "a");
    }
    CHECK(read_sse("id: 1\nretry: 2\n: comment\n" + whole).skipped == SkipCounts{});
}

TEST_CASE("AnthropicSse: a body that is a JSON error is a fatal error") {
    for (const std::string body : {R"({"type":"error","error":{"type":"invalid_request_error","message":"no"}})",
                                   "\n {\n \"type\": \"error\",\n \"error\": {\"type\": \"invalid_request_error\",\n"
                                   "\"message\": \"no\"}\n}\n"}) {
        const auto errors = read_sse(body).all<ProviderError>();
        REQUIRE(errors.size() == 1);
        CHECK(errors[0] == ProviderError{.code = "invalid_request_error", .message = "no", .fatal = true});
    }
}

TEST_CASE("AnthropicSse: a stream that ends inside a message is truncated, not complete") {
    const Reading reading = read_sse(start("m") + block(0, text_block) + text_delta(0, "par"));
    CHECK(reading.text() == "par");
    CHECK(reading.endings() == std::vector<Ending>{{"error", "stream_truncated"}});
    CHECK(read_sse(start("m")).endings().size() == 1);
}

TEST_CASE("AnthropicSse: an empty stream, and one of comments and pings, produces no items") {
    for (const std::string bytes : {"", "\n\n\n", ": keep-alive\n\n", "event: ping\ndata: {\"type\":\"ping\"}\n\n"}) {
        CHECK(read_sse(bytes).items.empty());
    }
}

TEST_CASE("AnthropicSse: an unreadable event is skipped with a warning, and the rest is read") {
    const Reading reading = read_sse(start("m") + block(0, text_block) + event("{\"type\":") + text_delta(0, "a") +
                                     event("[DONE]") + end("end_turn"));
    CHECK(reading.text() == "a");
    CHECK(reading.skipped.unreadable_lines == 1);
    REQUIRE(reading.all<Notice>().size() == 1);
    CHECK(reading.all<Notice>()[0].text.view().find("line 5 (byte ") != std::string::npos);
    CHECK(reading.endings() == completed("end_turn"));
}

TEST_CASE("AnthropicSse: damaged characters are replaced with a warning, and the event is kept") {
    const Reading reading = read_sse(start("m") + block(0, text_block) + text_delta(0, "a\xFFz") +
                                     text_delta(0, "\\ud83d!") + text_delta(0, "\\ud83d\\ude00") + end("end_turn"));
    CHECK(reading.text() == "a\xEF\xBF\xBDz\xEF\xBF\xBD!\xF0\x9F\x98\x80");
    CHECK(reading.skipped.unreadable_lines == 0);
    CHECK(reading.all<Notice>().size() == 2);
}

TEST_CASE("AnthropicSse: a character split between two deltas is joined, and a lone surrogate is replaced") {
    const auto said = [](const std::string& deltas) { return read_sse(start("m") + block(0, text_block) + deltas); };
    const Reading whole = said(text_delta(0, "a\\ud83d") + text_delta(0, "\\ude00b") + end("end_turn"));
    CHECK(whole.text() == "a\xF0\x9F\x98\x80"
                          "b");
    CHECK(whole.skipped == SkipCounts{});
    const Reading chain = said(text_delta(0, "\\uD83D") + text_delta(0, "\\uDE00\\ud83d") + text_delta(0, "\\ude00"));
    CHECK(chain.text() == "\xF0\x9F\x98\x80\xF0\x9F\x98\x80");
    const Reading alone = said(text_delta(0, "a\\ud83d") + text_delta(0, "b") + text_delta(0, "\\ud83d"));
    CHECK(alone.text() == "a\xEF\xBF\xBD"
                          "b\xEF\xBF\xBD");
    CHECK(alone.skipped.repaired_lines == 2);
    CHECK(said(text_delta(0, "\\\\ud83d") + text_delta(0, "\\\\ude00")).text() == "\\ud83d\\ude00");
    CHECK(said(text_delta(0, "\\ud83d") + stop(0) + end("end_turn")).text() == "\xEF\xBF\xBD");
}

TEST_CASE("AnthropicSse: events without names, without blank lines or without a last line end are read") {
    std::string bytes = start("m") + block(0, text_block) + text_delta(0, "a") + end("end_turn");
    CHECK(read_sse("\xEF\xBB\xBF" + bytes).endings() == completed("end_turn"));
    std::string dense;
    for (const char c : bytes) {
        if (c != '\n' || !dense.ends_with('\n')) dense += c;
    }
    CHECK(read_sse(dense).endings() == completed("end_turn"));
    CHECK(read_sse(dense).text() == "a");
    while (bytes.ends_with('\n')) bytes.pop_back();
    CHECK(read_sse(bytes).endings() == completed("end_turn"));
}

TEST_CASE("AnthropicSse: events after the end of a message belong to no message, and are counted") {
    const Reading reading =
        read_sse(start("m") + end("end_turn") + text_delta(0, "late") + event(R"({"type":"message_stop"})"));
    CHECK(reading.text().empty());
    CHECK(reading.endings() == completed("end_turn"));
    CHECK(reading.skipped.unknown_events == 2);
}

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <string>
#include <vector>

#include "evenfold/tests/providers/reading.hpp"

using namespace evenfold::providers;
using namespace evenfold::providers::tests;
using evenfold::orchestration::provider::ToolCall;

namespace {

/// Pieces of streams, complete and damaged. A case joins some of them in any order.
const std::vector<std::string> claude_pieces = {
    R"({"type":"system","subtype":"init","session_id":"s"})"
    "\n",
    R"({"type":"stream_event","event":{"type":"message_start","message":{"id":"m"}}})"
    "\r\n",
    R"({"type":"stream_event","event":{"type":"content_block_start","index":0,"content_block":{"type":"text"}}})"
    "\n",
    R"({"type":"stream_event","event":{"type":"content_block_delta","index":0,"delta":{"type":"text_delta",)"
    R"("text":"\ud83d\ude00é"}}})"
    "\n",
    R"({"type":"assistant","message":{"id":"m","content":[{"type":"text","text":"😀é!"}]}})"
    "\n",
    R"({"type":"assistant","message":{"id":"n","content":[{"type":"tool_use","id":"t","name":"B",)"
    R"("input":{"a":1e400}}]}})"
    "\n",
    R"({"type":"user","message":{"content":[{"type":"tool_result","tool_use_id":"t","content":"x"}]}})"
    "\n",
    R"({"type":"user","message":{"content":"[Request interrupted by user]"}})"
    "\n",
    R"({"type":"result","subtype":"success","stop_reason":"end_turn","total_cost_usd":0.1})"
    "\n",
    R"({"type":"control_request","request_id":"r","request":{"subtype":"can_use_tool","tool_use_id":"t"}})"
    "\n",
    "\n",
    "{\"type\":\n",
    "\xFF\xFE\n",
    std::string("\0\0", 2),
    "\r",
    "[[[[",
    "\xEF\xBB\xBF"};

const std::vector<std::string> transcript_pieces = {
    R"({"type":"summary","summary":"x","leafUuid":"l"})"
    "\n",
    R"({"parentUuid":null,"sessionId":"s","type":"user","message":{"role":"user","content":"é"},"uuid":"1"})"
    "\n",
    R"({"parentUuid":null,"sessionId":"s","type":"user","message":{"role":"user","content":"two"}})"
    "\r\n",
    R"({"sessionId":"s","type":"assistant","message":{"id":"m","content":[{"type":"text","text":"\ud83d\ude00"}]}})"
    "\n",
    R"({"sessionId":"s","type":"assistant","message":{"id":"m","content":[{"type":"tool_use","id":"t","name":"B"}]}})"
    "\n",
    R"({"isSidechain":true,"type":"assistant","message":{"id":"n","content":[{"type":"text","text":"x"}]},"uuid":"2"})"
    "\n",
    R"({"type":"user","message":{"content":[{"type":"tool_result","tool_use_id":"t","content":"x"}]}})"
    "\n",
    R"({"type":"user","message":{"content":"[Request interrupted by user]"}})"
    "\n",
    R"({"type":"assistant","isApiErrorMessage":true,"message":{"content":[{"type":"text","text":"late"}]},"uuid":"3"})"
    "\n",
    R"({"type":"attachment","attachment":{"type":"file"}})"
    "\n",
    "\n",
    "{\"type\":\n",
    "\xFF\xFE\n",
    std::string("\0\0", 2),
    "\r",
    "[[[["};

const std::vector<std::string> sse_pieces = {
    "data: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"usage\":{\"input_tokens\":1}}}\n\n",
    "event: message_start\r\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"n\"}}\r\n\r\n",
    "data: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"tool_use\",\"id\":\"t\"}}\n\n",
    "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"input_json_delta\","
    "\"partial_json\":\"{\"}}\n\n",
    "data: {\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"text_delta\","
    "\"text\":\"\\ud83d\xC3\xA9\"}}\r\r",
    "data: {\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"text_delta\","
    "\"text\":\"\\ude00\\ud83d\"}}\n\n",
    "data: {\"type\":\"content_block_stop\",\"index\":0}\n\n",
    "data: {\"type\":\"message_stop\"}\n",
    "data: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"}}\n\n",
    "{\"type\":\"error\",\"error\":{\"type\":\"x\"}}",
    ": c\n",
    "\r",
    "\n",
    "\r\n",
    "data: {\n",
    "event: ping\n",
    "\xEF\xBB\xBF",
    " ",
    "data"};

void check_any_chunking(const Format& format, const std::vector<std::string>& pieces) {
    const bool holds = rc::check([&] {
        std::string bytes;
        for (const std::string& piece : *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(pieces))) {
            bytes += piece;
        }
        const auto sizes =
            *rc::gen::nonEmpty(rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(1, 40)));
        const Reading whole = read(format, bytes);
        std::size_t at = 0;
        RC_ASSERT(read(format, bytes, [&] { return sizes[at++ % sizes.size()]; }).items == whole.items);
        const Reading single = read(format, bytes, [] { return 1; });
        RC_ASSERT(single.items == whole.items);
        RC_ASSERT(single.skipped == whole.skipped);
    });
    CHECK(holds);
}

/// Checks that parsing random bytes ends, and that the items do not depend on the chunking.
void check_any_bytes(const Format& format) {
    const bool holds = rc::check([&] {
        const auto bytes = *rc::gen::container<std::string>(rc::gen::weightedOneOf<char>(
            {{3, rc::gen::elementOf(std::string("{}[]\":,\\\n\r du"))}, {1, rc::gen::arbitrary<char>()}}));
        RC_ASSERT(read(format, bytes).items == read(format, bytes, [] { return 1; }).items);
    });
    CHECK(holds);
}

/// Returns whether the main thread has content or a prompt after the end of the last turn.
bool is_open(const std::vector<Item>& items) {
    bool open = false;
    for (const Item& item : items) {
        const Reading one{.items = {item}, .skipped = {}};
        if (!one.text().empty() || !one.thinking().empty() || std::holds_alternative<Prompt>(item)) open = true;
        for (const ToolCall& call : one.all<ToolCall>()) open = open || !call.parent;
        if (!one.endings().empty()) open = false;
    }
    return open;
}

/// Checks that the end of the input adds exactly one end of a turn if a turn is open, and none otherwise. The end is a
/// fatal error if the format reports the regular end of a turn.
void check_endings(const Format& format, const std::vector<std::string>& pieces) {
    const bool reports_end = format != claude_transcript;
    const bool holds = rc::check([&] {
        std::string bytes;
        for (const std::string& piece : *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(pieces))) {
            bytes += piece;
        }
        const auto stream = format.open();
        const std::vector<Item> items = stream->feed(bytes + "\n\n"); // so that no line or event stays incomplete
        const auto last = Reading{.items = stream->finish(), .skipped = {}}.endings();
        const bool is_right =
            last.empty() ? !is_open(items) : last.size() == 1 && (!reports_end || last.front().kind == "error");
        RC_ASSERT(is_right);
    });
    CHECK(holds);
}

} // namespace

TEST_CASE("ClaudeStreamJson: the items do not depend on the chunking, for any input") {
    check_any_chunking(claude_stream_json, claude_pieces);
    check_any_bytes(claude_stream_json);
}

TEST_CASE("ClaudeTranscript: the items do not depend on the chunking, for any input") {
    check_any_chunking(claude_transcript, transcript_pieces);
    check_any_bytes(claude_transcript);
}

TEST_CASE("AnthropicSse: the items do not depend on the chunking, for any input") {
    check_any_chunking(anthropic_sse, sse_pieces);
    check_any_bytes(anthropic_sse);
}

TEST_CASE("Streams: the end of the input ends an open turn exactly once") {
    check_endings(claude_stream_json, claude_pieces);
    check_endings(claude_transcript, transcript_pieces);
    check_endings(anthropic_sse, sse_pieces);
}

TEST_CASE("Streams: a line of megabytes fed byte by byte is read in linear time") {
    const std::string words(2'000'000, 'x');
    const std::string line = R"({"type":"assistant","message":{"id":"m","content":[{"type":"text","text":")" + words +
                             R"("}]}})"
                             "\n";
    CHECK(read(claude_stream_json, line, [] { return 1; }).text().size() == words.size());
    const std::string event =
        "data: {\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\",\"text\":\"" + words + "\"}}\n\n";
    CHECK(read(anthropic_sse, event, [] { return 1; }).text().size() == words.size());
}

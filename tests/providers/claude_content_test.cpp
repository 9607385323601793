#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "evenfold/tests/providers/reading.hpp"

// Answers that are taken back, content outside of the conversation, and usage and errors of a turn.

using namespace evenfold::providers;
using namespace evenfold::providers::tests;
using namespace evenfold::orchestration::provider;

namespace {

const std::string success =
    R"({"type":"result","subtype":"success","is_error":false,"result":"","stop_reason":"end_turn"})"
    "\n";

std::string stream_line(const std::string& json) {
    return R"({"type":"stream_event","session_id":"s","event":)" + json + "}\n";
}

/// Returns the lines of a message that streams `words` and does not end.
std::string streams(const std::string& id, const std::string& words) {
    return stream_line(R"({"type":"message_start","message":{"id":")" + id +
                       R"(","model":"m-1","usage":{"input_tokens":3}}})") +
           stream_line(R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})") +
           stream_line(R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":")" + words +
                       R"("}})");
}

const std::string stops =
    stream_line(R"({"type":"content_block_stop","index":0})") + stream_line(R"({"type":"message_stop"})");

std::string
says(const std::string& id, const std::string& words, const std::string& more = "", const std::string& model = "m-1") {
    return R"({"type":"assistant","session_id":"s","message":{"id":")" + id + R"(","model":")" + model +
           R"(","content":[{"type":"text","text":")" + words + R"("}])" + more + "}}\n";
}

std::string usage(int input, int output) {
    return R"(,"usage":{"input_tokens":)" + std::to_string(input) + R"(,"output_tokens":)" + std::to_string(output) +
           "}";
}

std::vector<std::string> notices_of(const std::string& bytes) {
    std::vector<std::string> texts;
    for (const Notice& notice : read_claude(bytes).all<Notice>()) texts.push_back(notice.text);
    return texts;
}

std::vector<std::string> discarded_in(const Reading& reading) {
    std::vector<std::string> ids;
    for (const MessageDiscarded& message : reading.all<MessageDiscarded>()) ids.push_back(message.message_id);
    return ids;
}

using Strings = std::vector<std::string>;

} // namespace

TEST_CASE("ClaudeStreamJson: an answer that is asked for again, with or without streaming, replaces its beginning") {
    const std::string retry = R"({"type":"system","subtype":"api_retry","attempt":1,"max_retries":10,)"
                              R"("retry_delay_ms":500,"error_status":529,"error":"overloaded"})"
                              "\n";
    const std::string again = streams("b", "Hello world.") + says("b", "Hello world.") + stops;
    for (const std::string& rest :
         {says("b", "Hello world."), again, retry + again, retry + says("b", "Hello world.")}) {
        const Reading reading = read_claude(streams("a", "Hello wor") + rest + success);
        CAPTURE(describe(reading.items));
        CHECK(reading.text() == "Hello world.");
        CHECK(discarded_in(reading) == Strings{"a"});
        CHECK(reading.all<MessageStarted>().size() == 2);
        CHECK(reading.endings().size() == 1);
    }
    CHECK(notices_of(retry).at(0) == "an API request failed and is retried: overloaded, HTTP status 529, attempt 1, "
                                     "of at most 10, after 500 ms");
}

TEST_CASE("ClaudeStreamJson: an answer is kept if it was complete, or if only the agent's own message follows it") {
    const std::vector<std::string> kept{
        streams("a", "one") + stops + says("b", "two") + success,
        streams("a", "one") + says("a", "one") + stops + streams("b", "two") + stops + success,
        streams("a", "one") + says("x", "two", "", "<synthetic>") + success,
    };
    for (const std::string& bytes : kept) {
        CHECK(read_claude(bytes).text() == "onetwo");
        CHECK(discarded_in(read_claude(bytes)).empty());
    }
    CHECK(read_claude(streams("a", "one")).text() == "one");
}

TEST_CASE("ClaudeStreamJson: a message starts once, with its session, model and the agent's own time") {
    const std::string line = R"({"timestamp":"2026-01-02T03:04:05Z",)" + says("a", "x").substr(1);
    const auto started = read_claude(line + says("a", "y") + success).all<MessageStarted>();
    REQUIRE(started.size() == 1);
    CHECK(started[0] == MessageStarted{.message_id = "a",
                                       .agent = "claude",
                                       .session = "s",
                                       .model = "m-1",
                                       .sent_at = "2026-01-02T03:04:05Z",
                                       .parent = {}});
}

TEST_CASE("ClaudeStreamJson: a message whose start was lost starts when its id is known, after its first text") {
    const std::string lost = streams("a", "one");
    const Reading reading = read_claude(lost.substr(lost.find('\n') + 1) + says("a", "one") + stops + success);
    CHECK(reading.text() == "one");
    const auto started = reading.all<MessageStarted>();
    REQUIRE(started.size() == 1);
    CHECK(started[0].message_id == "a");
    CHECK(started[0].session == "s");
    CHECK(started[0].model == "m-1");
}

TEST_CASE("ClaudeStreamJson: a line is the source of its text if it has no id of a message") {
    const auto ids = [](const std::string& bytes) {
        Strings found;
        for (const MessageStarted& message : read_claude(bytes).all<MessageStarted>())
            found.push_back(message.message_id);
        return found;
    };
    const auto with_uuid = [](const std::string& line, const std::string& uuid) {
        return R"({"uuid":")" + uuid + "\"," + line.substr(1);
    };
    const std::string unnamed = R"({"type":"assistant","message":{"content":[{"type":"text","text":"x"}]}})"
                                "\n";
    CHECK(ids(with_uuid(unnamed, "u1") + with_uuid(unnamed, "u2") + success) == Strings{"u1", "u2"});
    CHECK(ids(with_uuid(says("a", "x"), "u1") + success) == Strings{"a"});
    CHECK(ids(unnamed + success).empty());
    const std::string result = R"({"type":"result","subtype":"success","result":"12k of 200k"})"
                               "\n";
    CHECK(ids(with_uuid(result, "u3")) == Strings{"u3"});
    CHECK(ids(with_uuid(says("a", "x"), "u1") + with_uuid(result, "u3")) == Strings{"a"});
}

TEST_CASE("ClaudeStreamJson: text that only the result contains is text, and a repetition is not") {
    const std::string result = R"({"type":"result","subtype":"success","result":"12k of 200k"})"
                               "\n";
    CHECK(read_claude(result).text() == "12k of 200k");
    CHECK(read_claude(says("a", "12k of 200k") + result).text() == "12k of 200k");
    CHECK(read_claude(result.substr(0, 27) + R"("error_x",)" + result.substr(37)).text().empty());
}

TEST_CASE("ClaudeStreamJson: the code of an error is the provider's, with the HTTP status, and never `success`") {
    const auto code = [](const std::string& before, const std::string& members) {
        const auto errors =
            read_claude(before + R"({"type":"result","subtype":"success","is_error":true,"result":"no")" + members +
                        "}\n")
                .all<ProviderError>();
        return errors.at(0).code;
    };
    const std::string named = R"({"type":"assistant","error":"oauth_org_not_allowed",)" + says("a", "no").substr(20);
    CHECK(code(named, R"(,"api_error_status":403,"terminal_reason":"api_error")") == "oauth_org_not_allowed (403)");
    CHECK(code("", R"(,"api_error_status":403,"terminal_reason":"api_error")") == "api_error (403)");
    CHECK(code("", R"(,"api_error_status":401,"terminal_reason":"completed")") == "api_error (401)");
    CHECK(code("", "") == "error");
}

TEST_CASE("ClaudeStreamJson: without a result, the usage is that of the messages, each once") {
    const Reading reading = read_claude(says("a", "x", usage(100, 20)) + says("b", "One ", usage(50, 4)) +
                                        says("b", "file.", usage(50, 10)));
    const auto reports = reading.all<UsageReport>();
    REQUIRE(reports.size() == 1);
    CHECK(reports[0].usage.input_tokens == 150);
    CHECK(reports[0].usage.output_tokens == 30);
    CHECK(reading.endings() == std::vector<Ending>{{"error", "stream_truncated"}});
}

TEST_CASE("ClaudeStreamJson: messages without an id count their tokens, each once") {
    const std::string start = stream_line(R"({"type":"message_start","message":{"usage":{"input_tokens":3}}})");
    const std::string unnamed =
        R"({"type":"assistant","message":{"content":[{"type":"text","text":"x"}])" + usage(10, 2) + "}}\n";
    const auto input_tokens = [](const std::string& bytes) {
        const auto reports = read_claude(bytes).all<UsageReport>();
        return reports.empty() ? 0 : reports.back().usage.input_tokens;
    };
    CHECK(input_tokens(start + stops + start + stops + says("a", "x", usage(100, 1))) == 106);
    CHECK(input_tokens(unnamed + says("a", "x", usage(100, 1))) == 110);
}

TEST_CASE("ClaudeStreamJson: task notifications and local commands are not the words of the user") {
    const auto prompts = [](const std::string& members) {
        std::size_t count = 0;
        for (const Item& item : read_claude(R"({"type":"user",)" + members + "}\n" + success).items)
            count += std::holds_alternative<Prompt>(item) ? 1 : 0;
        return count;
    };
    const std::string task =
        R"("message":{"content":[{"type":"text","text":"<task-notification>b1</task-notification>"}]})";
    const std::string typed = R"("message":{"content":"hi"})";
    CHECK(prompts(task) == 0);
    CHECK(prompts(typed + R"(,"origin":{"kind":"task-notification"})") == 0);
    CHECK(prompts(R"("message":{"content":"<local-command-stdout>x</local-command-stdout>"})") == 0);
    CHECK(prompts(typed) == 1);
    CHECK(prompts(typed + R"(,"origin":{"kind":"human"})") == 1);
    CHECK(notices_of(R"({"type":"user",)" + task + "}\n") ==
          Strings{
              "task notification: <task-notification>b1</task-notification>",
          });
}

TEST_CASE("ClaudeStreamJson: content outside of the conversation is kept in notices, and counted by kind") {
    const std::vector<std::pair<std::string, std::string>> lines{
        {R"({"type":"system","subtype":"local_command_output","content":"Total cost: $0.05"})",
         "output of a local command: Total cost: $0.05"},
        {R"({"type":"system","subtype":"hook_response","hook_name":"Stop","output":"lint: 1","exit_code":2})",
         "hook Stop: lint: 1 (exit code 2)"},
        {R"({"type":"system","subtype":"compact_boundary","compact_metadata":{"trigger":"auto","pre_tokens":155000}})",
         "the conversation so far was compacted, trigger auto, 155000 tokens before"},
        {R"({"type":"rate_limit_event","rate_limit_info":{"status":"allowed","resetsAt":1,"rateLimitType":"w"}})",
         "rate limit w: allowed, resets at 1970-01-01T00:00:01.000Z"},
        {R"({"type":"result","subtype":"success","structured_output":{"n":1.10}})", R"(structured output: {"n":1.10})"},
        {R"({"type":"news","n":1.10})", R"(unknown line news: {"type":"news","n":1.10})"},
        {R"({"level":30,"msg":"request"})", R"(unknown object: {"level":30,"msg":"request"})"},
        {R"({"type":"system","subtype":"x"})", R"(unknown system/x: {"type":"system","subtype":"x"})"},
        {R"({"type":"assistant","message":{"id":"m","content":[{"type":"chart","n":1}]}})",
         R"(unknown block chart: {"type":"chart","n":1})"},
        {R"({"type":"assistant","message":{"id":"m","content":[{"type":"text","text":"a","citations":[{"u":1}]}]}})",
         R"(citation: {"u":1})"},
    };
    for (const auto& [line, notice] : lines) CHECK(notices_of(line + "\n").at(0) == notice);
    const auto stream = claude_stream_json.open();
    CHECK(stream->feed("{\"type\":\"news\"}\n{\"type\":\"news\"}\n{\"type\":\"keep_alive\"}\n").size() == 2);
    CHECK(stream->unmapped() == KindCounts{{"line news", 2}, {"keep_alive", 1}});
}

TEST_CASE("ClaudeStreamJson: a notice keeps 64 KiB of its content, and the hash of all of it") {
    const std::string large(100'000, 'x');
    const std::string text = notices_of(R"({"type":"news","x":")" + large + "\"}\n").at(0);
    CHECK(text.size() < 66'000);
    CHECK(text.find("(all of it: 100022 bytes, sha256 ") != std::string::npos);
}

TEST_CASE("ClaudeStreamJson: redacted thinking keeps its data as a signature, whether streamed or not") {
    const std::string block = R"({"type":"redacted_thinking","data":"opaque"})";
    const std::string streamed =
        stream_line(R"({"type":"message_start","message":{"id":"a"}})") +
        stream_line(R"({"type":"content_block_start","index":0,"content_block":)" + block + "}") + stops;
    const std::string whole = R"({"type":"assistant","message":{"id":"a","content":[)" + block + "]}}\n";
    for (const std::string& bytes : {streamed, whole, streamed + whole}) {
        const auto thoughts = read_claude(bytes + success).all<ThinkingDelta>();
        REQUIRE(thoughts.size() == 1);
        CHECK(thoughts[0].text.empty());
        CHECK(thoughts[0].signature == "opaque");
    }
}

#include <doctest/doctest.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "evenfold/providers/detecting_parser.hpp"
#include "evenfold/providers/formats.hpp"
#include "evenfold/tests/providers/reading.hpp"

using namespace evenfold::providers;
using evenfold::providers::tests::anthropic_sse;
using evenfold::providers::tests::claude_stream_json;
using evenfold::providers::tests::claude_transcript;

namespace {

std::string looks_like(std::string_view bytes) {
    const Detection found = detect(bytes, true);
    const auto* none = std::get_if<NoFormat>(&found);
    return none ? none->looks_like : "a known format";
}

const Detection claude = claude_stream_json;
const Detection transcript = claude_transcript;
const Detection anthropic = anthropic_sse;
const Detection undecided = Undecided{};

} // namespace

TEST_CASE("Detect: each format has a name, and each name its format") {
    CHECK(format_names() == std::vector<std::string_view>{"claude-stream-json", "claude-transcript", "anthropic-sse"});
    for (const std::string_view name : format_names()) CHECK(format_named(name).value().name == name);
    CHECK(format_named("nonsense") == std::nullopt);
}

TEST_CASE("Detect: an Anthropic stream is recognised by its first event, with or without a name") {
    CHECK(detect("event: message_start\n", false) == anthropic);
    CHECK(detect(": hello\r\n\r\ndata:{\"type\":\"ping\"}\r\n", false) == anthropic);
    CHECK(detect("\xEF\xBB\xBF\ndata: {\"x\":1,\"type\":\"message_start\"}", true) == anthropic);
    CHECK(detect("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\"}}\n\n", true) == anthropic);
    CHECK(detect("{\n \"type\":\"error\",\n\"error\":{\"type\":\"x\"}\n}", true) == anthropic);
}

TEST_CASE("Detect: a Claude Code stream is recognised by its first object, in any order of keys") {
    CHECK(detect(R"({"cwd":"/","type":"system","subtype":"init"})"
                 "\n",
                 false) == claude);
    CHECK(detect(R"({"is_error":true,"type":"result"})", true) == claude);
    CHECK(detect("Warning: old\n{\"type\":\"stream_event\",\"event\":{}}\n", false) == claude);
    CHECK(detect(R"({"message":{"role":"user","content":")" + std::string(70'000, 'x'), false) == claude);
}

TEST_CASE("Detect: a transcript is recognised by its first message, or at its end by rows without one") {
    const std::string user = R"({"parentUuid":null,"isSidechain":false,"sessionId":"s","type":"user",)"
                             R"("message":{"role":"user","content":"x"}})"
                             "\n";
    CHECK(detect(user, false) == transcript);
    CHECK(detect(user.substr(0, user.find('x')) + std::string(70'000, 'x'), false) == transcript);
    for (const std::string& first : std::vector<std::string>{
             R"({"type":"summary","summary":"x","leafUuid":"l"})",
             R"({"type":"queue-operation","operation":"enqueue","sessionId":"s"})",
             R"({"type":"file-history-snapshot","messageId":"m","snapshot":{},"isSnapshotUpdate":false})",
             R"({"type":"mode","mode":"normal","sessionId":"s"})",
             R"({"type":"permission-mode","permissionMode":"plan","sessionId":"s"})",
             R"({"type":"last-prompt","lastPrompt":"x","leafUuid":"l","sessionId":"s"})"}) {
        CAPTURE(first);
        CHECK(detect(first + "\n", false) == undecided);
        CHECK(detect(first + "\n" + user, false) == transcript);
        CHECK(detect(first, true) == transcript);
    }
    // The same message without the ids of a transcript is a line of a stream.
    CHECK(detect(R"({"type":"user","message":{"role":"user","content":"x"}})", true) == claude);
    const std::string history =
        R"({"display":"fix it","pastedContents":{},"timestamp":1,"project":"/w","sessionId":"s"})"
        "\n";
    CHECK(looks_like(history) == "the input history of Claude Code, not a session");
    CHECK(looks_like(history + history + history) == "the input history of Claude Code, not a session");
}

TEST_CASE("Detect: a stream without a decisive line is undecided until its end or the bound") {
    const std::string line = R"({"type":"system","subtype":"init"})";
    for (std::size_t size = 0; size <= line.size(); ++size) CHECK(detect(line.substr(0, size), false) == undecided);
    CHECK(detect(line, true) == claude);
    CHECK(detect("event: pi", false) == undecided);
    CHECK(std::holds_alternative<NoFormat>(detect(std::string(70'000, 'x'), false)));
}

TEST_CASE("Detect: a first object over the bound is judged once it is complete, in any order of keys") {
    const std::string tools(200'000, 'x');
    const std::string first =
        R"({"cwd":"/","tools":[")" + tools + R"("],"mcp_servers":[],"subtype":"init",)" + R"("type":"system"})";
    CHECK(detect(first.substr(0, 70'000), false) == undecided);
    CHECK(detect(first, false) == undecided);
    CHECK(detect(first + "\n", false) == claude);
    CHECK(detect(first, true) == claude);
    CHECK(detect("data: {\"x\":\"" + tools + "\"", false) == undecided);
    CHECK(detect("data: {\"x\":\"" + tools + "\",\"type\":\"message_start\"}\n", false) == anthropic);
    CHECK(looks_like("{\"x\":\"" + tools + "\"}") == "JSON of an unknown format");
}

TEST_CASE("Detect: formats that evenfold does not read are named") {
    CHECK(looks_like("data: {\"choices\":[]}\n\n") == "an OpenAI Chat Completions stream");
    CHECK(looks_like("event: response.created\ndata: {}\n\n") == "an OpenAI Responses stream");
    CHECK(looks_like("data: {\"candidates\":[]}\n\n") == "a Gemini stream");
    CHECK(looks_like(R"({"type":"thread.started"})") == "a codex exec stream");
    CHECK(looks_like(R"({"timestamp":"x","type":"session_meta","payload":{}})") == "a codex rollout");
    CHECK(looks_like(R"({"jsonrpc":"2.0","method":"initialize"})") == "a JSON-RPC conversation");
    CHECK(looks_like(R"({"type":"step_start","sessionID":"s"})") == "an opencode stream");
    CHECK(looks_like(R"({"type":"message","content":[]})") == "a whole Anthropic message, not a stream");
}

TEST_CASE("Detect: three lines of a format that is not read name it, and fewer wait for the end of the sample") {
    const std::string started = "{\"type\":\"thread.started\"}\n";
    CHECK(detect(started + started, false) == undecided);
    CHECK(detect(started + started + started, false) ==
          Detection(NoFormat{.looks_like = "a codex exec stream", .is_named = true}));
    CHECK(detect(started + started, true) ==
          Detection(NoFormat{.looks_like = "a codex exec stream", .is_named = true}));
}

TEST_CASE("Detect: lines of a log before the stream are ignored, also if they are JSON") {
    const std::string line = R"({"type":"assistant","message":{"id":"m","content":[]}})"
                             "\n";
    const std::vector<std::string> logs{
        R"({"level":30,"time":1700000000000,"method":"POST","url":"/v1/messages","msg":"request"})",
        R"({"jsonrpc":"2.0","method":"notifications/message"})",
        R"({"type":"message","timestamp":"x"})",
        R"([INFO] {"level":"info","payload":{},"timestamp":1})",
        "npm warn {deprecated}",
        "data: 1",
        "{\"cut off"};
    std::string all;
    for (const std::string& log : logs) {
        CAPTURE(log);
        CHECK(detect(log + "\n" + line, false) == claude);
        all += log + "\n";
    }
    CHECK(detect(all + line, false) == claude);
    std::string many;
    while (many.size() < 500'000) many += logs[0] + "\n";
    CHECK(detect(many, false) == undecided);
    CHECK(detect(many + line, false) == claude);
    while (many.size() < 1'100'000) many += logs[0] + "\n";
    CHECK(detect(many + line, false) == Detection(NoFormat{.looks_like = "JSON of an unknown format"}));
}

TEST_CASE("Detect: escape sequences, arrays and pretty-printing do not hide a stream") {
    const std::string line = R"({"type":"result","subtype":"success"})";
    CHECK(detect("\x1B[2J\x1B[H" + line + "\n", false) == claude);
    CHECK(detect("[" + line + "]", true) == claude);
    CHECK(detect("[\n  {\n    \"type\": \"result\",\n    \"subtype\": \"success\"\n  }\n]\n", true) == claude);
}

TEST_CASE("Detect: agents with the lines of Claude Code are refused by name, whichever line comes first") {
    const auto named = [](const std::string& name) {
        return Detection(NoFormat{.looks_like = name, .is_named = true});
    };
    const std::string session = R"({"type":"system","subtype":"init","cwd":"/","session_id":"s","tools":["Read"]})"
                                "\n";
    CHECK(detect(R"({"type":"system","subtype":"init","apiKeySource":"login","session_id":"s"})"
                 "\n",
                 false) == named("a Cursor agent stream"));
    CHECK(detect(R"({"type":"assistant","message":{"content":[]},"session_id":"s","timestamp_ms":1})"
                 "\n",
                 false) == named("a Cursor agent stream"));
    CHECK(detect(R"({"type":"tool_call","subtype":"started","call_id":"c","tool_call":{},"session_id":"s"})"
                 "\n",
                 false) == named("a Cursor agent stream"));
    CHECK(detect(R"({"type":"system","subtype":"init","session_id":"T-1","tools":[],"mcp_servers":[]})"
                 "\n",
                 false) == named("an Amp stream"));
    CHECK(detect(session, false) == undecided); // the beginning that Droid and Claude Code share
    CHECK(detect(session, true) == claude);
    CHECK(detect(session + R"({"type":"message","role":"user","id":"1","text":"hi","session_id":"s"})"
                           "\n",
                 false) == named("a Droid stream"));
    CHECK(detect(session + R"({"type":"assistant","message":{"id":"m"},"session_id":"s"})"
                           "\n",
                 false) == claude);
}

TEST_CASE("Detect: input that is not a stream is described") {
    CHECK(looks_like("") == "nothing: it is empty");
    CHECK(looks_like("\x89PNG\r\n\x1A\n") == "a PNG image");
    CHECK(looks_like(std::string(100, '\0') + "x") == "binary data");
    CHECK(looks_like("Dear reader,\nhello") == "plain text");
    CHECK(looks_like("<html>") == "a markup document");
    CHECK(looks_like("{}") == "JSON of an unknown format");
    CHECK(looks_like("data: 1\n\n") == "an event stream of an unknown format");
}

TEST_CASE("Detect: between recognisers that claim one line, the most confident wins, and at most one is certain") {
    const std::vector<std::string> lines{R"({"type":"error","error":{"type":"x"}})", R"({"message":{"role":"user"}})",
                                         R"({"type":"result","is_error":true})",
                                         R"(data: {"type":"error","error":{"type":"x"}})", "event: message_stop"};
    for (const std::string& line : lines) {
        CAPTURE(line);
        const Sample sample = sample_of(line);
        const auto claims = [&](Confidence least) {
            return std::ranges::count_if(formats(),
                                         [&](const Format& format) { return format.recognise(sample) >= least; });
        };
        CHECK(claims(Confidence::likely) == 1);
        CHECK(claims(Confidence::certain) <= 1);
    }
}

TEST_CASE("DetectingParser: the items equal those of the detected format, at any chunking") {
    const std::string said = R"({"type":"assistant","message":{"id":"m","content":[{"type":"text","text":"hi"}]}})";
    const std::string bytes = R"({"type":"system","subtype":"init","session_id":"s"})"
                              "\n" +
                              said + "\n";
    const auto whole = evenfold::providers::tests::read(claude_stream_json, bytes);
    REQUIRE(whole.items.size() > 1);
    for (const std::size_t size : {1U, 7U, 1000U}) {
        DetectingParser stream(std::nullopt);
        std::vector<Item> read;
        for (std::size_t at = 0; at < bytes.size(); at += size) {
            std::ranges::move(stream.feed(std::string_view(bytes).substr(at, size)), std::back_inserter(read));
        }
        std::ranges::move(stream.finish(), std::back_inserter(read));
        CHECK(read == whole.items);
        CHECK(stream.skipped() == whole.skipped);
        CHECK_FALSE(stream.looks_like());
    }
}

TEST_CASE("DetectingParser: a short stream without an end of line is detected at its end") {
    DetectingParser stream(std::nullopt);
    CHECK(stream.feed(R"({"type":"result","subtype":"success"})").empty());
    CHECK(stream.finish().size() == 1);
}

TEST_CASE("DetectingParser: input of an unknown format produces no items and is described") {
    DetectingParser stream(std::nullopt);
    CHECK(stream.feed("\x89").empty());
    CHECK_FALSE(stream.looks_like());
    CHECK(stream.feed("PNG\r\n").empty());
    CHECK(stream.looks_like() == "a PNG image");
    CHECK(stream
              .feed(R"({"type":"result"})"
                    "\n")
              .empty());
    CHECK(stream.finish().empty());
}

TEST_CASE("DetectingParser: a named format is not detected, and empty input is not described") {
    DetectingParser named(anthropic_sse);
    CHECK(named.feed("plain text\n").empty());
    CHECK(named.finish().empty());
    CHECK_FALSE(named.looks_like());
    DetectingParser empty(std::nullopt);
    CHECK(empty.finish().empty());
    CHECK_FALSE(empty.looks_like());
}

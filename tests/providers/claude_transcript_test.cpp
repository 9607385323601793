#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "evenfold/tests/providers/reading.hpp"

// Turns, identity, subagents and other rows of the files in which Claude Code stores its sessions.

using namespace evenfold::providers;
using namespace evenfold::providers::tests;
using namespace evenfold::orchestration::provider;

namespace {

using Texts = std::vector<std::string>;

/// Returns a row of session `s`. `more` begins with a comma.
std::string
session_row(const std::string& type, const std::string& id, const std::string& before, const std::string& more) {
    return R"({"parentUuid":)" + (before.empty() ? "null" : "\"" + before + "\"") +
           R"(,"isSidechain":false,"cwd":"/w","sessionId":"s","type":")" + type + R"(","uuid":")" + id + R"(")" + more +
           "}\n";
}

std::string typed_row(const std::string& id, const std::string& before, const std::string& words) {
    return session_row("user", id, before, R"(,"message":{"role":"user","content":")" + words + R"("})");
}

std::string marked_row(const std::string& id, const std::string& words, const std::string& mark) {
    return session_row("user", id, "", "," + mark + R"(,"message":{"role":"user","content":")" + words + R"("})");
}

std::string text_part(const std::string& words) {
    return R"({"type":"text","text":")" + words + R"("})";
}

std::string tool_part(const std::string& id, const std::string& name = "Bash", const std::string& input = "{}") {
    return R"({"type":"tool_use","id":")" + id + R"(","name":")" + name + R"(","input":)" + input + "}";
}

std::string said_row(const std::string& id, const std::string& before, const std::string& block,
                     const std::string& stop = "null", const std::string& more = "") {
    return session_row("assistant", id, before,
                       R"(,"timestamp":"2026-01-02T03:04:05.006Z","message":{"id":"m-)" + id +
                           R"(","model":"c","content":[)" + block + R"(],"stop_reason":)" + stop +
                           R"(,"usage":{"input_tokens":3,"output_tokens":4}})" + more);
}

std::string result_row(const std::string& id, const std::string& call) {
    return session_row("user", id, "",
                       R"(,"message":{"role":"user","content":[{"type":"tool_result","tool_use_id":")" + call +
                           R"(","content":"ok"}]})");
}

std::string side_row(std::string line) {
    line.replace(line.find("\"isSidechain\":false"), 19, "\"isSidechain\":true");
    return line;
}

Texts prompts_in(const Reading& reading) {
    Texts texts;
    for (const Item& item : reading.items) {
        if (const auto* prompt = std::get_if<Prompt>(&item)) texts.push_back(prompt->text);
    }
    return texts;
}

Texts notices_in(const Reading& reading) {
    Texts texts;
    for (const Notice& notice : reading.all<Notice>()) texts.push_back(notice.text);
    return texts;
}

using TurnEndings = std::vector<Ending>;

} // namespace

TEST_CASE("ClaudeTranscript: a typed row begins a turn, which ends before the next one or at the end of the file") {
    const Reading reading =
        read_transcript(typed_row("1", "", "one") + said_row("2", "1", text_part("first"), "\"end_turn\"") +
                        session_row("user", "3", "2", R"(,"message":{"content":[{"type":"text","text":"two"}]})") +
                        said_row("4", "3", text_part("second")));
    CHECK(describe(reading.items) == "session s  /w\n"
                                     "prompt one\n"
                                     "session s c /w\n"
                                     "message - m-2 s c\n"
                                     "text - first\n"
                                     "done true end_turn\n"
                                     "prompt two\n"
                                     "message - m-4 s c\n"
                                     "text - second\n"
                                     "done true -\n");
    CHECK(reading.skipped == SkipCounts{});
}

TEST_CASE("ClaudeTranscript: a message has the identity and the time of its row, and its usage counts once") {
    std::string second = said_row("3", "2", tool_part("t"));
    second.replace(second.find("m-3"), 3, "m-2");
    const Reading reading = read_transcript(typed_row("1", "", "one") + said_row("2", "1", text_part("x")) + second +
                                            result_row("4", "t") + said_row("5", "4", text_part("y"), "\"end_turn\""));
    const auto messages = reading.all<MessageStarted>();
    REQUIRE(messages.size() == 2);
    CHECK(messages[0] == MessageStarted{.message_id = "m-2",
                                        .agent = "claude",
                                        .session = "s",
                                        .model = "c",
                                        .sent_at = "2026-01-02T03:04:05.006Z",
                                        .parent = {}});
    REQUIRE(reading.all<TurnComplete>().size() == 1);
    CHECK(reading.all<TurnComplete>()[0].usage->output_tokens == 8);
    // The stream of the same session has the same messages.
    const Reading stream = read_claude(R"({"type":"assistant","session_id":"s","uuid":"2","message":{"id":"m-2",)"
                                       R"("model":"c","content":[{"type":"text","text":"x"}]},)"
                                       R"("timestamp":"2026-01-02T03:04:05.006Z"})"
                                       "\n");
    CHECK(stream.all<MessageStarted>().at(0) == messages[0]);
}

TEST_CASE("ClaudeTranscript: a message without an id has the id of its row") {
    const Reading reading =
        read_transcript(session_row("assistant", "a1", "", R"(,"message":{"role":"assistant","content":"x"})"));
    CHECK(reading.all<MessageStarted>().at(0).message_id == "a1");
    CHECK(reading.endings() == TurnEndings{{"completed", ""}});
}

TEST_CASE("ClaudeTranscript: text that the user did not type begins no turn, and is kept") {
    const std::string turn = typed_row("1", "", "one") + said_row("2", "1", text_part("x"), "\"end_turn\"");
    for (const std::string& line :
         Texts{marked_row("3", "made up", R"("isMeta":true)"), marked_row("3", "made up", R"("isCompactSummary":true)"),
               typed_row("3", "2", "<local-command-stdout>made up</local-command-stdout>"),
               typed_row("3", "2", "<command-name>/made up</command-name>"),
               typed_row("3", "2", "<task-notification>made up</task-notification>"),
               marked_row("3", "made up", R"("origin":{"kind":"task-notification"})")}) {
        CAPTURE(line);
        const Reading reading = read_transcript(turn + line);
        CHECK(prompts_in(reading) == Texts{"one"});
        REQUIRE(notices_in(reading).size() == 1);
        CHECK(notices_in(reading)[0].find("made up") != std::string::npos);
        CHECK(reading.endings() == TurnEndings{{"completed", "end_turn"}});
    }
    // Negative control: the same text without the mark is a prompt.
    CHECK(prompts_in(read_transcript(turn + typed_row("3", "2", "made up"))) == Texts{"one", "made up"});
}

TEST_CASE("ClaudeTranscript: a file that ends before a result or the next message cuts the turn off") {
    const std::string begun = typed_row("1", "", "one");
    const std::string call = begun + said_row("2", "1", text_part("x") + "," + tool_part("t"));
    const auto ending = [](const std::string& bytes) {
        const Reading reading = read_transcript(bytes);
        CHECK(reading.endings().size() == 1);
        CHECK(reading.skipped.broken_turns == (reading.endings().at(0).kind == "error" ? 1 : 0));
        return reading.endings().at(0);
    };
    const Ending cut{"error", "stream_truncated"};
    CHECK(ending(begun) == cut);
    CHECK(ending(call) == cut);
    CHECK(ending(call + result_row("3", "t")) == cut);
    CHECK(ending(begun + said_row("2", "1", text_part("x"), "\"tool_use\"")) == cut);
    CHECK(ending(begun + said_row("2", "1", R"({"type":"thinking","thinking":"x","signature":"y"})")) == cut);
    CHECK(ending(call + result_row("3", "t") + said_row("4", "3", text_part("y"))) == Ending{"completed", ""});
    CHECK(ending(begun + said_row("2", "1", text_part("x"), "\"stop_sequence\"")) ==
          Ending{"completed", "stop_sequence"});
    CHECK(ending(call + typed_row("5", "2", "[Request interrupted by user for tool use]")).kind == "interrupted");
    // The stop reason of an earlier message does not count.
    CHECK(ending(begun + said_row("2", "1", tool_part("t"), "\"tool_use\"") + result_row("3", "t") +
                 said_row("4", "3", text_part("y"))) == Ending{"completed", ""});
}

TEST_CASE("ClaudeTranscript: an interruption, a call without a result and an error of the API are no regular ends") {
    const std::string begun = typed_row("1", "", "one");
    const std::string next = typed_row("9", "5", "two") + said_row("10", "9", text_part("z"), "\"end_turn\"");
    const auto first_ending = [&](const std::string& lines) {
        const Reading reading = read_transcript(begun + lines + next);
        REQUIRE(reading.endings().size() == 2);
        CHECK(reading.skipped.broken_turns == 0);
        return reading.endings()[0];
    };
    const std::string mark = typed_row("5", "2", "[Request interrupted by user]");
    CHECK(first_ending(said_row("2", "1", text_part("x")) + mark) == Ending{"interrupted", ""});
    CHECK(first_ending(said_row("2", "1", text_part("x")) + mark + said_row("6", "5", text_part("y"))).kind ==
          "completed");
    CHECK(first_ending(said_row("2", "1", tool_part("t"))).kind == "interrupted");
    CHECK(first_ending(said_row("2", "1", tool_part("t")) + result_row("3", "t")).kind == "completed");
    const std::string failed = said_row("2", "1", text_part("You are out of tokens"), "\"stop_sequence\"",
                                        R"(,"isApiErrorMessage":true,"error":"rate_limit")");
    CHECK(first_ending(failed) == Ending{"error", "rate_limit"});
    CHECK(first_ending(failed + said_row("6", "5", text_part("y"))).kind == "completed");
    const auto errors = read_transcript(begun + failed).all<ProviderError>();
    REQUIRE(errors.size() == 1);
    CHECK(errors[0].message == "You are out of tokens");
}

TEST_CASE("ClaudeTranscript: a row that is written again is read once") {
    const std::string lines = typed_row("1", "", "one") +
                              said_row("0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a77", "1", text_part("x")) +
                              typed_row("3", "2", "two") + said_row("4", "3", text_part("y"));
    const Reading once = read_transcript(lines);
    CHECK(read_transcript(lines + lines).items == once.items);
    // Negative control: rows with other ids are other rows.
    const Reading other = read_transcript(lines + typed_row("5", "4", "one") + said_row("6", "5", text_part("x")));
    CHECK(prompts_in(other) == Texts{"one", "two", "one"});
    CHECK(other.text() == "xyx");
    // Rows with one redacted id may be versions of one row: the first is part of the conversation, others are kept.
    const std::string redacted = typed_row("id", "", "one") + said_row("id", "id", text_part("z"));
    const Reading reading = read_transcript(redacted);
    CHECK(reading.text().empty());
    CHECK(reading.all<Notice>().back().text.view().starts_with("row with the id of an earlier one: {"));
    CHECK(read_transcript(redacted + redacted).items == reading.items);
}

TEST_CASE("ClaudeTranscript: a prompt beside an earlier one has a notice, once per row that both follow") {
    const std::string lines = typed_row("1", "", "one") + said_row("2", "1", text_part("x")) +
                              typed_row("3", "2", "two") + said_row("4", "3", text_part("y"));
    const std::string again = typed_row("5", "2", "other") + said_row("6", "5", text_part("z"));
    const Reading reading =
        read_transcript(lines + again + typed_row("7", "2", "third") + said_row("8", "7", text_part("!")));
    CHECK(reading.text() == "xyz!");
    CHECK(prompts_in(reading) == Texts{"one", "two", "other", "third"});
    REQUIRE(notices_in(reading).size() == 1);
    CHECK(notices_in(reading)[0].starts_with("the user went back to row 2: "));
    CHECK(notices_in(read_transcript(lines + typed_row("5", "4", "other"))).empty());
    // Results of parallel calls branch, too, but the user did not go back.
    CHECK(notices_in(read_transcript(typed_row("1", "", "one") + said_row("2", "1", tool_part("t")) +
                                     said_row("3", "2", tool_part("u")) + result_row("4", "t") + result_row("5", "u")))
              .empty());
}

TEST_CASE("ClaudeTranscript: rows of a subagent belong to the call that started it, or to its first row") {
    const std::string call = said_row("2", "1", tool_part("t", "Task", R"({"prompt":"look"})"));
    const auto below = [](const std::string& prompt) {
        return side_row(typed_row("a", "", prompt)) +
               side_row(said_row("b", "a", text_part("below") + "," + tool_part("u"))) + side_row(result_row("c", "u"));
    };
    const auto parent_in = [](const Reading& reading) {
        for (const MessageStarted& message : reading.all<MessageStarted>()) {
            if (message.parent) return std::string(*message.parent);
        }
        return std::string("none");
    };
    const std::string rest = result_row("8", "t") + said_row("9", "8", text_part("after"), "\"end_turn\"");
    const Reading reading = read_transcript(typed_row("1", "", "one") + call + below("look") + rest);
    CHECK(parent_in(reading) == "t");
    CHECK(reading.text() == "after");
    CHECK(reading.subagent_text() == "below");
    CHECK(reading.all<ToolResult>().size() == 2);
    CHECK(prompts_in(reading) == Texts{"one"});
    CHECK(notices_in(reading) == Texts{"prompt of a subagent: look"});
    CHECK(reading.endings() == TurnEndings{{"completed", "end_turn"}});
    CHECK(parent_in(read_transcript(typed_row("1", "", "one") + call + below("elsewhere") + rest)) == "a");
    // A file of a subagent has no turn, and its rows name their agent.
    std::string alone = below("look");
    for (std::size_t at = 0; (at = alone.find("\"cwd\"", at)) != std::string::npos; at += 20)
        alone.insert(at, R"("agentId":"q",)");
    const Reading file = read_transcript(alone);
    CHECK(parent_in(file) == "a");
    CHECK(file.text().empty());
    CHECK(file.endings().empty());
}

TEST_CASE("ClaudeTranscript: other rows are kept once, progress is counted, and unknown rows are kept as unknown") {
    const std::string title = R"({"type":"ai-title","aiTitle":"A title","sessionId":"s"})"
                              "\n";
    const std::string lines =
        title + typed_row("1", "", "one") + title +
        session_row("progress", "2", "1", R"(,"data":{"type":"hook_progress"})") +
        session_row("attachment", "3", "2", R"(,"attachment":{"type":"queued_command","prompt":"and this"})") +
        session_row("attachment", "4", "3", R"(,"attachment":{"type":"file","filename":"f"})") +
        session_row("system", "5", "4",
                    R"(,"subtype":"api_error","error":{"message":"busy"},"retryAttempt":1,"maxRetries":9)") +
        session_row("system", "6", "5",
                    R"(,"subtype":"compact_boundary","compactMetadata":{"trigger":"auto","preTokens":7})") +
        R"({"type":"news","sessionId":"s"})"
        "\n" +
        said_row("7", "6", text_part("x"));
    const auto stream = claude_transcript.open();
    Reading reading{.items = stream->feed(lines), .skipped = {}};
    CHECK(notices_in(reading) == Texts{"ai-title: A title", "the user said: and this",
                                       R"(attachment file: {"type":"file","filename":"f"})",
                                       "an API request failed and is retried: busy, attempt 1, of at most 9",
                                       "the conversation so far was compacted, trigger auto, 7 tokens before",
                                       R"(unknown line news: {"type":"news","sessionId":"s"})"});
    CHECK(stream->feed("{\"type\":\n").size() == 1); // the warning about a damaged line
    CHECK(Reading{.items = stream->finish(), .skipped = {}}.endings() == TurnEndings{{"completed", ""}});
    CHECK(stream->unmapped() ==
          KindCounts{{"ai-title", 2}, {"attachment file", 1}, {"line news", 1}, {"progress", 1}, {"the user said", 1}});
    CHECK(stream->skipped().unknown_events == 1);
    CHECK(stream->skipped().unreadable_lines == 1);
}

TEST_CASE("ClaudeTranscript: a prompt keeps its images, and may consist of them") {
    const std::string image = R"({"type":"image","source":{"type":"base64","data":"AAAA"}})";
    const auto prompt = [&](const std::string& content) {
        return read_transcript(
            session_row("user", "1", "", R"(,"message":{"role":"user","content":[)" + content + "]}"));
    };
    CHECK(prompts_in(prompt(image)) == Texts{"(without text)"});
    CHECK(prompts_in(prompt(text_part("see") + "," + image)) == Texts{"see"});
    CHECK(notices_in(prompt(text_part("see") + "," + image)) == Texts{"image in the prompt: " + image});
}

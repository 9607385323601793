#include <doctest/doctest.h>

#include <csignal>
#include <fstream>

#include "evenfold/tests/cli/program.hpp"

// Recordings as they come from real terminals and agents: with noise, retries and content of any kind.

namespace evenfold::cli_test {
namespace {

/// Returns the turns of the transcript without what differs between two recordings of one stream: ids and times.
Json comparable_turns(const CliFixture& fixture) {
    Json turns = fixture.run({"transcript", "--json"}).json();
    for (Json& turn : turns) {
        for (const char* key : {"thread", "turn", "started_at_ms", "ended_at_ms"}) turn.erase(key);
        for (Json& block : turn["blocks"]) block.erase("at_ms");
        for (Json& approval : turn["approvals"]) approval.erase("id");
    }
    return turns;
}

std::string line_of(const Json& json) {
    return json.dump() + "\n";
}

/// Returns the lines of a message that streams `words` and does not end.
std::string streamed(const std::string& id, const std::string& words) {
    const auto event = [](const Json& json) {
        return line_of({{"type", "stream_event"}, {"session_id", "s-1"}, {"event", json}});
    };
    return event({{"type", "message_start"}, {"message", {{"id", id}, {"model", "m"}}}}) +
           event({{"type", "content_block_start"}, {"index", 0}, {"content_block", {{"type", "text"}, {"text", ""}}}}) +
           event({{"type", "content_block_delta"}, {"index", 0}, {"delta", {{"type", "text_delta"}, {"text", words}}}});
}

std::string snapshot(const std::string& id, const Json& block, const std::string& parent = "") {
    return line_of({{"type", "assistant"},
                    {"session_id", "s-1"},
                    {"parent_tool_use_id", parent.empty() ? Json(nullptr) : Json(parent)},
                    {"message", {{"id", id}, {"model", "m"}, {"content", {block}}}}});
}

std::string said(const std::string& id, const std::string& words, const std::string& parent = "") {
    return snapshot(id, {{"type", "text"}, {"text", words}}, parent);
}

std::string called(const std::string& id, const std::string& call) {
    return snapshot(id, {{"type", "tool_use"}, {"id", call}, {"name", "Bash"}, {"input", Json::object()}});
}

const std::string init = line_of({{"type", "system"},
                                  {"subtype", "init"},
                                  {"session_id", "s-1"},
                                  {"cwd", "/"},
                                  {"model", "m"},
                                  {"tools", Json::array()},
                                  {"mcp_servers", Json::array()}});

std::string done(double cost = 0.01) {
    return line_of({{"type", "result"},
                    {"subtype", "success"},
                    {"is_error", false},
                    {"session_id", "s-1"},
                    {"total_cost_usd", cost},
                    {"stop_reason", "end_turn"}});
}

std::string typed(const std::string& words) {
    return line_of({{"type", "user"}, {"session_id", "s-1"}, {"message", {{"content", words}}}});
}

std::uint64_t cost_of(const CliFixture& fixture) {
    return fixture.run({"threads", "--json"}).json()[0]["cost_usd_micros"].get<std::uint64_t>();
}

/// A recording with two turns, everything that is compared when it is read again, and a log line.
std::string rich_stream() {
    return "npm warn old\n" + init + typed("one") + streamed("a", "cut o") + said("b", "before") + called("b", "t1") +
           said("x", "below", "t1") +
           line_of(
               {{"type", "user"},
                {"session_id", "s-1"},
                {"message", {{"content", {{{"type", "tool_result"}, {"tool_use_id", "t1"}, {"content", "ok"}}}}}}}) +
           line_of({{"type", "news"}}) + said("c", "after") + done(0.01) + init + typed("two") +
           streamed("d", "second") + done(0.03);
}

} // namespace

TEST_CASE("ingest: text of a terminal or a log is counted and is no error, but damage of the recording is.") {
    const CliFixture fixture;
    const std::string stream = claude_turn("x");
    const ProgramResult noisy =
        fixture.run({"ingest", "--json"}, "npm warn old\n" + stream + "\x1B[2J{\"type\":\"keep_alive\"}\n");
    CHECK_MESSAGE(noisy.exit == 0, noisy.err);
    CHECK(noisy.json()["noise_lines"] == 2);
    CHECK(noisy.json()["unreadable_lines"] == 0);
    const ProgramResult damaged = fixture.run({"ingest", "--json"}, "{\"type\":\"assi\n" + stream);
    CHECK(damaged.exit == 1);
    CHECK(damaged.json()["unreadable_lines"] == 1);
}

TEST_CASE("ingest: the remedy for a stream of another agent does not offer to read it anyway.") {
    const CliFixture fixture;
    const ProgramResult cursor =
        fixture.run({"ingest"}, "{\"type\":\"system\",\"subtype\":\"init\",\"apiKeySource\":\"login\"}\n");
    CHECK(cursor.exit == 1);
    CHECK(cursor.err.find("a Cursor agent stream") != std::string::npos);
    CHECK(cursor.err.find("--format") == std::string::npos);
    CHECK(fixture.run({"ingest"}, "plain\n").err.find("--format NAME") != std::string::npos);
}

TEST_CASE("ingest: the same recording again adds nothing, and says what was there already.") {
    const CliFixture fixture;
    const std::string stream = rich_stream();
    REQUIRE(fixture.run({"ingest"}, stream).exit == 0);
    const Json turns = comparable_turns(fixture);
    REQUIRE(turns.size() == 2);
    CHECK(turns[0]["text"] == "beforeafter");
    CHECK(turns[0]["blocks"].size() == 4);
    const Json events = fixture.run({"log", "--json"}).json();
    const ProgramResult again = fixture.run({"ingest", "--json"}, stream);
    CHECK_MESSAGE(again.exit == 0, again.err);
    CHECK(again.json()["turns"] == 0);
    CHECK(again.json()["already_recorded_turns"] == 2);
    CHECK(comparable_turns(fixture) == turns);
    CHECK(fixture.run({"log", "--json"}).json().size() == events.size());
    CHECK(cost_of(fixture) == 30'000);
    // Negative control: with other ids, it is another conversation.
    std::string other = stream;
    for (std::size_t at = 0; (at = other.find("\"id\":\"", at)) != std::string::npos; at += 6)
        other.insert(at + 6, "z");
    CHECK(fixture.run({"ingest", "--json"}, other).json()["turns"] == 2);
}

TEST_CASE("ingest: a recording in ten pieces, each killed and the next one longer, gives the model of one go.") {
    const CliFixture whole;
    const std::string stream = rich_stream();
    REQUIRE(whole.run({"ingest"}, stream).exit == 0);
    const CliFixture pieces;
    for (std::size_t piece = 1; piece <= 10; ++piece) {
        RunningProgram ingest(pieces.folder(), {"ingest", "--acks"});
        REQUIRE(ingest.write(stream.substr(0, stream.size() * piece / 11)));
        (void)ingest.printed(200);
        ingest.signal(SIGKILL);
        (void)ingest.finish();
    }
    const ProgramResult last = pieces.run({"ingest"}, stream);
    CHECK_MESSAGE(last.exit == 0, last.err);
    CHECK(comparable_turns(pieces) == comparable_turns(whole));
    CHECK(cost_of(pieces) == cost_of(whole));
}

TEST_CASE("ingest: a recording that was cut off is completed by the whole one, without doubling.") {
    const CliFixture fixture;
    const std::string stream = init + typed("one") + said("a", "first") + said("b", "second") + done();
    REQUIRE(fixture.run({"ingest"}, stream.substr(0, stream.find("second") + 3)).exit == 1);
    for (int round = 0; round < 3; ++round) {
        const ProgramResult again = fixture.run({"ingest"}, stream);
        CHECK_MESSAGE(again.exit == 0, again.err);
        const Json turns = comparable_turns(fixture);
        REQUIRE(turns.size() == 2); // a turn that has ended is not opened again
        CHECK(turns[0]["text"].get<std::string>() + turns[1]["text"].get<std::string>() == "firstsecond");
        CHECK(turns[1]["state"] == "completed");
    }
    CHECK(cost_of(fixture) == 10'000);
}

TEST_CASE("ingest: a resumed session is continued, and its restored cost is not charged twice.") {
    const CliFixture fixture;
    REQUIRE(fixture.run({"ingest"}, init + typed("one") + said("a", "x") + done(0.02)).exit == 0);
    REQUIRE(fixture.run({"ingest"}, init + typed("two") + said("b", "y") + done(0.05)).exit == 0);
    const Json turns = comparable_turns(fixture);
    REQUIRE(turns.size() == 2);
    CHECK(turns[1]["input"] == "two");
    CHECK(turns[1]["usage"]["cost_usd_micros"] == 30'000);
    CHECK(cost_of(fixture) == 50'000);
}

TEST_CASE("ingest: an agent loop over event streams is one turn, and a result that went another way is unrecorded.") {
    const CliFixture fixture;
    std::string stream = anthropic_stream({"one "}) + anthropic_stream({"two"});
    stream.replace(stream.find("end_turn"), 8, "tool_use");
    const std::string call = "event: content_block_start\ndata: " +
                             Json{{"type", "content_block_start"},
                                  {"index", 1},
                                  {"content_block", {{"type", "tool_use"}, {"id", "t1"}, {"name", "read"}}}}
                                 .dump() +
                             "\n\nevent: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":1}\n\n";
    stream.insert(stream.find("event: message_delta"), call);
    CHECK(fixture.run({"ingest"}, stream).exit == 0);
    const Json turns = comparable_turns(fixture);
    REQUIRE(turns.size() == 1);
    CHECK(turns[0]["text"] == "one two");
    CHECK(turns[0]["state"] == "completed");
    CHECK(turns[0]["usage"]["output_tokens"] == 18);
    CHECK(turns[0]["tool_calls"][0]["status"] == "unrecorded");
    const CliFixture unfinished;
    CHECK(unfinished.run({"ingest"}, stream.substr(0, stream.find("message_stop\"}") + 16)).exit == 0);
    CHECK(comparable_turns(unfinished)[0]["stop_reason"] == "tool_use");
}

TEST_CASE("ingest: --prompt records the prompt, from the command line or a file, unless the stream contains one.") {
    const CliFixture fixture;
    const auto input_of = [&](const std::string& thread, const std::string& prompt, const std::string& stream) {
        REQUIRE(fixture.run({"ingest", "--thread", thread, "--prompt", prompt}, stream).exit == 0);
        return fixture.run({"transcript", "--json", "--thread", thread}).json()[0]["input"];
    };
    const std::string answer = init + said("a", "x") + done();
    CHECK(input_of("1", "fix it", answer) == "fix it");
    std::ofstream(fixture.path("prompt.txt")) << "from a file";
    CHECK(input_of("2", "@" + fixture.path("prompt.txt"), answer) == "from a file");
    CHECK(input_of("3", "fix it", init + typed("typed") + said("a", "x") + done()) == "typed");
    CHECK(fixture.run({"ingest", "--prompt", "@missing"}, answer).exit == 1);
}

TEST_CASE("ingest: a turn exists as soon as the agent shows a sign of life.") {
    const CliFixture fixture;
    RunningProgram ingest(fixture.folder(), {"ingest", "--acks"});
    REQUIRE(ingest.write(init));
    while (fixture.run({"transcript", "--json"}).out.find("running") == std::string::npos) REQUIRE(ingest.line());
    CHECK(fixture.run({"threads", "--json"}).json()[0]["status"] == "busy");
    CHECK(ingest.finish(said("a", "x") + done()).exit == 0);
    const Json turns = comparable_turns(fixture);
    REQUIRE(turns.size() == 1);
    CHECK(turns[0]["text"] == "x");
    // A description at the end of the input begins no turn.
    const CliFixture ended;
    CHECK(ended.run({"ingest"}, said("a", "x") + done() + init).exit == 0);
    CHECK(comparable_turns(ended).size() == 1);
}

TEST_CASE("ingest: --raw keeps each line in a notice, and the summary counts content outside of the conversation.") {
    const CliFixture fixture;
    const std::string stream = init + said("a", "x") + line_of({{"type", "news"}}) + done();
    const Json summary = fixture.run({"ingest", "--json", "--raw"}, stream).json();
    CHECK(summary["outside_of_conversation"] == Json{{"line news", 1}});
    const std::string notices = comparable_turns(fixture)[0]["notices"].dump();
    for (const char* text : {"line 1: ", "line 2: ", "line 3: ", "line 4: ", "unknown line news: "})
        CHECK_MESSAGE(notices.find(text) != std::string::npos, text);
}

TEST_CASE("transcript: --json has the blocks in order with their times, the model, and the text of subagents.") {
    const CliFixture fixture;
    REQUIRE(fixture.run({"ingest"}, rich_stream()).exit == 0);
    const Json turn = fixture.run({"transcript", "--json"}).json()[0];
    std::vector<std::string> blocks;
    for (const Json& block : turn["blocks"]) {
        CHECK(block["at_ms"].is_number());
        blocks.push_back(block["type"] == "tool_call" ? block["id"].get<std::string>()
                                                      : block["text"].get<std::string>());
    }
    CHECK(blocks == std::vector<std::string>{"before", "t1", "below", "after"});
    CHECK(turn["blocks"][2]["parent"] == "t1");
    CHECK(turn["model"] == "m");
    CHECK(turn["started_at_ms"].is_number());
    CHECK(turn["ended_at_ms"].is_number());
    CHECK(turn["messages"][0]["session"] == "s-1");
    CHECK(turn["messages"][0]["discarded"] == true);
}

} // namespace evenfold::cli_test

#include <doctest/doctest.h>

#include <fstream>

#include "evenfold/tests/cli/program.hpp"
#include "evenfold/tests/cli/recording/stream_lines.hpp"

// Recordings as they come from real terminals and agents: with noise, retries and content of any kind.

namespace evenfold::cli_test {

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

TEST_CASE("ingest: the folder in which the agent works is in the transcript, and absent if the stream names none.") {
    const CliFixture fixture;
    std::string stream = claude_turn("x");
    REQUIRE(fixture.run({"ingest"}, stream).exit == 0);
    CHECK(fixture.run({"transcript", "--json"}).json()[0]["folder"] == "/home/ada");
    CHECK(fixture.run({"transcript"}).out.find(" in /home/ada") != std::string::npos);

    const CliFixture other;
    const std::string folder = R"("cwd":"/home/ada",)";
    stream.erase(stream.find(folder), folder.size());
    REQUIRE(other.run({"ingest"}, stream).exit == 0);
    CHECK(other.run({"transcript", "--json"}).json()[0]["folder"].is_null());
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

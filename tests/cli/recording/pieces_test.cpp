#include <doctest/doctest.h>

#include <csignal>

#include "evenfold/tests/cli/program.hpp"
#include "evenfold/tests/cli/recording/stream_lines.hpp"

// Recordings that are read again, after a kill, or in pieces.

namespace evenfold::cli_test {

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

TEST_CASE("ingest: what the agent reports after the last turn is recorded in it, once, and it ends as before.") {
    const std::string late = said("s", "from below", "task-1") + returned("task-1", "late result") +
                             line_of({{"type", "system"}, {"subtype", "goodbye"}, {"stdout", "the hook's last words"}});
    std::string end;
    SUBCASE("completed") {
        end = done();
    }
    SUBCASE("failed") {
        end = line_of({{"type", "result"}, {"subtype", "error_max_turns"}, {"is_error", true}, {"session_id", "s-1"}});
    }
    const std::string stream = init + typed("one") + said("a", "first") + end;
    const CliFixture fixture;
    REQUIRE(fixture.run({"ingest"}, stream).exit == 0);
    const Json before = comparable_turns(fixture)[0];
    const ProgramResult more = fixture.run({"ingest", "--json"}, stream + late);
    CHECK_MESSAGE(more.exit == 0, more.err);
    CHECK(more.json()["turns"] == 0);
    CHECK(more.json()["already_recorded_turns"] == 1);
    CHECK(more.json()["stray_remarks"] == 0);
    const Json turns = comparable_turns(fixture);
    REQUIRE(turns.size() == 1);
    for (const char* kept : {"state", "error", "text", "input", "usage", "stop_reason"})
        CHECK_MESSAGE(turns[0].value(kept, Json()) == before.value(kept, Json()), kept);
    for (const char* text : {"from below", "late result", "the hook's last words"})
        CHECK_MESSAGE(turns[0].dump().find(text) != std::string::npos, text);
    const std::size_t events = fixture.run({"log", "--json"}).json().size();
    CHECK(fixture.run({"ingest"}, stream + late).exit == 0);
    CHECK(comparable_turns(fixture) == turns);
    CHECK(fixture.run({"log", "--json"}).json().size() == events);
    const CliFixture at_once;
    REQUIRE(at_once.run({"ingest"}, stream + late).exit == 0);
    CHECK(comparable_turns(at_once) == turns);
}

TEST_CASE("ingest: a recording that was cut off is completed by the whole one, without doubling.") {
    const CliFixture fixture;
    const std::string stream = init + typed("one") + said("a", "first") + said("b", "second") + done();
    REQUIRE(fixture.run({"ingest"}, stream.substr(0, stream.find("second") + 3)).exit == 1);
    for (int round = 0; round < 3; ++round) {
        const ProgramResult again = fixture.run({"ingest"}, stream);
        CHECK_MESSAGE(again.exit == 0, again.err);
        const Json turns = comparable_turns(fixture);
        REQUIRE(turns.size() == 1);
        CHECK(turns[0]["text"] == "firstsecond");
        CHECK(turns[0]["state"] == "completed");
        CHECK(turns[0]["error"].is_null());
    }
    CHECK(cost_of(fixture) == 10'000);
}

TEST_CASE("ingest: a call whose input was cut off gets its whole input in a notice, once.") {
    const CliFixture fixture;
    const auto event = [](const Json& json) {
        return line_of({{"type", "stream_event"}, {"session_id", "s-1"}, {"event", json}});
    };
    const auto piece = [&](const char* json) {
        return event({{"type", "content_block_delta"},
                      {"index", 0},
                      {"delta", {{"type", "input_json_delta"}, {"partial_json", json}}}});
    };
    const std::string begun =
        init + event({{"type", "message_start"}, {"message", {{"id", "a"}, {"model", "m"}}}}) +
        event({{"type", "content_block_start"},
               {"index", 0},
               {"content_block", {{"type", "tool_use"}, {"id", "t1"}, {"name", "Bash"}, {"input", Json::object()}}}}) +
        piece(R"({"command":"rm)");
    const std::string whole = begun + piece(R"( -r out"})") + event({{"type", "content_block_stop"}, {"index", 0}}) +
                              event({{"type", "message_stop"}}) + returned("t1", "ok") + done();
    REQUIRE(fixture.run({"ingest"}, begun).exit == 1);
    CHECK(comparable_turns(fixture)[0]["tool_calls"][0]["input"] == R"({"command":"rm)");
    for (int round = 0; round < 2; ++round) {
        REQUIRE(fixture.run({"ingest"}, whole).exit == 0);
        const Json turns = comparable_turns(fixture);
        REQUIRE(turns.size() == 1);
        CHECK(turns[0]["state"] == "completed");
        REQUIRE(turns[0]["notices"].size() == 1);
        CHECK(turns[0]["notices"][0]["text"] == R"(the whole input of tool call t1: {"command":"rm -r out"})");
        CHECK(turns[0]["tool_calls"][0]["output"] == "ok");
    }
}

TEST_CASE("ingest: a last prompt is recorded, once, although an earlier turn has the same words.") {
    const CliFixture fixture;
    const std::string stream = init + typed("go on") + said("a", "first") + done() + typed("go on");
    for (int round = 0; round < 2; ++round) {
        (void)fixture.run({"ingest"}, stream);
        const Json turns = comparable_turns(fixture);
        REQUIRE(turns.size() == 2);
        for (const Json& turn : turns) CHECK(turn["input"] == "go on");
    }
}

TEST_CASE("ingest: prompts without a reply are recorded once, although no message names their session.") {
    const CliFixture fixture;
    const std::string interrupted =
        typed("[Request interrupted by user]") + line_of({{"type", "result"},
                                                          {"subtype", "error_during_execution"},
                                                          {"session_id", "s-1"},
                                                          {"terminal_reason", "aborted_streaming"}});
    const std::string silent = init + typed("one") + interrupted + init + typed("two") + interrupted;
    const std::string stream = silent + init + typed("three") + said("a", "answer") + done();
    for (const std::string& grown : {silent, silent, stream, stream}) {
        (void)fixture.run({"ingest"}, grown);
        const Json turns = comparable_turns(fixture);
        REQUIRE(turns.size() == (grown == silent ? 2 : 3));
        CHECK(turns[0]["input"] == "one");
        CHECK(turns[1]["input"] == "two");
        CHECK(turns[1]["state"] == "interrupted");
    }
    // Negative control: another prompt begins a turn.
    (void)fixture.run({"ingest"}, init + typed("four") + interrupted);
    CHECK(comparable_turns(fixture).size() == 4);
}

TEST_CASE("ingest: a recording that grows by lines, each time ingested to its end, gives the turns of one go.") {
    const CliFixture whole;
    const std::string stream = rich_stream();
    REQUIRE(whole.run({"ingest"}, stream).exit == 0);
    const CliFixture growing;
    for (std::size_t end = stream.find('\n'); end != std::string::npos; end = stream.find('\n', end + 1))
        (void)growing.run({"ingest"}, stream.substr(0, end + 1));
    CHECK(turns_without_blocks(growing) == turns_without_blocks(whole));
    CHECK(cost_of(growing) == 30'000);
}

TEST_CASE("ingest: the pieces of a recording, one after the other, give the turns of one go.") {
    const std::vector<std::string> pieces{init + typed("one"),
                                          said("b", "before") + called("b", "t1"),
                                          said("x", "below", "t1"),
                                          returned("t1", "ok"),
                                          line_of({{"type", "news"}}) + said("c", "after"),
                                          done(0.01),
                                          init + typed("two") + streamed("d", "sec"),
                                          said("d", "second") + done(0.03)};
    const CliFixture whole;
    const CliFixture parts;
    std::string stream;
    for (const std::string& piece : pieces) {
        (void)parts.run({"ingest"}, piece);
        stream += piece;
    }
    REQUIRE(whole.run({"ingest"}, stream).exit == 0);
    CHECK(turns_without_blocks(parts) == turns_without_blocks(whole));
    CHECK(cost_of(parts) == 30'000);
    // Negative control: the pieces of another session are no part of the turn.
    std::string other = said("e", "elsewhere");
    other.replace(other.find("s-1"), 3, "s-2");
    REQUIRE(parts.run({"ingest"}, init + typed("three") + said("f", "here")).exit == 1);
    (void)parts.run({"ingest"}, other);
    CHECK(comparable_turns(parts).size() == 4);
}

TEST_CASE("ingest: a turn that was cut off continues in another turn if a later turn has begun.") {
    const CliFixture fixture;
    const std::string begun = init + typed("one") + said("a", "first");
    const std::string stream = begun + said("b", "second") + done();
    REQUIRE(fixture.run({"ingest"}, begun).exit == 1);
    REQUIRE(fixture.run({"ingest"}, init + typed("two") + said("c", "other") + done()).exit == 0);
    for (int round = 0; round < 2; ++round) {
        REQUIRE(fixture.run({"ingest"}, stream).exit == 0);
        const Json turns = comparable_turns(fixture);
        REQUIRE(turns.size() == 3);
        CHECK(turns[0]["text"] == "first");
        CHECK(turns[2]["text"] == "second");
    }
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

} // namespace evenfold::cli_test

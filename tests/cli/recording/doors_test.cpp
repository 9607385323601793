#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "evenfold/tests/cli/program.hpp"
#include "evenfold/tests/cli/recording/stream_lines.hpp"

// One session that is recorded twice: from the output of Claude Code, and from the transcript that it stores.

namespace evenfold::cli_test {

namespace {

const std::string no_prompt = "(the prompt is not in the stream)";

std::string
transcript_row(const std::string& type, const Json& content, const std::string& id = "", bool is_side = false) {
    Json message{{"role", type}, {"content", content}};
    if (!id.empty()) message["id"] = id;
    if (type == "assistant") message["model"] = "m";
    return line_of({{"isSidechain", is_side},
                    {"sessionId", "s-1"},
                    {"cwd", "/"},
                    {"type", type},
                    {"timestamp", "2026-01-02T03:04:05.006Z"},
                    {"message", message}});
}

Json text_block(const std::string& words) {
    return {{"type", "text"}, {"text", words}};
}

Json subagent_call() {
    return {{"type", "tool_use"}, {"id", "t1"}, {"name", "Task"}, {"input", {{"prompt", "look"}}}};
}

Json subagent_result() {
    return {{"type", "tool_result"}, {"tool_use_id", "t1"}, {"content", "ok"}};
}

std::string transcript_message(const std::string& id, const Json& block, bool is_side = false) {
    return transcript_row("assistant", Json::array({block}), id, is_side);
}

// Functions, because the lines of a stream are constants of another file.

std::string stream_of_first() {
    return init + said("a", "before") + snapshot("a", subagent_call()) + said("x", "below", "t1") +
           returned("t1", "ok") + said("b", "after") + done(0.01);
}

std::string session_stream() {
    return stream_of_first() + init + said("c", "second") + done(0.03);
}

std::string transcript_of_call() {
    return transcript_row("user", "one") + transcript_message("a", text_block("before")) +
           transcript_message("a", subagent_call());
}

std::string transcript_of_first() {
    return line_of({{"type", "summary"}, {"summary", "earlier"}, {"leafUuid", "l"}}) + transcript_of_call() +
           transcript_row("user", "look", "", true) + transcript_message("x", text_block("below"), true) +
           transcript_row("user", Json::array({subagent_result()})) + transcript_message("b", text_block("after"));
}

std::string session_transcript() {
    return transcript_of_first() + transcript_row("user", "two") + transcript_message("c", text_block("second"));
}

/// Checks that the thread contains the two turns of the session once, with these prompts.
void check_once(const CliFixture& fixture, const std::vector<std::string>& prompts) {
    const Json turns = comparable_turns(fixture);
    REQUIRE(turns.size() == 2);
    CHECK(turns[0]["input"] == prompts[0]);
    CHECK(turns[1]["input"] == prompts[1]);
    CHECK(turns[0]["text"] == "beforeafter");
    CHECK(turns[1]["text"] == "second");
    std::vector<std::string> blocks;
    for (const Json& block : turns[0]["blocks"])
        blocks.push_back(block["type"] == "tool_call" ? block["id"].get<std::string>()
                                                      : block["text"].get<std::string>());
    CHECK(blocks == std::vector<std::string>{"before", "t1", "below", "after"});
    REQUIRE(turns[0]["tool_calls"].size() == 1);
    CHECK(turns[0]["tool_calls"][0]["output"] == "ok");
    CHECK(turns[0]["messages"].size() == 3);
    for (const Json& turn : turns) CHECK(turn["state"] == "completed");
}

/// Records the inputs one after the other, all twice, and checks each time that the session is in the thread once.
void check_doors(const std::vector<std::string>& inputs, const std::vector<std::string>& prompts) {
    const CliFixture fixture;
    for (const std::string& input : inputs) (void)fixture.run({"ingest"}, input);
    check_once(fixture, prompts);
    const Json usage = comparable_turns(fixture)[0]["usage"];
    for (const std::string& input : {session_stream(), session_transcript()}) {
        const ProgramResult again = fixture.run({"ingest", "--json"}, input);
        CHECK_MESSAGE(again.exit == 0, again.err);
        CHECK(again.json()["turns"] == 0);
        CHECK(again.json()["already_recorded_turns"] == 2);
        check_once(fixture, prompts);
    }
    CHECK(comparable_turns(fixture)[0]["usage"] == usage);
}

} // namespace

TEST_CASE("ingest: a stream and then the transcript of one session are recorded once, and the other way round.") {
    check_doors({session_stream(), session_transcript()}, {no_prompt, no_prompt});
    check_doors({session_transcript(), session_stream()}, {"one", "two"});
    // Negative control: with other ids of the messages, the transcript is another conversation.
    const CliFixture fixture;
    REQUIRE(fixture.run({"ingest"}, session_stream()).exit == 0);
    std::string other = session_transcript();
    for (std::size_t at = 0; (at = other.find("\"id\":\"", at)) != std::string::npos; at += 6)
        other.insert(at + 6, "z");
    CHECK(fixture.run({"ingest", "--json"}, other).json()["turns"] == 2);
    CHECK(comparable_turns(fixture).size() == 4);
}

TEST_CASE("ingest: a stream that contains its prompts and the transcript of its session have each prompt once.") {
    std::string with_prompts = session_stream();
    with_prompts.insert(stream_of_first().size() + init.size(), typed("two"));
    with_prompts.insert(init.size(), typed("one"));
    check_doors({with_prompts, session_transcript()}, {"one", "two"});
    check_doors({session_transcript(), with_prompts}, {"one", "two"});
}

TEST_CASE("ingest: the longer of a stream and a transcript adds the turn that the other lacks.") {
    check_doors({stream_of_first(), session_transcript()}, {no_prompt, "two"});
    check_doors({transcript_of_first(), session_stream()}, {"one", no_prompt});
}

TEST_CASE("ingest: a turn that was cut off in a stream is completed by the transcript, and the other way round.") {
    check_doors({init + said("a", "before"), session_transcript()}, {no_prompt, "two"});
    check_doors({transcript_of_call(), session_stream()}, {"one", no_prompt});
    check_doors({transcript_of_call(), session_transcript()}, {"one", "two"});
    check_doors({transcript_of_first() + transcript_row("user", "two"), session_transcript()}, {"one", "two"});
}

TEST_CASE("ingest: a transcript that grows by rows, each time ingested to its end, is recorded once.") {
    const CliFixture fixture;
    const std::string whole = session_transcript();
    const std::size_t first = whole.find('\n', whole.find('\n') + 1); // the title and the prompt
    for (std::size_t end = first; end != std::string::npos; end = whole.find('\n', end + 1))
        (void)fixture.run({"ingest"}, whole.substr(0, end + 1));
    check_once(fixture, {"one", "two"});
}

TEST_CASE(
    "ingest: a transcript that ends inside a call is reported as cut off, and one that ends with a text is not.") {
    const CliFixture fixture;
    const ProgramResult cut = fixture.run({"ingest", "--json"}, transcript_of_call());
    CHECK(cut.exit == 1);
    CHECK(cut.json()["broken_off"] == true);
    const ProgramResult whole = fixture.run({"ingest", "--json"}, session_transcript());
    CHECK_MESSAGE(whole.exit == 0, whole.err);
    CHECK(whole.json()["broken_off"] == false);
}

TEST_CASE("ingest: progress rows of a transcript are only counted, and --raw keeps them.") {
    const std::string lines =
        session_transcript() + line_of({{"type", "progress"}, {"data", "bulky"}, {"sessionId", "s-1"}});
    const auto notices_of = [&](const std::vector<std::string>& options) {
        const CliFixture fixture;
        const Json summary = fixture.run(options, lines).json();
        CHECK(summary["outside_of_conversation"]["progress"] == 1);
        CHECK(summary["unknown_events"] == 0);
        return comparable_turns(fixture).back()["notices"].dump();
    };
    CHECK(notices_of({"ingest", "--json"}).find("bulky") == std::string::npos);
    CHECK(notices_of({"ingest", "--json", "--raw"}).find("bulky") != std::string::npos);
}

TEST_CASE("ingest: the input history of Claude Code is refused by its name.") {
    const CliFixture fixture;
    const ProgramResult refused =
        fixture.run({"ingest"}, line_of({{"display", "x"}, {"pastedContents", Json::object()}, {"sessionId", "s-1"}}));
    CHECK(refused.exit == 1);
    CHECK(refused.err.find("the input history of Claude Code, not a session") != std::string::npos);
}

} // namespace evenfold::cli_test

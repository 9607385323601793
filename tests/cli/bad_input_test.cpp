#include <doctest/doctest.h>
#include <sqlite3.h>

#include <filesystem>
#include <fstream>

#include "evenfold/tests/cli/program.hpp"

namespace evenfold::cli_test {
namespace {

void execute(const std::string& file, const std::string& sql) {
    sqlite3* database = nullptr;
    REQUIRE(sqlite3_open(file.c_str(), &database) == SQLITE_OK);
    CHECK(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
    sqlite3_close(database);
}

} // namespace

TEST_CASE("ingest: an input without a turn is refused.") {
    const CliFixture fixture;
    check_refused(fixture.run({"ingest", fixture.write("empty", "")}), 1, "contains no turn");
    REQUIRE(std::filesystem::remove(fixture.path("empty")));
    check_refused(fixture.run({"ingest", fixture.path("no-such-file")}), 1, "No such file");
    check_refused(fixture.run({"ingest", fixture.folder().string()}), 3, "Is a directory");
    CHECK(std::filesystem::is_empty(fixture.folder()));
}

TEST_CASE("ingest: a file of another format is refused with the name of the format, and no journal is created.") {
    const CliFixture fixture;
    check_refused(fixture.run({"ingest"}, std::string("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16)), 1, "looks like");
    check_refused(fixture.run({"ingest"}, "Dear Ada,\nhow are you?\n"), 1, "looks like");
    check_refused(fixture.run({"ingest"}, R"(data: {"id":"c","object":"chat.completion.chunk","choices":[]})"
                                          "\n\n"),
                  1, "OpenAI");
    CHECK(fixture.run({"ingest", "--format", "morse"}, "x").exit == 2);
    CHECK(std::filesystem::is_empty(fixture.folder()));
}

TEST_CASE("ingest: damaged lines are reported, and the rest is recorded.") {
    const CliFixture fixture;
    const std::string good = claude_turn("kept");
    SUBCASE("invalid UTF-8") {
        std::string bad = good;
        bad.replace(bad.find("a.txt"), 1, "\xff");
        check_refused(fixture.run({"ingest"}, bad), 1, "invalid UTF-8");
    }
    SUBCASE("a NUL byte inside of a text") {
        std::string bad = good;
        bad.replace(bad.find("a.txt"), 1, 1, '\0');
        check_refused(fixture.run({"ingest"}, bad), 1, "control characters that JSON does not allow");
    }
    SUBCASE("a NUL byte") {
        check_refused(fixture.run({"ingest"}, good.substr(0, good.find('\n') + 1) + std::string("{\"type\":\0}\n", 11) +
                                                  good.substr(good.find('\n') + 1)),
                      1, "could not be read");
    }
    SUBCASE("a line that is not JSON") {
        check_refused(fixture.run({"ingest"}, good.substr(0, good.find('\n') + 1) + "{\"npm warn old\n" +
                                                  good.substr(good.find('\n') + 1)),
                      1, "could not be read");
    }
    const Json turns = fixture.run({"transcript", "--json"}).json();
    REQUIRE(turns.size() == 1);
    CHECK(turns[0]["text"] == "kept");
    CHECK(turns[0]["notices"].size() == 1);
    CHECK(fixture.run({"replay"}).exit == 0);
}

TEST_CASE("ingest: unknown events are skipped and counted.") {
    const CliFixture fixture;
    const ProgramResult done =
        fixture.run({"ingest", "--json"}, claude_turn("x") + "{\"type\":\"from_the_future\",\"session_id\":\"s-1\"}\n");
    CHECK(done.exit == 0);
    CHECK(done.json()["unknown_events"] == 1);
}

TEST_CASE("ingest: a line of 20 MB is read.") {
    const CliFixture fixture;
    const std::string large(20U << 20U, 'y');
    const ProgramResult done = fixture.run({"ingest"}, claude_turn(large));
    CHECK_MESSAGE(done.exit == 0, done.err);
    const Json turns = fixture.run({"transcript", "--json"}).json();
    CHECK(turns[0]["text"].get<std::string>().size() == large.size());
}

TEST_CASE("ingest: a tool output over the limit is cut, and the hash of the whole is kept.") {
    const CliFixture fixture;
    std::string stream = claude_turn("x");
    const std::string large(2U << 20U, 'z');
    stream.replace(stream.find("a.txt"), 5, large);
    CHECK(fixture.run({"ingest"}, stream).exit == 0);
    const Json turn = fixture.run({"transcript", "--json"}).json()[0];
    CHECK(turn["tool_calls"][0]["output"].get<std::string>().size() == 1U << 20U);
    CHECK(turn["notices"][0]["text"].get<std::string>().find("sha256") != std::string::npos);
}

TEST_CASE("journal: a file that is not a journal, or from a newer version, is refused and not changed.") {
    const CliFixture fixture;
    SUBCASE("a text") {
        fixture.write("evenfold.db", "This is not a database, and it is long enough to be sure of that. Really it is.");
        check_refused(fixture.run({"transcript"}), 3, "evenfold.db");
        check_refused(fixture.run({"ingest"}, claude_turn("x")), 3, "evenfold.db");
        std::ifstream file(fixture.path("evenfold.db"));
        CHECK(std::string(std::istreambuf_iterator<char>(file), {}).starts_with("This is not"));
    }
    SUBCASE("another program's database") {
        execute(fixture.path("evenfold.db"), "CREATE TABLE songs(title)");
        check_refused(fixture.run({"ingest"}, claude_turn("x")), 3, "evenfold.db");
    }
    SUBCASE("a newer version") {
        REQUIRE(fixture.run({"ingest"}, claude_turn("x")).exit == 0);
        execute(fixture.path(".evenfold/journal.db"), "PRAGMA user_version = 99");
        check_refused(fixture.run({"transcript"}), 3, "journal.db");
        check_refused(fixture.run({"ingest"}, claude_turn("x")), 3, "journal.db");
    }
    SUBCASE("nothing there") {
        check_refused(fixture.run({"transcript", "--db", "nowhere.db"}), 3, "nowhere.db");
    }
}

TEST_CASE("journal: the error for a damaged event names its sequence.") {
    const CliFixture fixture;
    REQUIRE(fixture.run({"ingest"}, claude_turn("x")).exit == 0);
    execute(
        fixture.path(".evenfold/journal.db"),
        "PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE type = 'trigger'; PRAGMA writable_schema = OFF");
    execute(fixture.path(".evenfold/journal.db"), "UPDATE events SET data = '{\"turn\": 7}' WHERE sequence = 9");
    check_refused(fixture.run({"replay"}), 4, "event 9 cannot be read");
}

TEST_CASE("journal: an event of an unknown type is kept and ignored.") {
    const CliFixture fixture;
    REQUIRE(fixture.run({"ingest"}, claude_turn("x")).exit == 0);
    execute(
        fixture.path(".evenfold/journal.db"),
        "PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE type = 'trigger'; PRAGMA writable_schema = OFF");
    execute(fixture.path(".evenfold/journal.db"),
            "UPDATE events SET type = 'TurnDreamt' WHERE type = 'UsageRecorded' OR sequence = 9");
    const ProgramResult replayed = fixture.run({"replay"});
    CHECK(replayed.exit == 0);
    CHECK(replayed.out.find("of unknown types ignored") != std::string::npos);
}

TEST_CASE("usage: an invalid command line is refused with status 2, and the error names the wrong part.") {
    const CliFixture fixture;
    CHECK(fixture.run({}).exit == 2);
    check_refused(fixture.run({"brew"}), 2, "'brew' is not a verb of evenfold");
    CHECK(fixture.run({"brew"}).err.find(
              "run, ingest, threads, transcript, checkpoint, checkpoints, diff, revert, commit, model, log, "
              "replay, verify, anchor, proof, keys, journal, erase, retain, compact, bench, submit, commands") !=
          std::string::npos);
    for (const char* number : {"soon", "-1", "1x", "99999999999999999999999", ""}) {
        check_refused(fixture.run({"transcript", "--at", number}), 2, "--at");
    }
    check_refused(
        fixture.run({"log", "--from", "0"}), 2,
        "'0' is not a valid --from value: expected an integer >= 1\n  `evenfold log --help` describes the options");
    const std::vector<std::pair<Arguments, const char*>> wrong = {
        {{"log", "--nope"}, "unexpected argument '--nope'"},
        {{"log", "a", "b"}, "unexpected argument 'a'"},
        {{"log", "--from"}, "--from needs a value"},
        {{"diff"}, "missing argument FROM"},
        {{"ingest", "--acks", "--json"}, "--acks cannot be used together with --json"},
        {{"bench", "--factor", "2"}, "--factor requires --compare"},
        {{"bench", "--factor", "0.5"}, "'0.5' is not a valid --factor value: expected a number from 1 to 1000000"},
        {{"run", "--silence", "0", "--", "x"},
         "'0' is not a valid --silence value: expected an integer from 1 to 1000000"},
        {{"ingest", "--format", "morse"},
         "'morse' is not a valid --format value: expected claude-stream-json or claude-transcript or anthropic-sse"},
        {{"log", "--from", "99999999999999999999"}, "expected an integer <= 18446744073709551615"}};
    for (const auto& [arguments, why] : wrong) check_refused(fixture.run(arguments), 2, why);
    CHECK(fixture.run({}).err.starts_with("evenfold: no verb given\n  the verbs are run, "));
    check_refused(fixture.run({"ingest", "--db", ""}, claude_turn("x")), 2, "--db");
    check_refused(fixture.run({"ingest", "--db", "no/such/folder/j.db"}, claude_turn("x")), 3, "create the directory");
    check_refused(fixture.run({"ingest", "--thread", std::string(5000, 'x')}, claude_turn("x")), 2, "--thread");
    check_refused(fixture.run({"ingest", "--project", std::string(5000, 'x')}, claude_turn("x")), 2, "--project");
}

TEST_CASE("usage: help describes the options of a verb, its JSON and its exit status.") {
    const CliFixture fixture;
    const std::vector<std::pair<const char*, Arguments>> verbs = {
        {"ingest",
         {"--project", "--thread", "claude-transcript or anthropic-sse", "--acks", "INPUT", "Exit status: 0"}},
        {"transcript", {"--thread", "--at", "tool_calls", "notices"}},
        {"model", {"--at", "digest", "outstanding"}},
        {"log", {"--from", "--stream", "--follow", "an array of events"}},
        {"replay", {"digests", "Exit status: 1"}},
        {"submit", {"command_id", "cause", "correlation", "evenfold commands", "first_sequence"}}};
    for (const auto& [verb, described] : verbs) {
        const ProgramResult help = fixture.run({verb, "--help"});
        CHECK(help.exit == 0);
        CHECK(help.out.find("--db") != std::string::npos);
        for (const std::string& each : described)
            CHECK_MESSAGE(help.out.find(each) != std::string::npos, verb, ": ", each);
    }
}

TEST_CASE("threads: a title that is not UTF-8 is shown with a replacement character.") {
    const CliFixture fixture;
    const std::string project = "0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a77";
    const Json create_project{{"type", "CreateProject"}, {"project", project}, {"title", "p"}, {"root", "/r"}};
    const Json create_thread{{"type", "CreateThread"}, {"thread", "0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a78"},
                             {"project", project},     {"title", {{"$hex", "67c3"}}},
                             {"model", "m"},           {"policy", "full"},
                             {"mode", "default"},      {"workspace", {{"type", "Root"}}}};
    for (const Json& command : {create_project, create_thread})
        REQUIRE(fixture.run({"submit"}, command.dump()).exit == 0);
    const ProgramResult threads = fixture.run({"threads", "--json"});
    REQUIRE_MESSAGE(threads.exit == 0, threads.err);
    CHECK(threads.json()[0]["title"] == "g\uFFFD");
}

TEST_CASE("output: every verb reports output that cannot be written with status 3, and events are kept.") {
    const CliFixture fixture;
    const std::string input = fixture.write("input", claude_turn("kept"));
    const std::string command =
        fixture.write("command", R"({"type":"CreateProject","project":"0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a77",)"
                                 R"("title":"t","root":"/r"})");
    for (const OutputDestination out : {OutputDestination::full, OutputDestination::closed}) {
        for (const Arguments& arguments : std::vector<Arguments>{{"ingest", input},
                                                                 {"ingest", "--json", input},
                                                                 {"ingest", "--acks", input},
                                                                 {"transcript"},
                                                                 {"transcript", "--json"},
                                                                 {"model", "--json"},
                                                                 {"log"},
                                                                 {"log", "--json"},
                                                                 {"replay"},
                                                                 {"commands"},
                                                                 {"submit", command},
                                                                 {"ingest", "--help"},
                                                                 {"--version"}}) {
            CAPTURE(arguments.front());
            CAPTURE(arguments.back());
            fixture.write("input", claude_turn("kept")); // a known turn would not be recorded again
            check_refused(fixture.run(arguments, {}, {.out = out}), 3, "cannot write to standard output");
            fixture.write("input", claude_turn("kept"));
            CHECK(fixture.run(arguments, {}, {.out = out, .err = out}).exit == 3);
        }
        CHECK(fixture.run({"ingest", "no-such"}, {}, {.err = out}).exit == 1);
        CHECK(fixture.run({"brew"}, {}, {.err = out}).exit == 2);
    }
    CHECK(fixture.run({"replay"}).exit == 0);
    CHECK(fixture.run({"transcript", "--json"}).json()[0]["text"] == "kept");
}

} // namespace evenfold::cli_test

#include <doctest/doctest.h>

#include <sstream>

#include "evenfold/tests/cli/program.hpp"

// For people: names, abbreviations and columns.

namespace evenfold::cli_test {
namespace {

/// Returns the columns of a terminal before the id that each line of `table` contains. The names in it have only Latin
/// letters, and Japanese ones, which take two columns each.
std::vector<std::size_t> columns_before_ids(const std::string& table) {
    std::vector<std::size_t> columns;
    std::istringstream lines(table);
    std::string line;
    std::getline(lines, line); // the headings
    while (std::getline(lines, line)) {
        const std::string start = line.substr(0, line.find("-7") - 13); // of a UUID of version 7
        std::size_t width = 0;
        for (const char at : start) {
            const auto byte = static_cast<unsigned char>(at);
            width += byte < 0x80 ? 1 : byte >= 0xE0 ? 2 : 0;
        }
        columns.push_back(width);
    }
    return columns;
}

} // namespace

TEST_CASE("threads: columns are aligned, also after characters that take two columns.") {
    const CliFixture fixture;
    REQUIRE(fixture.run({"ingest", "--thread", "日本語スレッド"}, claude_turn("x")).exit == 0);
    REQUIRE(fixture.run({"ingest", "--thread", "ab"}, claude_turn("x")).exit == 0);
    const auto columns = columns_before_ids(fixture.run({"threads"}).out);
    REQUIRE(columns.size() == 2);
    CHECK(columns[0] == columns[1]);
    CHECK(columns_before_ids("h\n日本 01234567-0000-7\nab 01234567-0000-7\n") == std::vector<std::size_t>{5, 3});
}

TEST_CASE("log: a stream without events is refused; a known stream may have none in the range.") {
    const CliFixture fixture;
    REQUIRE(fixture.run({"ingest"}, claude_turn("x")).exit == 0);
    check_refused(fixture.run({"log", "--stream", "no\x1b[2Jsuch"}), 1, "no event is in the stream 'no\\x1b[2Jsuch'");
    check_refused(fixture.run({"log", "--json", "--stream", "nosuch"}), 1, "no event is in the stream");
    const std::string stream = fixture.run({"log", "--json"}).json().back()["stream"];
    CHECK(fixture.run({"log", "--stream", stream}).exit == 0);
    const ProgramResult none = fixture.run({"log", "--json", "--stream", stream, "--from", "100000"});
    CHECK(none.exit == 0);
    CHECK(none.json().empty());
}

TEST_CASE("transcript: a thread is named by its title, its id, or the beginning of its id.") {
    const CliFixture fixture;
    REQUIRE(fixture.run({"ingest", "--thread", "one"}, claude_turn("first")).exit == 0);
    const std::string id = fixture.run({"threads", "--json"}).json()[0]["thread"];
    for (const std::string& name : {std::string("one"), id, id.substr(0, 18), id.substr(0, 6)}) {
        CAPTURE(name);
        CHECK(fixture.run({"transcript", "--json", "--thread", name}).json()[0]["text"] == "first");
    }
    check_refused(fixture.run({"transcript", "--thread", id.substr(0, 5)}), 1, "no thread is named");
    REQUIRE(fixture.run({"ingest", "--thread", id.substr(0, 8)}, claude_turn("second")).exit == 0);
    CHECK(fixture.run({"transcript", "--json", "--thread", id.substr(0, 8)}).json()[0]["text"] == "second"); // a title
    check_refused(fixture.run({"transcript", "--thread", id.substr(0, 6)}), 1, "use more characters of the id");
}

TEST_CASE("options: --db can precede the verb, also for verbs that use no journal without it.") {
    const CliFixture fixture;
    REQUIRE(fixture.run({"--db", "own.db", "ingest"}, claude_turn("x")).exit == 0);
    CHECK(std::filesystem::exists(fixture.path("own.db")));
    CHECK_FALSE(std::filesystem::exists(fixture.path(".evenfold")));
    CHECK(fixture.run({"--db", "own.db", "threads"}).out == fixture.run({"threads", "--db", "own.db"}).out);
    CHECK(fixture.run({"--db", "own.db", "bench", "--json"}).json()["log"]["events"] != 200'000);
    check_refused(fixture.run({"--db", "", "threads"}), 2, "--db");
}

TEST_CASE("help: the exit codes are listed.") {
    const CliFixture fixture;
    const std::string help = fixture.run({"--help"}).out;
    for (const char* row : {"0  done", "1  refused, or not proven", "2  invalid command line",
                            "3  the environment failed", "4  the journal is damaged"})
        CHECK_MESSAGE(help.find(row) != std::string::npos, row);
}

} // namespace evenfold::cli_test

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "evenfold/tests/cli/program.hpp"
#include "evenfold/tests/cli/recording/stream_lines.hpp"

// Reports of an agent between two turns, or after the last one, in recordings that repeat or grow.

namespace evenfold::cli_test {

namespace {

std::string report(const std::string& words) {
    return line_of({{"type", "system"}, {"subtype", "goodbye"}, {"stdout", words}});
}

std::string reports(int count) {
    std::string lines;
    for (int at = 0; at < count; ++at) lines += report("report " + std::to_string(at));
    return lines;
}

std::string first_turn(const std::string& content = "") {
    return init + said("a", "first") + content + done(0.01);
}

std::string second_turn() {
    return init + said("c", "second") + done(0.03);
}

std::size_t events_in(const CliFixture& fixture) {
    return fixture.run({"log", "--json"}).json().size();
}

std::size_t count_of_notice(const Json& turn, const std::string& words) {
    return static_cast<std::size_t>(std::ranges::count_if(turn["notices"], [&](const Json& notice) {
        return notice["text"].get<std::string>().find(words) != std::string::npos;
    }));
}

/// Checks that the stream adds no events to what is recorded.
void check_nothing_new(const CliFixture& fixture, const std::string& stream) {
    const Json turns = comparable_turns(fixture);
    const std::size_t events = events_in(fixture);
    const Json again = fixture.run({"ingest", "--json"}, stream).json();
    CHECK(again["turns"] == 0);
    CHECK(again["stray_remarks"] == 0);
    CHECK(events_in(fixture) == events);
    CHECK(comparable_turns(fixture) == turns);
}

} // namespace

TEST_CASE("ingest: a report after the last turn is recorded although the turn contains an equal one.") {
    const std::string stream = first_turn(report("same")) + report("same");
    const CliFixture at_once;
    REQUIRE(at_once.run({"ingest"}, stream).exit == 0);
    CHECK(count_of_notice(comparable_turns(at_once)[0], "same") == 2);
    check_nothing_new(at_once, stream);
    const CliFixture grown;
    REQUIRE(grown.run({"ingest"}, first_turn(report("same"))).exit == 0);
    CHECK(count_of_notice(comparable_turns(grown)[0], "same") == 1);
    REQUIRE(grown.run({"ingest"}, stream).exit == 0);
    CHECK(count_of_notice(comparable_turns(grown)[0], "same") == 2);
    check_nothing_new(grown, stream);
}

TEST_CASE("ingest: a message of a subagent that goes on after the last turn is recorded as a whole.") {
    const std::string stream = first_turn(called("a", "t1") + said("x", "abcdef", "t1")) + said("x", "XYZ", "t1");
    const CliFixture fixture;
    REQUIRE(fixture.run({"ingest"}, stream).exit == 0);
    const std::string turn = comparable_turns(fixture)[0].dump();
    CHECK(turn.find("abcdef") != std::string::npos);
    CHECK(turn.find("XYZ") != std::string::npos);
    check_nothing_new(fixture, stream);
}

TEST_CASE("ingest: a message of a subagent that goes on between later turns is recorded once, in parts.") {
    const std::string stream = first_turn(called("a", "t1") + said("x", "abc", "t1")) + init + said("c", "second") +
                               said("x", "def", "t1") + done(0.02) + said("x", "ghi", "t1") + init +
                               said("d", "third") + done(0.03);
    const CliFixture fixture;
    REQUIRE(fixture.run({"ingest"}, stream).exit == 0);
    CHECK(comparable_turns(fixture)[2].dump().find("ghi") != std::string::npos);
    check_nothing_new(fixture, stream);
}

TEST_CASE("ingest: reports that were added to the last turn stay there, once, if a longer recording has a next turn.") {
    int count = 1;
    SUBCASE("one") {}
    SUBCASE("more than are kept") {
        count = 1003;
    }
    const std::string stream = first_turn() + reports(count);
    const CliFixture fixture;
    REQUIRE(fixture.run({"ingest"}, stream).exit == 0);
    check_nothing_new(fixture, stream);
    const Json before = comparable_turns(fixture)[0];
    CHECK(before["notices"].size() == static_cast<std::size_t>(std::min(count, 1001)));
    const std::string longer = stream + report("new") + second_turn();
    REQUIRE(fixture.run({"ingest"}, longer).exit == 0);
    const Json turns = comparable_turns(fixture);
    REQUIRE(turns.size() == 2);
    CHECK(turns[0] == before);
    CHECK(count_of_notice(turns[1], "report ") == 0);
    CHECK(turns[1]["notices"].size() == 1);
    check_nothing_new(fixture, longer);
    // Negative control: a recording in one go has them in the next turn.
    const CliFixture at_once;
    REQUIRE(at_once.run({"ingest"}, longer).exit == 0);
    CHECK(comparable_turns(at_once)[0]["notices"].empty());
    check_nothing_new(at_once, longer);
}

TEST_CASE("ingest: reports after the last turn are printed if the thread has gone on, and not recorded.") {
    const CliFixture fixture;
    REQUIRE(fixture.run({"ingest"}, first_turn()).exit == 0);
    REQUIRE(fixture.run({"ingest"}, second_turn()).exit == 0);
    const ProgramResult again = fixture.run({"ingest", "--json"}, first_turn() + report("last words"));
    CHECK(again.json()["already_recorded_turns"] == 1);
    CHECK(again.json()["stray_remarks"] == 1);
    CHECK(again.err.find("after the last turn, not recorded: ") != std::string::npos);
    CHECK(again.err.find("last words") != std::string::npos);
}

TEST_CASE("ingest: a text between two turns that is longer than a piece of content is recorded in pieces.") {
    const std::string words(std::size_t{3} << 19U, 'x');
    const std::string stream = first_turn(called("a", "t1")) + said("x", words, "t1");
    const CliFixture fixture;
    REQUIRE(fixture.run({"ingest"}, stream).exit == 0);
    const Json turn = comparable_turns(fixture)[0];
    CHECK(turn["notices"].empty());
    std::size_t bytes = 0;
    for (const Json& block : turn["blocks"])
        if (block["parent"] == "t1") bytes += block["text"].get<std::string>().size();
    CHECK(bytes == words.size());
    check_nothing_new(fixture, stream);
}

TEST_CASE("ingest: a completed turn that continues in another recording keeps its cost.") {
    const CliFixture fixture;
    REQUIRE(fixture.run({"ingest"}, first_turn()).exit == 0);
    REQUIRE(cost_of(fixture) == 10'000);
    REQUIRE(fixture.run({"ingest"}, first_turn(said("b", "more"))).exit == 0);
    const Json turns = comparable_turns(fixture);
    REQUIRE(turns.size() == 1);
    CHECK(turns[0]["text"] == "firstmore");
    CHECK(cost_of(fixture) == 10'000);
    check_nothing_new(fixture, first_turn(said("b", "more")));
}

} // namespace evenfold::cli_test

#include <doctest/doctest.h>

#include "evenfold/tests/cli/program.hpp"

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

} // namespace evenfold::cli_test

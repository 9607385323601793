#include <doctest/doctest.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <random>

#include "evenfold/tests/cli/program.hpp"
#include "evenfold/tests/cli/terminal.hpp"

namespace evenfold::cli_test {
namespace {

constexpr int rounds = 100;

/// Returns the pieces of a long reply, each with its number, so that gaps and repetitions are visible.
std::vector<std::string> numbered_pieces(int count) {
    std::vector<std::string> pieces;
    for (int i = 0; i < count; ++i) pieces.push_back("<" + std::to_string(i) + ">" + std::string(40, '.'));
    return pieces;
}

std::size_t head_of(const CliFixture& fixture) {
    const Json events = fixture.run({"log", "--json"}).json();
    for (std::size_t index = 0; index < events.size(); ++index) CHECK(events[index]["sequence"] == index + 1);
    return events.size();
}

/// Returns whether there is a complete journal; `log` reports a file whose creation was cut short.
bool has_journal(const CliFixture& fixture) {
    const ProgramResult log = fixture.run({"log"});
    const bool unmade = log.err.find("no journal yet") != std::string::npos;
    return std::filesystem::exists(fixture.path(".evenfold/journal.db")) && !unmade;
}

std::size_t last_number(const std::string& lines, std::size_t before) {
    std::size_t last = before;
    std::size_t from = 0;
    for (std::size_t end = lines.find('\n'); end != std::string::npos; end = lines.find('\n', from)) {
        last = std::stoul(lines.substr(from, end - from));
        from = end + 1;
    }
    return last;
}

} // namespace

TEST_CASE("ingest: killed at 100 random moments, it loses no acknowledged event.") {
    constexpr unsigned seed = 20261121;
    MESSAGE("seed ", seed);
    std::mt19937 random(seed);
    const CliFixture fixture;
    int cut_short = 0; // negative control: kills after everything is durable would prove nothing
    for (int round = 0; round < rounds; ++round) {
        CAPTURE(round);
        const std::string stream = anthropic_stream(numbered_pieces(400)); // of a message that is not recorded yet
        std::size_t acknowledged = 0;
        {
            RunningProgram ingest(fixture.folder(), {"ingest", "--acks"});
            std::size_t given = 0;
            const std::size_t until = random() % stream.size();
            while (given < until) {
                const std::size_t count = std::min<std::size_t>(1 + random() % 4096, until - given);
                if (!ingest.write(std::string_view(stream).substr(given, count))) break;
                given += count;
                acknowledged = last_number(ingest.printed(), acknowledged);
            }
            // Kill at a random moment. Every other round waits for the first acknowledgement, also on a slow machine.
            const auto moment = static_cast<int>(random() % 30);
            if (round % 2 == 0 && acknowledged == 0) acknowledged = last_number(ingest.printed(5000), acknowledged);
            acknowledged = last_number(ingest.printed(moment), acknowledged);
            ingest.signal(SIGKILL);
            const ProgramResult killed = ingest.finish();
            CHECK_MESSAGE(killed.exit == 128 + SIGKILL, killed.err);
            acknowledged = last_number(killed.out, acknowledged);
        }
        if (acknowledged == 0 && !has_journal(fixture)) continue; // killed before the journal was created
        const std::size_t head = head_of(fixture);
        CHECK(head >= acknowledged);
        CHECK(fixture.run({"replay"}).exit == 0);
        cut_short += fixture.run({"model", "--json"}).json()["model"]["index"]["active_turns"].empty() ? 0 : 1;
    }
    CHECK(cut_short > rounds / 10);
    const ProgramResult next = fixture.run({"ingest"}, anthropic_stream({"and on it goes"}));
    CHECK_MESSAGE(next.exit == 0, next.err);
    const Json turns = fixture.run({"transcript", "--json"}).json();
    CHECK(turns.back()["text"] == "and on it goes");
    CHECK(turns.back()["state"] == "completed");
    const std::string whole = [&] {
        std::string text;
        for (const std::string& piece : numbered_pieces(400)) text += piece;
        return text;
    }();
    for (std::size_t index = 0; index + 1 < turns.size(); ++index) {
        CHECK(turns[index]["state"] == "interrupted");
        CHECK(whole.starts_with(turns[index]["text"].get<std::string>()));
    }
}

TEST_CASE("ingest: an interrupt ends the input and the turn.") {
    const CliFixture fixture;
    RunningProgram ingest(fixture.folder(), {"ingest", "--acks"});
    REQUIRE(ingest.write(anthropic_stream({"before the interrupt"}, true)));
    while (fixture.run({"log", "--json"}).out.find("before the interrupt") == std::string::npos) {
        REQUIRE(ingest.line()); // one line per append, until the text is stored
    }
    ingest.signal(SIGINT);
    const ProgramResult ended = ingest.finish();
    CHECK(ended.exit == 1);
    CHECK(ended.err.find("interrupted") != std::string::npos);
    const Json turns = fixture.run({"transcript", "--json"}).json();
    CHECK(turns[0]["text"] == "before the interrupt");
    CHECK(turns[0]["state"] == "failed");
}

TEST_CASE("ingest: a prompt is durable before the reply arrives.") {
    const CliFixture fixture;
    {
        RunningProgram ingest(fixture.folder(), {"ingest", "--acks"});
        REQUIRE(ingest.write("{\"type\":\"user\",\"message\":{\"content\":\"mend it\"}}\n"));
        REQUIRE(ingest.line());
        ingest.signal(SIGKILL);
    }
    REQUIRE(fixture.run({"ingest"}, claude_turn("done")).exit == 0);
    const Json turns = fixture.run({"transcript", "--json"}).json();
    REQUIRE(turns.size() == 2);
    CHECK(turns[0]["input"] == "mend it");
    CHECK(turns[0]["state"] == "interrupted");
    CHECK(turns[1]["text"] == "done");
}

TEST_CASE("ingest: progress is shown on a terminal, and not in a file.") {
    if (!has_terminals()) {
        MESSAGE("skipped: no terminal can be created here");
        return;
    }
    const CliFixture fixture;
    const ProgramResult seen = fixture.run({"ingest"}, claude_turn("x"), {.err = OutputDestination::terminal});
    CHECK(seen.exit == 0);
    CHECK(seen.err.find("KiB read, 1 turn, recorded up to event") != std::string::npos);
    CHECK(seen.err.ends_with("\r\x1b[K"));
    CHECK(fixture.run({"ingest"}, claude_turn("x")).err.empty());
}

TEST_CASE("two processes: others can write while a stream is recorded, except to its thread.") {
    const CliFixture fixture;
    const std::string stream = anthropic_stream({"one ", "two ", "three"});
    const std::size_t half = stream.find("\n\n", stream.find("one ")) + 2;
    RunningProgram first(fixture.folder(), {"ingest", "--acks"});
    REQUIRE(first.write(std::string_view(stream).substr(0, half)));
    REQUIRE(first.line());
    const ProgramResult intruder = fixture.run({"ingest"}, claude_turn("intruder"));
    CHECK(intruder.exit == 1);
    CHECK(intruder.err.find("is in use by another evenfold process") != std::string::npos);
    CHECK(fixture.run({"ingest", "--thread", "other"}, claude_turn("beside")).exit == 0);
    const Json project{{"type", "CreateProject"},
                       {"project", "0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a77"},
                       {"title", "t"},
                       {"root", "/elsewhere"}};
    CHECK(fixture.run({"submit"}, project.dump()).exit == 0);
    CHECK(first.finish(std::string_view(stream).substr(half)).exit == 0);
    const Json main = fixture.run({"transcript", "--json", "--thread", "main"}).json();
    REQUIRE(main.size() == 1);
    CHECK(main[0]["text"] == "one two three");
    CHECK(main[0]["state"] == "completed");
    CHECK(fixture.run({"replay"}).exit == 0);
    head_of(fixture);
}

TEST_CASE("log --follow: is woken by appends of another process, and an interrupt ends it with status 0.") {
    const CliFixture fixture;
    REQUIRE(fixture.run({"ingest"}, claude_turn("x")).exit == 0);
    const std::size_t head = head_of(fixture);
    RunningProgram follow(fixture.folder(), {"log", "--follow", "--json"});
    for (std::size_t i = 1; i <= head; ++i) CHECK(Json::parse(follow.line().value_or("{}"))["sequence"] == i);
    REQUIRE(fixture.run({"ingest"}, claude_turn("y")).exit == 0);
    const std::size_t now = head_of(fixture);
    REQUIRE(now > head);
    for (std::size_t i = head + 1; i <= now; ++i) CHECK(Json::parse(follow.line().value_or("{}"))["sequence"] == i);
    follow.signal(SIGINT);
    CHECK(follow.finish().exit == 0);
}

TEST_CASE("journal: a full disk loses no acknowledged event, and recording continues once there is space.") {
    const CliFixture fixture;
    REQUIRE(fixture.run({"ingest"}, claude_turn("safe")).exit == 0);
    const std::size_t head = head_of(fixture);
    const ProgramResult full =
        fixture.run({"ingest"}, anthropic_stream(numbered_pieces(20'000)), {.file_bytes = 256 * 1024});
    CHECK(full.exit == 3);
    CHECK(full.err.starts_with("evenfold: "));
    CHECK_MESSAGE(full.err.find("limit on file sizes") != std::string::npos, full.err); // not ended by SIGXFSZ
    CHECK(head_of(fixture) >= head);
    CHECK(fixture.run({"replay"}).exit == 0);
    CHECK(fixture.run({"ingest"}, claude_turn("space again")).exit == 0);
    CHECK(fixture.run({"transcript", "--json"}).json().back()["text"] == "space again");
}

TEST_CASE("journal: a read-only journal can be read, and writing to it fails.") {
    if (::getuid() != 0) {
        MESSAGE("skipped: only root can become a user who owns nothing");
        return;
    }
    const CliFixture fixture;
    REQUIRE(fixture.run({"ingest", "--mode", "644"}, claude_turn("x")).exit == 0);
    namespace fs = std::filesystem;
    fs::permissions(fixture.folder(), fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec |
                                          fs::perms::others_read | fs::perms::others_exec);
    const ProgramResult refused = fixture.run({"ingest"}, claude_turn("y"), {.nobody = true});
    CHECK(refused.exit == 3);
    CHECK(refused.err.starts_with("evenfold: "));
    const ProgramResult read = fixture.run({"transcript", "--json"}, {}, {.nobody = true});
    CHECK_MESSAGE(read.exit == 0, read.err);
    CHECK(read.json().at(0)["tool_calls"][0]["output"] == "a.txt");
}

} // namespace evenfold::cli_test

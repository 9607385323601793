#include <doctest/doctest.h>

#include <filesystem>
#include <memory>

#include "evenfold/tests/cli/program.hpp"

// Several processes share one journal: each ends its own turns, and no others.

namespace evenfold::cli_test {
namespace {

constexpr const char* project_id = "0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a01";
constexpr const char* thread_id = "0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a02";
constexpr const char* turn_id = "0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a03";
constexpr const char* message_id = "0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a04";

void submit(const CliFixture& fixture, const char* actor, const Json& body) {
    const ProgramResult done = fixture.run({"submit", "--as-system"}, Json{{"actor", actor}, {"body", body}}.dump());
    REQUIRE_MESSAGE(done.exit == 0, done.out);
}

/// Starts a turn that belongs to no ingest.
void start_turn_of_another_process(const CliFixture& fixture) {
    submit(fixture, "user",
           {{"type", "CreateProject"}, {"project", project_id}, {"title", "t"}, {"root", "/elsewhere"}});
    submit(fixture, "user",
           {{"type", "CreateThread"},
            {"thread", thread_id},
            {"project", project_id},
            {"title", "t"},
            {"model", "m"},
            {"policy", "full"},
            {"mode", "default"},
            {"workspace", {{"type", "Root"}}}});
    submit(fixture, "provider", {{"type", "BindSession"}, {"thread", thread_id}, {"epoch", 1}, {"session_ref", "s"}});
    submit(fixture, "user",
           {{"type", "StartTurn"},
            {"turn", turn_id},
            {"thread", thread_id},
            {"message", message_id},
            {"input", "go"},
            {"on_busy", "reject"}});
    submit(fixture, "provider", {{"type", "ConfirmTurnDispatched"}, {"turn", turn_id}});
}

Json only_thread(const CliFixture& fixture) {
    const Json threads = fixture.run({"model", "--json"}).json()["model"]["index"]["threads"];
    REQUIRE(threads.size() == 1);
    return threads[0];
}

std::string unfinished_turn(const std::string& words) {
    return R"({"type":"assistant","message":{"id":"h","content":[{"type":"text","text":")" + words + R"("}]}})" + "\n";
}

/// Starts an ingest and waits until its first text is in the journal.
std::unique_ptr<RunningProgram> start_recording(const CliFixture& fixture) {
    auto ingest = std::make_unique<RunningProgram>(fixture.folder(), Arguments{"ingest", "--acks"});
    REQUIRE(ingest->write(unfinished_turn("before")));
    while (fixture.run({"transcript", "--json"}).out.find("before") == std::string::npos) REQUIRE(ingest->line());
    return ingest;
}

} // namespace

TEST_CASE("ingest: turns of other threads continue.") {
    const CliFixture fixture;
    start_turn_of_another_process(fixture);
    REQUIRE(fixture.run({"ingest"}, claude_turn("x")).exit == 0);
    const Json other = fixture.run({"transcript", "--json", "--thread", thread_id}).json();
    REQUIRE(other.size() == 1);
    CHECK(other[0]["state"] == "running");
}

TEST_CASE("ingest: an open turn in its own thread is ended, even without a session.") {
    const CliFixture fixture;
    start_turn_of_another_process(fixture);
    submit(fixture, "system", {{"type", "LoseSession"}, {"thread", thread_id}, {"epoch", 1}, {"reason", "test"}});
    Json start{{"type", "StartTurn"}, {"thread", thread_id}, {"input", "go"}, {"on_busy", "reject"}};
    start["turn"] = "0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a05";
    start["message"] = "0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a06";
    submit(fixture, "user", start);
    const ProgramResult done = fixture.run({"ingest", "--project", "/elsewhere", "--thread", "t"}, claude_turn("mine"));
    CHECK_MESSAGE(done.exit == 0, done.err);
    const Json turns = fixture.run({"transcript", "--json", "--thread", thread_id}).json();
    REQUIRE(turns.size() == 3);
    CHECK(turns[1]["state"] == "interrupted");
    CHECK(turns[2]["text"] == "mine");
}

TEST_CASE("ingest: four processes that start concurrently create one project, and do not end each other's turns.") {
    constexpr int rounds = 15;
    const std::string stream = anthropic_stream({"one ", "two ", "three"});
    const std::string_view whole = stream;
    const std::size_t half = stream.find("\n\n", stream.find("one ")) + 2;
    for (int round = 0; round < rounds; ++round) {
        CAPTURE(round);
        const CliFixture fixture;
        std::vector<std::unique_ptr<RunningProgram>> all;
        for (const char* name : {"a", "b", "c", "d"}) {
            all.push_back(std::make_unique<RunningProgram>(fixture.folder(), Arguments{"ingest", "--thread", name}));
            REQUIRE(all.back()->write(whole.substr(0, half)));
        }
        for (const auto& each : all) {
            const ProgramResult done = each->finish(whole.substr(half));
            CHECK_MESSAGE(done.exit == 0, done.err);
        }
        CHECK(fixture.run({"model", "--json"}).json()["model"]["index"]["projects"].size() == 1);
        const Json turns = fixture.run({"transcript", "--json"}).json();
        REQUIRE(turns.size() == 4);
        for (const Json& each : turns) {
            CHECK(each["text"] == "one two three");
            CHECK(each["state"] == "completed");
        }
    }
}

TEST_CASE("ingest: of two processes that start concurrently in one thread, one records and the other is refused.") {
    constexpr int rounds = 15;
    const std::string stream = anthropic_stream({"one ", "two ", "three"});
    const std::string_view whole = stream;
    const std::size_t half = stream.find("\n\n", stream.find("one ")) + 2;
    for (int round = 0; round < rounds; ++round) {
        CAPTURE(round);
        const CliFixture fixture;
        RunningProgram first(fixture.folder(), {"ingest", "--acks"});
        RunningProgram second(fixture.folder(), {"ingest", "--acks"});
        REQUIRE(first.write(whole.substr(0, half)));
        REQUIRE(second.write(whole.substr(0, half)));
        const bool is_first = first.line().has_value(); // prints a line when it records, none when it is refused
        CHECK(second.line().has_value() != is_first);
        const ProgramResult one = first.finish(whole.substr(half));
        const ProgramResult other = second.finish(whole.substr(half));
        CHECK(one.exit + other.exit == 1);
        CHECK((one.err + other.err).find("is in use by another evenfold process") != std::string::npos);
        only_thread(fixture);
        const Json turns = fixture.run({"transcript", "--json"}).json();
        REQUIRE(turns.size() == 1);
        CHECK(turns[0]["text"] == "one two three");
    }
}

TEST_CASE("ingest: a thread stays claimed when the lock files beside the journal are removed.") {
    const CliFixture fixture;
    const auto ingest = start_recording(fixture);
    for (const char* beside : {".evenfold/journal.db-live", ".evenfold/journal.db-lock"})
        std::filesystem::remove(fixture.path(beside));
    const ProgramResult intruder = fixture.run({"ingest"}, claude_turn("intruder"));
    CHECK(intruder.exit == 1);
    CHECK(intruder.err.find("is in use by another evenfold process") != std::string::npos);
    CHECK(ingest->finish(unfinished_turn("after") + claude_turn("next")).exit ==
          1); // because the first turn has no end
    CHECK(fixture.run({"transcript"}).out.find("intruder") == std::string::npos);
}

TEST_CASE("ingest: a turn that another process ends stays ended, and the next turn is recorded.") {
    const CliFixture fixture;
    const auto ingest = start_recording(fixture);
    const Json own = only_thread(fixture);
    SUBCASE("its session is lost") {
        submit(fixture, "system",
               {{"type", "LoseSession"}, {"thread", own["id"]}, {"epoch", own["last_epoch"]}, {"reason", "test"}});
    }
    SUBCASE("it is stopped by force") {
        submit(fixture, "user", {{"type", "ForceStopTurn"}, {"turn", own["active"]}, {"reason", "test"}});
    }
    const std::string rest = unfinished_turn("dropped");
    const ProgramResult done = ingest->finish(
        rest + claude_turn("two").substr(claude_turn("two").rfind("{\"is_error\"")) + claude_turn("next"));
    CHECK(done.exit == 1);
    CHECK(done.err.find("another process ended a turn") != std::string::npos);
    const Json turns = fixture.run({"transcript", "--json"}).json();
    REQUIRE(turns.size() == 2);
    CHECK(turns[0]["state"] == "interrupted");
    CHECK(turns[0]["text"] == "before");
    CHECK(turns[1]["state"] == "completed");
    CHECK(turns[1]["text"] == "next");
    CHECK(fixture.run({"model", "--json"}).json()["outstanding"].empty());
}

TEST_CASE("ingest: a session that is lost between two turns is bound again.") {
    const CliFixture fixture;
    RunningProgram ingest(fixture.folder(), {"ingest", "--acks"});
    REQUIRE(ingest.write(claude_turn("one")));
    while (fixture.run({"transcript", "--json"}).out.find("completed") == std::string::npos) REQUIRE(ingest.line());
    const Json own = only_thread(fixture);
    submit(fixture, "system",
           {{"type", "LoseSession"}, {"thread", own["id"]}, {"epoch", own["last_epoch"]}, {"reason", "test"}});
    CHECK(ingest.finish(claude_turn("two")).exit == 0);
    CHECK(fixture.run({"transcript", "--json"}).json()[1]["text"] == "two");
}

TEST_CASE("ingest: events after the last turn are reported if the thread was archived meanwhile.") {
    const CliFixture fixture;
    RunningProgram ingest(fixture.folder(), {"ingest", "--acks"});
    REQUIRE(ingest.write(claude_turn("one")));
    while (fixture.run({"transcript", "--json"}).out.find("completed") == std::string::npos) REQUIRE(ingest.line());
    submit(fixture, "user", {{"type", "ArchiveThread"}, {"thread", only_thread(fixture)["id"]}});
    const ProgramResult done =
        ingest.finish(Json{{"type", "system"}, {"subtype", "goodbye"}, {"stdout", "last words"}}.dump() + "\n");
    CHECK(done.exit == 0);
    CHECK(done.err.find("after the last turn, not recorded: ") != std::string::npos);
    CHECK(done.err.find("last words") != std::string::npos);
    CHECK(fixture.run({"transcript"}).out.find("last words") == std::string::npos);
}

TEST_CASE("ingest: a thread that is deleted during the recording ends it with an error in words.") {
    const CliFixture fixture;
    const auto ingest = start_recording(fixture);
    submit(fixture, "user", {{"type", "DeleteThread"}, {"thread", only_thread(fixture)["id"]}, {"force", true}});
    const ProgramResult done = ingest->finish(unfinished_turn("after"));
    CHECK(done.exit == 1);
    CHECK(done.err.find("was deleted") != std::string::npos);
    CHECK(done.err.find('{') == std::string::npos);
}

} // namespace evenfold::cli_test

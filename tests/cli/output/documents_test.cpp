#include <doctest/doctest.h>

#include <algorithm>
#include <ctime>
#include <sys/resource.h>

#include "evenfold/tests/cli/program.hpp"
#include "evenfold/tests/support/process/memory.hpp"

// JSON documents are printed as they are produced, and large inputs cost linear time.

namespace evenfold::cli_test {
namespace {

using evenfold::tests::heap_in_use;
using evenfold::tests::measures_memory;

struct Printed {
    std::string text;
    std::size_t peak = 0;
};

Printed print_watched(const CliFixture& fixture, const Arguments& arguments) {
    RunningProgram running(fixture.folder(), arguments);
    running.end_input();
    Printed printed;
    for (std::string piece = running.printed(60'000); !piece.empty(); piece = running.printed(60'000)) {
        printed.text += piece;
        printed.peak = std::max(printed.peak, evenfold::tests::peak_memory_of(running.process()));
    }
    return printed;
}

/// Returns the processor time of the children so far, in seconds.
double time_of_children() {
    rusage usage{};
    REQUIRE(::getrusage(RUSAGE_CHILDREN, &usage) == 0);
    return static_cast<double>(usage.ru_utime.tv_sec) + static_cast<double>(usage.ru_utime.tv_usec) / 1e6;
}

/// Returns an object of that many keys.
Json object_of(std::size_t keys) {
    Json object = Json::object();
    for (std::size_t key = 0; key < keys; ++key) object["k" + std::to_string(key)] = 1;
    return object;
}

} // namespace

TEST_CASE("documents: model --json and transcript --json need little more memory than the model.") {
    if (!measures_memory) {
        MESSAGE("skipped: a sanitizer changes the use of memory");
        return;
    }
    constexpr int turns = 24;
    const CliFixture fixture;
    for (int turn = 0; turn < turns; ++turn)
        REQUIRE(fixture.run({"ingest"}, claude_turn(std::string(1U << 20U, static_cast<char>('a' + turn)))).exit == 0);
    const std::size_t model = print_watched(fixture, {"transcript"}).peak; // it prints piece by piece
    REQUIRE(model > 0);
    for (const char* verb : {"model", "transcript"}) {
        CAPTURE(verb);
        const Printed printed = print_watched(fixture, {verb, "--json"});
        REQUIRE(printed.text.size() > turns << 20U);
        const std::size_t bound = printed.text.size() / 2;
        CHECK(printed.peak < model + bound);
        const std::size_t before = heap_in_use();
        const Json document = Json::parse(printed.text); // the control: a document needs more
        CHECK(document.size() > 1);
        CHECK(heap_in_use() > before + bound);
    }
}

TEST_CASE("documents: a command with a large object is refused, and the time grows with its size.") {
    const CliFixture fixture;
    const auto time_of = [&](std::size_t keys) {
        const std::string input = object_of(keys).dump();
        const double before = time_of_children();
        check_refused(fixture.run({"submit"}, input), 1, "expected the name of a type");
        return time_of_children() - before;
    };
    const double small = time_of(20'000);
    CHECK(time_of(160'000) < 24 * small); // 8 if linear, 64 if quadratic
    CHECK(std::filesystem::is_empty(fixture.folder()));
}

TEST_CASE("documents: an error about a large object names a few of its fields.") {
    const CliFixture fixture;
    Json command = object_of(80'000);
    command["type"] = "CreateProject";
    const ProgramResult refused = fixture.run({"submit"}, command.dump());
    check_refused(refused, 1, "and 79995 more");
    CHECK(refused.err.size() < 1'000);
}

TEST_CASE("documents: the input of a tool with many keys is recorded and shown in linear time.") {
    const auto time_of = [&](std::size_t keys) {
        const CliFixture fixture;
        std::string stream = claude_turn("x");
        const std::string input = R"({"command":"ls"})";
        stream.replace(stream.find(input), input.size(), object_of(keys).dump());
        const double before = time_of_children();
        REQUIRE(fixture.run({"ingest"}, stream).exit == 0);
        CHECK(fixture.run({"transcript", "--json"}).json()[0]["tool_calls"][0]["input"].size() == keys);
        for (const char* verb : {"log", "model", "transcript"}) CHECK(fixture.run({verb, "--json"}).exit == 0);
        return time_of_children() - before;
    };
    const double small = time_of(4'000);
    CHECK(time_of(32'000) < 24 * small);
}

TEST_CASE("documents: JSON is indented by two spaces per level, and empty brackets stay together.") {
    const CliFixture fixture;
    CHECK(fixture.run({"threads", "--json", "--db", "none.db"}).exit == 3);
    REQUIRE(fixture.run({"ingest"}, claude_turn("a \"quoted\" [text], {with: \\signs\\}")).exit == 0);
    for (const Arguments& arguments :
         std::vector<Arguments>{{"threads"}, {"transcript"}, {"model"}, {"checkpoints"}, {"replay"}, {"commands"}}) {
        CAPTURE(arguments.front());
        const std::string out = fixture.run({arguments.front(), "--json"}).out;
        CHECK(out == nlohmann::ordered_json::parse(out).dump(2) + "\n");
    }
    const std::string log = fixture.run({"log", "--json"}).out;
    CHECK(static_cast<std::size_t>(std::ranges::count(log, '\n')) == Json::parse(log).size() + 2); // a line per event
}

} // namespace evenfold::cli_test

#include <doctest/doctest.h>

#include <filesystem>

#include "evenfold/journal/sqlite/sqlite_journal.hpp"
#include "evenfold/tests/cli/program.hpp"

namespace evenfold::cli_test {
namespace {

/// Records a turn with thinking, text and a tool call in a journal.
void record(const CliFixture& fixture) {
    REQUIRE(fixture.run({"ingest"}, claude_turn("hello")).exit == 0);
}

Json measured(const CliFixture& fixture) {
    const ProgramResult done = fixture.run({"bench", "--db", ".evenfold/journal.db", "--json"});
    REQUIRE_MESSAGE(done.exit == 0, done.err);
    return done.json();
}

/// Returns `report` with its times multiplied by `factor`.
Json slowed(Json report, double factor) {
    for (auto& [name, value] : report["fold_ns"].items()) value = value.get<double>() * factor;
    for (const char* name : {"median_ns", "p90_ns", "p99_ns", "p999_ns", "max_ns"})
        report["one_event"][name] = report["one_event"][name].get<double>() * factor;
    for (const char* list : {"kinds", "stretches", "replay"}) {
        for (Json& one : report[list]) {
            for (const char* name : {"ns", "median_ns", "p99_ns"}) {
                if (one.contains(name)) one[name] = one[name].get<double>() * factor;
            }
        }
    }
    return report;
}

const Arguments mix{"bench", "--events", "2000", "--json"};

} // namespace

TEST_CASE("bench: measures the events of a journal, with the digest that replay prints.") {
    const CliFixture fixture;
    record(fixture);
    const Json report = measured(fixture);
    const Json replayed = fixture.run({"replay", "--json"}).json();
    CHECK(report["subject"] == "Orchestration");
    CHECK(report["log"]["events"] == replayed["events"]);
    CHECK(report["state"] == replayed["digest_replayed"]);
    CHECK(report["fold_ns"]["median"] > 0);
    CHECK(report["one_event"]["p99_ns"] >= report["one_event"]["median_ns"]);
    CHECK(report["heap"]["live_bytes"] > 0);
    CHECK(report["heap"]["allocations"] > 0);
    CHECK_FALSE(report["kinds"].empty());
    CHECK(report["replay"].size() == 4);
    CHECK(report["machine"]["compiler"].get<std::string>().find("++") != std::string::npos);
    const ProgramResult text = fixture.run({"bench", "--db", ".evenfold/journal.db"});
    CHECK(text.exit == 0);
    for (const std::string word : {"per event", "p99", "allocations", "first tenth", "scan", "TurnStarted"})
        CHECK_MESSAGE(text.out.find(word) != std::string::npos, word, "\n", text.out);
}

TEST_CASE("bench: measures the same generated events each time without a journal, and creates no file.") {
    const CliFixture fixture;
    const Json report = fixture.run(mix).json();
    CHECK(report["log"]["events"] == 2000);
    CHECK(report["log"]["seed"] == 42);
    const Json again = fixture.run(mix).json();
    CHECK(again["log"] == report["log"]);
    CHECK(again["state"] == report["state"]);
    CHECK(again["heap"] == report["heap"]);
    CHECK(std::filesystem::is_empty(fixture.folder()));
}

TEST_CASE("bench: --events limits the measurement to the first events of a journal.") {
    const CliFixture fixture;
    record(fixture);
    const Json report = fixture.run({"bench", "--db", ".evenfold/journal.db", "--events", "1", "--json"}).json();
    CHECK(report["log"]["events"] == 1);
    CHECK(report["kinds"].size() == 1);
    CHECK(report["kinds"][0]["kind"] == "ProjectCreated");
    CHECK(fixture.run({"bench", "--db", ".evenfold/journal.db", "--events", "1"}).exit == 0);
}

TEST_CASE("bench: --compare accepts figures within the factor, and refuses figures beyond it.") {
    const CliFixture fixture;
    record(fixture);
    const Json now = measured(fixture);
    const std::string slow = fixture.write("slow.json", slowed(now, 100).dump());
    const std::string fast = fixture.write("fast.json", slowed(now, 0.001).dump());
    const Arguments compare{"bench", "--db", ".evenfold/journal.db", "--compare"};
    const auto against = [&](const std::string& file, const Arguments& more = {}) {
        Arguments all = compare;
        all.push_back(file);
        all.insert(all.end(), more.begin(), more.end());
        return fixture.run(all);
    };
    const ProgramResult better = against(slow);
    CHECK_MESSAGE(better.exit == 0, better.err);
    CHECK(better.out.find("fold, per event") != std::string::npos);
    check_refused(against(fast), 1, "exceeded the accepted slowdown, x 1.25");
    CHECK(against(fast).err.find("fold, per event: x ") != std::string::npos);
    CHECK(against(fast, {"--factor", "1000000"}).exit == 0);

    Json lean = slowed(now, 100); // the allocations do not depend on the load of the machine
    lean["heap"]["allocations"] = lean["heap"]["allocations"].get<double>() / 2;
    const std::string few = fixture.write("few.json", lean.dump());
    check_refused(against(few), 1, "allocations per event: x 2,");
    CHECK(against(few, {"--factor", "2.1"}).exit == 0);

    const ProgramResult both = against(slow, {"--json"});
    CHECK(both.json()["changes"].size() > 5);
    CHECK(both.json()["changes"][0].contains("factor"));
    CHECK(against(fixture.write("both.json", both.out), {"--factor", "1000000"}).exit ==
          0); // it is a valid report, too
}

TEST_CASE("bench: --compare refuses reports of other events, and files that are not reports.") {
    const CliFixture fixture;
    Json report = fixture.run(mix).json();
    const auto against = [&](const std::string& file) {
        Arguments all = mix;
        all.insert(all.end(), {"--compare", file});
        return fixture.run(all);
    };
    Json other = report;
    other["log"]["digest"] = std::string(64, '0');
    check_refused(against(fixture.write("other.json", other.dump())), 1, "another log");
    other = report;
    other["log"]["events"] = 2001;
    check_refused(against(fixture.write("more.json", other.dump())), 1, "it has 2,001 events, this one has 2,000");
    other = report;
    other["fold_ns"].erase("median");
    check_refused(against(fixture.write("part.json", other.dump())), 1, "part.json is not a benchmark report");
    check_refused(against(fixture.write("empty.json", "")), 1, "empty.json is not a benchmark report");
    check_refused(against(fixture.write("text.json", "Dear Ada,\n")), 1, "text.json is not a benchmark report");
    check_refused(against(fixture.path("missing.json")), 1, "No such file");
    check_refused(against(fixture.folder().string()), 1, "Is a directory");
}

TEST_CASE("bench: --html writes a page without external references.") {
    const CliFixture fixture;
    record(fixture);
    REQUIRE(fixture.run({"bench", "--db", ".evenfold/journal.db", "--html", "page.html"}).exit == 0);
    const std::string page = content(fixture.path("page.html"));
    CHECK(page.starts_with("<!DOCTYPE html>"));
    CHECK(page.ends_with("</html>\n"));
    for (const std::string word : {"http:", "https:", "<script", " src=", "url(", "@import", "<link"})
        CHECK_MESSAGE(page.find(word) == std::string::npos, word);
    for (const std::string word : {"<svg", "TurnStarted", "decode", "position in the log"})
        CHECK_MESSAGE(page.find(word) != std::string::npos, word);
    check_refused(fixture.run({"bench", "--events", "10", "--html", fixture.path("none/page.html")}), 3,
                  "No such file");
    check_refused(fixture.run({"bench", "--events", "10", "--html", "/dev/full"}), 3, "/dev/full");
}

TEST_CASE("bench: an unmeasurable journal is refused with a remedy.") {
    const CliFixture fixture;
    check_refused(fixture.run({"bench", "--db", "missing.db"}), 3, "missing.db");
    check_refused(fixture.run({"bench", "--db", fixture.write("text.db", std::string(5000, 'x'))}), 3, "text.db");
    check_refused(fixture.run({"bench", "--db", ""}), 2, "'' is not a valid --db value");
    REQUIRE(
        journal::open_sqlite_journal(fixture.path("empty.db"), journal::Access::create, {.domain = "orchestration"}));
    check_refused(fixture.run({"bench", "--db", "empty.db"}), 1, "contains no events");
    REQUIRE(journal::open_sqlite_journal(fixture.path("seats.db"), journal::Access::create, {.domain = "seats"}));
    check_refused(fixture.run({"bench", "--db", "seats.db"}), 3, "seats");
    for (const Arguments& wrong :
         {Arguments{"bench", "--events", "0"}, Arguments{"bench", "--events", "some"},
          Arguments{"bench", "--factor", "2"}, Arguments{"bench", "--compare", "x.json", "--factor", "0.5"},
          Arguments{"bench", "--compare", "x.json", "--factor", "much"}})
        CHECK(fixture.run(wrong).exit == 2);
}

} // namespace evenfold::cli_test

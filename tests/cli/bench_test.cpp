#include <doctest/doctest.h>

#include <filesystem>

#include "evenfold/journal/sqlite/sqlite_journal.hpp"
#include "evenfold/tests/cli/program.hpp"

namespace evenfold::cli_test {
namespace {

/// Records a turn with thinking, text and a tool call in a journal.
void record(const Bench& bench) {
    REQUIRE(bench.run({"ingest"}, claude_turn("hello")).exit == 0);
}

Json measured(const Bench& bench) {
    const Result done = bench.run({"bench", "--db", "evenfold.db", "--json"});
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

TEST_CASE("bench: a journal has figures, of the events that replay folds and the model that model shows.") {
    const Bench bench;
    record(bench);
    const Json report = measured(bench);
    const Json replayed = bench.run({"replay", "--json"}).json();
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
    const Result text = bench.run({"bench", "--db", "evenfold.db"});
    CHECK(text.exit == 0);
    for (const std::string word : {"per event", "p99", "allocations", "first tenth", "scan", "TurnStarted"})
        CHECK_MESSAGE(text.out.find(word) != std::string::npos, word, "\n", text.out);
}

TEST_CASE("bench: without a journal it is the mix, the same each time; no file is made.") {
    const Bench bench;
    const Json report = bench.run(mix).json();
    CHECK(report["log"]["events"] == 2000);
    CHECK(report["log"]["seed"] == 42);
    const Json again = bench.run(mix).json();
    CHECK(again["log"] == report["log"]);
    CHECK(again["state"] == report["state"]);
    CHECK(again["heap"] == report["heap"]);
    CHECK(std::filesystem::is_empty(bench.folder()));
}

TEST_CASE("bench: --events takes the first of a journal.") {
    const Bench bench;
    record(bench);
    const Json report = bench.run({"bench", "--db", "evenfold.db", "--events", "1", "--json"}).json();
    CHECK(report["log"]["events"] == 1);
    CHECK(report["kinds"].size() == 1);
    CHECK(report["kinds"][0]["kind"] == "ProjectCreated");
    CHECK(bench.run({"bench", "--db", "evenfold.db", "--events", "1"}).exit == 0);
}

TEST_CASE("bench: --compare bears with what is within the factor, and refuses what is past it.") {
    const Bench bench;
    record(bench);
    const Json now = measured(bench);
    const std::string slow = bench.write("slow.json", slowed(now, 100).dump());
    const std::string fast = bench.write("fast.json", slowed(now, 0.001).dump());
    const Arguments compare{"bench", "--db", "evenfold.db", "--compare"};
    const auto against = [&](const std::string& file, const Arguments& more = {}) {
        Arguments all = compare;
        all.push_back(file);
        all.insert(all.end(), more.begin(), more.end());
        return bench.run(all);
    };
    const Result better = against(slow);
    CHECK_MESSAGE(better.exit == 0, better.err);
    CHECK(better.out.find("fold, per event") != std::string::npos);
    check_refused(against(fast), 1, "worse than before by more than x 1.25");
    CHECK(against(fast).err.find("fold, per event: x ") != std::string::npos);
    CHECK(against(fast, {"--factor", "1000000"}).exit == 0);

    Json lean = slowed(now, 100); // the allocations do not depend on the load of the machine
    lean["heap"]["allocations"] = lean["heap"]["allocations"].get<double>() / 2;
    const std::string few = bench.write("few.json", lean.dump());
    check_refused(against(few), 1, "allocations per event: x 2,");
    CHECK(against(few, {"--factor", "2.1"}).exit == 0);

    const Result both = against(slow, {"--json"});
    CHECK(both.json()["changes"].size() > 5);
    CHECK(both.json()["changes"][0].contains("factor"));
    CHECK(against(bench.write("both.json", both.out), {"--factor", "1000000"}).exit == 0); // it is a valid report, too
}

TEST_CASE("bench: --compare refuses a report of another log, and what is no report.") {
    const Bench bench;
    Json report = bench.run(mix).json();
    const auto against = [&](const std::string& file) {
        Arguments all = mix;
        all.insert(all.end(), {"--compare", file});
        return bench.run(all);
    };
    Json other = report;
    other["log"]["digest"] = std::string(64, '0');
    check_refused(against(bench.write("other.json", other.dump())), 1, "another log");
    other = report;
    other["log"]["events"] = 2001;
    check_refused(against(bench.write("more.json", other.dump())), 1, "it has 2,001 events, this one has 2,000");
    other = report;
    other["fold_ns"].erase("median");
    check_refused(against(bench.write("part.json", other.dump())), 1, "part.json: no report of a bench");
    check_refused(against(bench.write("empty.json", "")), 1, "empty.json: no report of a bench");
    check_refused(against(bench.write("text.json", "Dear Ada,\n")), 1, "text.json: no report of a bench");
    check_refused(against(bench.path("missing.json")), 1, "No such file");
    check_refused(against(bench.folder().string()), 1, "Is a directory");
}

TEST_CASE("bench: --html writes a page that asks nobody for anything.") {
    const Bench bench;
    record(bench);
    REQUIRE(bench.run({"bench", "--db", "evenfold.db", "--html", "page.html"}).exit == 0);
    const std::string page = content(bench.path("page.html"));
    CHECK(page.starts_with("<!DOCTYPE html>"));
    CHECK(page.ends_with("</html>\n"));
    for (const std::string word : {"http:", "https:", "<script", " src=", "url(", "@import", "<link"})
        CHECK_MESSAGE(page.find(word) == std::string::npos, word);
    for (const std::string word : {"<svg", "TurnStarted", "decode", "position in the log"})
        CHECK_MESSAGE(page.find(word) != std::string::npos, word);
    check_refused(bench.run({"bench", "--events", "10", "--html", bench.path("none/page.html")}), 3, "No such file");
    check_refused(bench.run({"bench", "--events", "10", "--html", "/dev/full"}), 3, "/dev/full");
}

TEST_CASE("bench: what cannot be measured is refused, with what to do.") {
    const Bench bench;
    check_refused(bench.run({"bench", "--db", "missing.db"}), 3, "missing.db");
    check_refused(bench.run({"bench", "--db", bench.write("text.db", std::string(5000, 'x'))}), 3, "text.db");
    check_refused(bench.run({"bench", "--db", ""}), 2, "--db names no file");
    REQUIRE(
        journal::open_sqlite_journal(bench.path("evenfold.db"), journal::Access::create, {.domain = "orchestration"}));
    check_refused(bench.run({"bench", "--db", "evenfold.db"}), 1, "holds no event");
    REQUIRE(journal::open_sqlite_journal(bench.path("seats.db"), journal::Access::create, {.domain = "seats"}));
    check_refused(bench.run({"bench", "--db", "seats.db"}), 3, "seats");
    for (const Arguments& wrong :
         {Arguments{"bench", "--events", "0"}, Arguments{"bench", "--events", "some"},
          Arguments{"bench", "--factor", "2"}, Arguments{"bench", "--compare", "x.json", "--factor", "0.5"},
          Arguments{"bench", "--compare", "x.json", "--factor", "much"}})
        CHECK(bench.run(wrong).exit == 2);
}

} // namespace evenfold::cli_test

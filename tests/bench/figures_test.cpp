#include "evenfold/bench/figures.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

#include "evenfold/bench/difference.hpp"
#include "evenfold/bench/machine.hpp"
#include "evenfold/bench/numbers.hpp"
#include "evenfold/bench/page.hpp"
#include "evenfold/bench/plot.hpp"
#include "evenfold/bench/statistics.hpp"
#include "evenfold/bench/text.hpp"

using namespace evenfold::bench;

namespace {

/// Returns an invented report with every figure.
Report made_up() {
    Report report{};
    report.subject = "Seats & <more>";
    report.log = {.from = "drawn", .events = 1000, .digest = std::string(64, 'a'), .seed = 42};
    report.state = std::string(64, 'b');
    report.machine = {.processor = "a processor",
                      .processors = 2,
                      .system = "Linux",
                      .compiler = "g++ 12",
                      .build = "Release",
                      .flags = "-O3",
                      .optimised = true,
                      .assertions = false,
                      .sanitised = false};
    report.method = {.repetitions = 5, .unit = 1, .batch = 64, .clock_ns = 20};
    report.fold_ns = {.median = 50, .low = 49.5, .high = 51, .confidence = 0.95};
    report.one_event = {.median_ns = 40,
                        .p90_ns = 60,
                        .p99_ns = 210,
                        .p999_ns = 900,
                        .max_ns = 5000,
                        .bars = {{32, 45.25, 900}, {45.25, 64, 100}}};
    report.heap = Heap{.allocations = 0.031, .bytes = 21.5, .live_bytes = 123456};
    report.kinds = {{.kind = "SeatReserved",
                     .count = 900,
                     .median_ns = 40,
                     .p99_ns = 200,
                     .share = 0.9,
                     .allocations = 0.02,
                     .bytes = 3},
                    {.kind = "SeatFreed",
                     .count = 100,
                     .median_ns = 60,
                     .p99_ns = 90,
                     .share = 0.1,
                     .allocations = {},
                     .bytes = {}}};
    for (std::uint64_t part = 0; part < 10; ++part)
        report.stretches.push_back({.from = part * 100, .events = 100, .ns = 50 + static_cast<double>(part)});
    report.sizes = {{.events = 10, .ns = 45, .live_bytes = 1000}, {.events = 1000, .ns = 50, .live_bytes = {}}};
    report.replay = {{"scan", 500}, {"decode", 2000}, {"fold", 50}, {"replay", 2600}};
    return report;
}

std::size_t times_in(const std::string& text, const std::string& word) {
    std::size_t count = 0;
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++count;
    return count;
}

/// Returns whether the elements of `page` are closed in order, apart from the doctype.
bool is_well_formed(const std::string& page) {
    std::vector<std::string> open;
    for (std::size_t at = page.find('<'); at != std::string::npos; at = page.find('<', at + 1)) {
        const std::size_t end = page.find('>', at);
        if (end == std::string::npos) return false;
        const std::string tag = page.substr(at + 1, end - at - 1);
        if (tag.starts_with('!') || tag.ends_with('/')) continue;
        const std::string name = tag.substr(tag.starts_with('/') ? 1 : 0, tag.find(' '));
        if (!tag.starts_with('/')) {
            open.push_back(name);
        } else {
            if (open.empty() || open.back() != name) return false;
            open.pop_back();
        }
    }
    return open.empty();
}

double factor_of(const Difference& difference, const std::string& figure) {
    const auto found = std::ranges::find(difference.changes, figure, &FigureChange::figure);
    REQUIRE(found != difference.changes.end());
    return found->factor;
}

} // namespace

TEST_CASE("statistics: quantiles are interpolated as type 7") {
    const std::vector<double> values{1, 2, 3, 4};
    CHECK(quantile(values, 0) == 1);
    CHECK(quantile(values, 0.5) == 2.5);
    CHECK(quantile(values, 0.9) == doctest::Approx(3.7));
    CHECK(quantile(values, 1) == 4);
    CHECK(quantile(std::vector<double>{7}, 0.99) == 7);
    CHECK(quantile({}, 0.5) == 0);
    CHECK(median({9, 1, 5}) == 5);
}

TEST_CASE("statistics: the interval of a median agrees with published tables") {
    std::vector<double> values(25);
    std::iota(values.begin(), values.end(), 1);
    std::ranges::reverse(values);
    const Estimate of_25 = estimate(values, 0.95); // the 8th and the 18th: 95.7 %
    CHECK(of_25.median == 13);
    CHECK(of_25.low == 8);
    CHECK(of_25.high == 18);
    CHECK(of_25.confidence == doctest::Approx(0.9567).epsilon(0.001));
    const Estimate of_5 = estimate({1, 2, 3, 4, 5}, 0.95); // too few values: all five cover 93.75 %
    CHECK(of_5.low == 1);
    CHECK(of_5.high == 5);
    CHECK(of_5.confidence == doctest::Approx(0.9375));
    CHECK(estimate({1, 2, 3, 4, 5, 6}, 0.95).confidence == doctest::Approx(0.96875));
    CHECK(estimate({3}, 0.95) == Estimate{3, 3, 3, 0});
    CHECK(estimate({}, 0.95) == Estimate{0, 0, 0, 0});
}

TEST_CASE("statistics: median_times drops outliers of one repetition and subtracts the clock") {
    const std::vector<Times> repetitions{{70, 5000, 10}, {9000, 5010, 11}, {60, 5020, 12}};
    CHECK(median_times(repetitions, 20) == std::vector<double>{50, 4990, 0});
}

TEST_CASE("statistics: bars count every value once, four bars per octave") {
    const std::vector<double> values{0, 1, 1.1, 2, 100};
    const std::vector<Bar> bars = bars_of(values);
    CHECK(bars.front().from_ns == 1);
    CHECK(bars.front().count == 3); // including the values below 1
    CHECK(bars[4].from_ns == doctest::Approx(2));
    CHECK(bars[4].count == 1);
    CHECK(bars.back().count == 1);
    CHECK(bars.back().to_ns > 100);
    CHECK(bars_of({}).empty());
}

TEST_CASE("numbers: formatted with units and separators") {
    CHECK(grouped(0) == "0");
    CHECK(grouped(999) == "999");
    CHECK(grouped(1234567) == "1,234,567");
    CHECK(time_text(8.214) == "8.21 ns");
    CHECK(time_text(41.3) == "41.3 ns");
    CHECK(time_text(999.6) == "1 µs");
    CHECK(time_text(83'000'000) == "83 ms");
    CHECK(bytes_text(-1500) == "-1.5 kB");
    CHECK(short_text(0) == "0");
    CHECK(short_text(0.03124) == "0.0312");
    CHECK(short_text(0.00001) == "0");
    CHECK(short_text(1234.5) == "1,235");
    CHECK(short_text(100) == "100");
    CHECK(short_text(10) == "10");
    CHECK(share_text(0.9) == "90 %");
    CHECK(share_text(0.0001) == "< 0.1 %");
    CHECK(round_steps(0, 100, 6) == std::vector<double>{0, 20, 40, 60, 80, 100});
    CHECK(round_steps(3, 3, 6) == std::vector<double>{3});
}

TEST_CASE("figures: a report survives a round trip through JSON") {
    const Report report = made_up();
    const auto read = report_of(to_json(report));
    REQUIRE(read);
    CHECK(*read == report);
    const nlohmann::json json = nlohmann::json::parse(to_json(report));
    CHECK(json["log"]["events"] == 1000);
    CHECK(json["fold_ns"]["median"] == 50.0);
    CHECK_FALSE(json["kinds"][1].contains("allocations")); // absent, because it was not counted
    Report whole = report;
    whole.heap.reset();
    CHECK(report_of(to_json(whole)) == whole);
}

TEST_CASE("figures: an invalid report is refused with the position of the error") {
    CHECK(report_of("").error().find("JSON") != std::string::npos);
    CHECK_FALSE(report_of("[1, 2"));
    CHECK_FALSE(report_of("{}"));
    nlohmann::json json = nlohmann::json::parse(to_json(made_up()));
    json["log"]["events"] = "many";
    CHECK(report_of(json.dump()).error().find("log/events") != std::string::npos);
}

TEST_CASE("difference: a report compared with itself has only factors of 1") {
    const auto same = difference(made_up(), made_up());
    REQUIRE(same);
    CHECK(same->notes.empty());
    CHECK(same->changes.size() >= 10);
    for (const FigureChange& change : same->changes) CHECK(change.factor == 1);
    CHECK(worse_than(*same, 1).empty());
}

TEST_CASE("difference: changes have factors, the worst first") {
    Report now = made_up();
    now.fold_ns.median = 100;
    now.kinds[0].median_ns = 60;
    now.heap->live_bytes *= 3;
    now.replay[1].ns = 1000;
    const auto found = difference(made_up(), now);
    REQUIRE(found);
    CHECK(found->changes.front().figure == "heap of the model");
    CHECK(factor_of(*found, "heap of the model") == 3);
    CHECK(factor_of(*found, "fold, per event") == 2);
    CHECK(factor_of(*found, "median of SeatReserved") == 1.5);
    CHECK(factor_of(*found, "decode of the journal") == 0.5);
    CHECK(worse_than(*found, 1.25).size() == 3);
    CHECK(worse_than(*found, 2).size() == 1);
    CHECK(worse_than(*found, 3).empty());
    now = made_up();
    now.fold_ns.median = 54; // within the clock's error
    CHECK(factor_of(*difference(made_up(), now), "fold, per event") == 1);
    now.heap->allocations = 0.5;
    Report none = made_up();
    none.heap->allocations = 0;
    CHECK(factor_of(*difference(none, now), "allocations per event") > 10);
}

TEST_CASE("difference: another log is refused, another machine is noted") {
    Report now = made_up();
    now.log.events = 1001;
    CHECK(difference(made_up(), now).error().find("it has 1,000 events, this one has 1,001") != std::string::npos);
    now = made_up();
    now.log.digest[0] = 'c';
    CHECK(difference(made_up(), now).error().find("another log") != std::string::npos);
    now = made_up();
    now.subject = "Other";
    CHECK_FALSE(difference(made_up(), now));
    now = made_up();
    now.machine.flags = "-O2";
    now.state[0] = 'd';
    now.method.unit = 64;
    const auto found = difference(made_up(), now);
    REQUIRE(found);
    CHECK(found->notes.size() == 3);
    CHECK(times_in(to_text(*found), "! ") == 3);
}

TEST_CASE("machine: unsuitable builds have warnings") {
    Machine machine = made_up().machine;
    CHECK(warnings_of(machine).empty());
    machine.optimised = false;
    CHECK(warnings_of(machine).at(0).starts_with("NOT OPTIMISED"));
    machine.sanitised = true;
    CHECK(warnings_of(machine).size() == 2);
    machine = made_up().machine;
    machine.assertions = true;
    CHECK(warnings_of(machine).at(0).find("NDEBUG") != std::string::npos);
    const Machine here = machine_of(built_here);
    CHECK(here.processors > 0);
    CHECK(here.compiler.find("++") != std::string::npos);
}

TEST_CASE("text: a report names the log, the machine and each figure") {
    Report report = made_up();
    report.warnings = {"beware"};
    const std::string text = to_text(report);
    for (const std::string word :
         {"! beware", "1,000 events", "seed 42", "a processor", "-O3", "50 ns per event", "49.5 ns to 51 ns",
          "p99 210 ns", "0.031 allocations", "123 kB", "first tenth 50 ns, last tenth 59 ns: x 1.18", "scan 500 ns",
          "SeatReserved", "90 %", "decode 2 µs"})
        CHECK_MESSAGE(text.find(word) != std::string::npos, word, "\n", text);
    report.heap.reset();
    CHECK(to_text(report).find("not counted") != std::string::npos);
    CHECK(aligned({{"a", "bbb"}, {"ccc", "d"}}) == "a    bbb\nccc    d\n");
}

TEST_CASE("page: well-formed and self-contained, with plots and tables") {
    const std::string whole = page(made_up(), *difference(made_up(), made_up()));
    CHECK(is_well_formed(whole));
    for (const std::string word : {"http:", "https:", "<script", " src=", "url(", "@import", "<link"})
        CHECK_MESSAGE(whole.find(word) == std::string::npos, word);
    CHECK(times_in(whole, "<svg") == 6); // three plots, wide and narrow
    CHECK(whole.find("Seats &amp; &lt;more&gt;") != std::string::npos);
    CHECK(whole.find("<more>") == std::string::npos);
    CHECK(whole.find("prefers-color-scheme: dark") != std::string::npos);
    for (const std::string word :
         {"position in the log, in events", "ns per event", "median 40 ns", "p99 210 ns", "% of events", "SeatReserved",
          "Compared with the earlier report", "decode", "a processor"})
        CHECK_MESSAGE(whole.find(word) != std::string::npos, word);
    CHECK_FALSE(is_well_formed("<p><b></p></b>"));
    CHECK_FALSE(is_well_formed("<p>"));
}

#include <doctest/doctest.h>

#include <map>

#include "evenfold/bench/bench.hpp"
#include "evenfold/journal/memory/memory_journal.hpp"
#include "evenfold/kernel/fresh_id.hpp"
#include "evenfold/kernel/kernel.hpp"
#include "evenfold/tests/bench/tally.hpp"

using namespace evenfold;
using namespace evenfold::bench;
using tally::Tally;

namespace {

/// A second implementation of the counter with another model.
struct Flat {
    std::map<std::uint64_t, std::uint64_t> sums;
};

Flat project_flat(Flat flat, const Tally::Event& event) {
    if (const auto* added = std::get_if<tally::Added>(&event)) flat.sums[added->to] += added->amount;
    if (const auto* cleared = std::get_if<tally::Cleared>(&event)) flat.sums.erase(cleared->which);
    return flat;
}

tally::Sums view_of(const Flat& flat) {
    tally::Sums sums{};
    for (const auto& [id, value] : flat.sums) sums.all.insert({.id = id, .value = value});
    return sums;
}

tally::Sums project_slowly(tally::Sums sums, const Tally::Event& event) {
    volatile std::uint64_t busy = 0;
    for (int left = 1000; left > 0; --left) busy = busy + 1;
    return Tally::project(std::move(sums), event);
}

/// Correct until a sum exceeds a thousand.
tally::Sums project_wrongly(tally::Sums sums, const Tally::Event& event) {
    sums = Tally::project(std::move(sums), event);
    const auto* added = std::get_if<tally::Added>(&event);
    tally::Sum* sum = added ? sums.all.find(added->to) : nullptr;
    if (sum && sum->value > 1000) sum->value = 1000;
    return sums;
}

const EventLog<Tally>& log_of_thousands() {
    static const EventLog<Tally> log = generate_log<Tally>(20'000, 7, tally::random_command);
    return log;
}

} // namespace

TEST_CASE("kit: a generated log depends only on the seed") {
    const auto log = generate_log<Tally>(500, 7, {.generators = {}, .command = tally::random_command});
    CHECK(log.events.size() >= 500);
    CHECK(log.origin.events == log.events.size());
    CHECK(log.origin.seed == 7);
    CHECK(log.origin.digest ==
          generate_log<Tally>(500, 7, {.generators = {}, .command = tally::random_command}).origin.digest);
    CHECK(log.origin.digest !=
          generate_log<Tally>(500, 8, {.generators = {}, .command = tally::random_command}).origin.digest);
}

TEST_CASE("kit: a log is generated from the shape of commands alone") {
    const auto log = generate_log<Tally>(300, 1);
    CHECK(log.events.size() >= 300);
    CHECK(log.origin.digest == generate_log<Tally>(300, 1).origin.digest);
}

TEST_CASE("kit: a domain that refuses everything has an empty log, whose figures are zero") {
    const auto refused = [](testing::ChoiceSource&, const tally::Sums&) { return Tally::Command{tally::Add{9, 0}}; };
    const auto log = generate_log<Tally>(10, 1, {.generators = {}, .command = refused});
    CHECK(log.events.empty());
    const Report report = measure(log);
    CHECK(report.log.events == 0);
    CHECK(report.fold_ns.median == 0);
    CHECK(report.kinds.empty());
    CHECK(to_text(report).find("0 events") != std::string::npos);
    CHECK(page(report).find("</html>") != std::string::npos);
}

TEST_CASE("kit: the figures of a report are consistent") {
    const Report report = measure(log_of_thousands(), {.repetitions = 5});
    CHECK(report.subject == "Tally");
    CHECK(report.log == log_of_thousands().origin);
    CHECK(report.state == to_text(digest(folded<Tally>({}, log_of_thousands().events))));
    CHECK(report.method.repetitions == 5);
    CHECK(report.fold_ns.median > 0);
    CHECK(report.fold_ns.low <= report.fold_ns.median);
    CHECK(report.fold_ns.median <= report.fold_ns.high);
    CHECK(report.one_event.median_ns <= report.one_event.p99_ns);
    CHECK(report.one_event.p99_ns <= report.one_event.max_ns);
    std::uint64_t in_bars = 0;
    for (const Bar& bar : report.one_event.bars) in_bars += bar.count;
    CHECK(in_bars == report.log.events);
    std::uint64_t of_kinds = 0;
    double share = 0;
    for (const KindFigures& kind : report.kinds) {
        of_kinds += kind.count;
        share += kind.share;
    }
    CHECK(of_kinds == report.log.events);
    CHECK(share == doctest::Approx(1));
    std::uint64_t at = 0;
    for (const Stretch& stretch : report.stretches) {
        CHECK(stretch.from == at);
        at += stretch.events;
    }
    CHECK(at == report.log.events);
    CHECK(report.stretches.size() <= 100);
    REQUIRE(report.sizes.size() == 3);
    CHECK(report.sizes[0].events == report.log.events / 100);
    CHECK(report.sizes[2].events == report.log.events);
}

TEST_CASE("kit: allocations are counted in a program that links bench_allocations") {
    const auto log = log_of<Tally>({tally::Added{1, 5}, tally::Added{1, 5}, tally::Added{2, 5}}, "a test");
    const Report report = measure(log, {.repetitions = 1});
    REQUIRE(report.heap); // because this program links evenfold::bench_allocations
    CHECK(report.heap->allocations > 0);
    CHECK(report.heap->live_bytes > 0);
    REQUIRE(report.kinds.size() == 1);
    CHECK(*report.kinds[0].allocations == doctest::Approx(report.heap->allocations));
    // A model that allocates nothing has no allocations.
    const auto idle =
        projection<tally::Sums>("idle", [](tally::Sums&& sums, const Tally::Event&) { return std::move(sums); });
    const Report none = measure(log, idle, {.repetitions = 1});
    CHECK(none.heap == Heap{0, 0, 0});
}

TEST_CASE("kit: events are timed in batches if the clock is too coarse, and kinds then have no times") {
    const Report report = measure(log_of_thousands(), {.repetitions = 3, .unit = 64});
    CHECK(report.method.unit == 64);
    std::uint64_t in_bars = 0;
    for (const Bar& bar : report.one_event.bars) in_bars += bar.count;
    CHECK(in_bars == (report.log.events + 63) / 64);
    for (const KindFigures& kind : report.kinds) CHECK(kind.median_ns == 0);
    CHECK(to_text(report).find("64 events at once") != std::string::npos);
}

TEST_CASE("kit: a projection that is not deterministic has a warning") {
    std::uint64_t calls = 0;
    const auto forgetful = projection<tally::Sums>("forgetful", [&](tally::Sums&& sums, const Tally::Event& event) {
        return ++calls == 110'000 ? tally::Sums{} : Tally::project(std::move(sums), event);
    });
    const Report report = measure(log_of_thousands(), forgetful, {.repetitions = 1});
    REQUIRE_FALSE(report.warnings.empty());
    CHECK(report.warnings.back().starts_with("NOT DETERMINISTIC"));
}

TEST_CASE("kit: a log is read from a journal, and its replay has parts") {
    journal::MemoryJournal journal;
    const auto kernel = kernel::Kernel<Tally>::open(journal, [] { return Instant{1}; });
    REQUIRE(kernel);
    for (std::uint64_t number = 1; number <= 50; ++number) {
        const auto outcome = (*kernel)->submit({.command = kernel::fresh<CommandId>(),
                                                .actor = Actor::user,
                                                .at = {1},
                                                .cause = {},
                                                .correlation = {},
                                                .body = tally::Add{number % 5, number}});
        REQUIRE(outcome);
    }
    const auto log = read_log<Tally>(journal);
    REQUIRE(log);
    CHECK(log->events.size() == 50);
    CHECK(log->events[7] == Tally::Event{tally::Added{3, 8}});
    CHECK(read_log<Tally>(journal, 20)->events.size() == 20);
    CHECK(read_log<Tally>(journal, 0)->events.empty());
    const auto report = measure_replay<Tally>(journal, 30, {.repetitions = 3});
    REQUIRE(report);
    CHECK(report->log.events == 30);
    REQUIRE(report->replay.size() == 4);
    for (const ReplayPart& part : report->replay) CHECK(part.ns > 0);
    CHECK(report->replay[3].part == "replay"); // its time is not compared: that of so few events is noise
}

TEST_CASE("kit: kinds of events that a generated log hardly has are named") {
    const auto adding = [](testing::ChoiceSource& source, const tally::Sums&) {
        return Tally::Command(tally::Add{source.below(10), 1});
    };
    const auto log = generate_log<Tally>(100, 1, {.generators = {}, .command = adding});
    CHECK(log.warning == "the generated log has fewer than 20 events of these kinds: Cleared");
    CHECK(measure(log, {.repetitions = 1}).warnings.back() == log.warning);
    const auto same = compare(log, projection_of<Tally>("again"), {.pairs = 1});
    REQUIRE(same);
    CHECK(same->warnings.back() == "not compared, because the log has no such events: Cleared");
    CHECK(log_of_thousands().warning.empty());
    CHECK(generate_log<Tally>(2'000, 1).warning.empty()); // draws the rarest kind first
}

TEST_CASE("compare: a projection does not differ from itself") {
    // One in a hundred thousand such intervals misses. Repeats a comparison that differs, since the machine may be at
    // fault.
    bool is_same = false;
    for (int tries = 3; tries > 0 && !is_same; --tries) {
        const auto versus =
            compare(log_of_thousands(), projection_of<Tally>("again"), {.pairs = 41, .confidence = 0.99999});
        REQUIRE(versus);
        CHECK(versus->ratio.confidence >= 0.99999);
        is_same = verdict(*versus) == ComparisonVerdict::no_difference;
    }
    CHECK(is_same);
}

TEST_CASE("compare: a slowed projection is slower, and the other is faster") {
    const auto slow = projection<tally::Sums>("slow", project_slowly);
    const auto slower = compare(log_of_thousands(), slow, {.pairs = 11});
    REQUIRE(slower);
    CHECK(verdict(*slower) == ComparisonVerdict::slower);
    CHECK(slower->ratio.median > 1.2);
    CHECK(to_text(*slower).find("slow is slower than Tally") != std::string::npos);
    const auto faster = compare(log_of_thousands(), slow, projection_of<Tally>("plain"), {.pairs = 11});
    REQUIRE(faster);
    CHECK(verdict(*faster) == ComparisonVerdict::faster);
    CHECK(faster->ratio.median < 1 / 1.2);
}

TEST_CASE("compare: models of different types are compared by their views") {
    const auto flat = projection<Flat>("flat", project_flat, view_of);
    const auto versus = compare(log_of_thousands(), flat, {.pairs = 5});
    REQUIRE(versus);
    CHECK(versus->state == measure(log_of_thousands(), {.repetitions = 1}).state);
    CHECK(versus->b.name == "flat");
    // Models can be compared by digests that both make themselves, too.
    const auto as_digest =
        projection<Flat>("flat", project_flat, [](const Flat& model) { return digest(view_of(model)); });
    CHECK(compare(log_of_thousands(), as_digest, {.pairs = 1}).has_value());
}

TEST_CASE("compare: different final states are refused with both digests and the first differing event") {
    const auto wrong = projection<tally::Sums>("wrong", project_wrongly);
    const auto versus = compare(log_of_thousands(), wrong);
    REQUIRE_FALSE(versus);
    const StatesDiffer& differ = versus.error();
    const std::span<const Tally::Event> events = log_of_thousands().events;
    const auto agrees = [&](std::size_t count) {
        tally::Sums sums{};
        for (const auto& event : events.first(count)) sums = project_wrongly(std::move(sums), event);
        return sums == folded<Tally>({}, events.first(count));
    };
    CHECK(agrees(differ.agreed));
    CHECK_FALSE(agrees(differ.agreed + 1));
    CHECK(differ.event == "Added");
    CHECK(differ.state_a != differ.state_b);
    CHECK(to_text(differ).find(differ.state_a) != std::string::npos);
    CHECK(to_text(differ).find(differ.state_b) != std::string::npos);
    const auto other_start = projection<Flat>("other", project_flat, [](const Flat& flat) { return flat.sums.size(); });
    CHECK(compare(log_of<Tally>({}, "a test"), other_start).error().event.empty());
}

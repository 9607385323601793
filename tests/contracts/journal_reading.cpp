// The rules about reading: the events that a cursor reads, page by page, and that it does not block other users.
#include <algorithm>
#include <fmt/format.h>
#include <initializer_list>
#include <limits>
#include <thread>

#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/contracts/journal_contract.hpp"

namespace evenfold::journal::contract {

namespace {

using Number = std::optional<std::uint64_t>;

constexpr std::initializer_list<Direction> directions{Direction::forward, Direction::backward};

/// Returns all forms of reading: both directions, all streams and one stream, records and payloads.
std::vector<ReadOptions> forms() {
    std::vector<ReadOptions> all;
    for (const Direction direction : directions) {
        for (const bool payload_only : {false, true}) {
            for (const auto& stream : {std::optional<std::string>(), std::optional<std::string>("a")})
                all.push_back({.direction = direction, .stream = stream, .payload_only = payload_only});
        }
    }
    return all;
}

std::string name_of(const ReadOptions& reading) {
    return fmt::format("from {}, at most {}, {}, {}, {}", reading.from ? fmt::to_string(*reading.from) : "the end",
                       reading.at_most, reading.direction == Direction::forward ? "forward" : "backward",
                       reading.stream.value_or("all streams"), reading.payload_only ? "payloads" : "records");
}

Violations pages_through_all(const MakeFixture& make) {
    Check check;
    const auto fixture = make();
    const std::vector<Batch> batches = {batch(1, {"a", "b", "a", "b", "a"}), batch(2, {"c", "a"})};
    check.accepted(fixture->journal(), batches);
    const auto everything = expected_records(batches);
    for (ReadOptions reading : forms()) {
        for (const Number from : std::initializer_list<Number>{std::nullopt, 0, 1, 2, 3, 4, 6, 7, 8, all_events}) {
            reading.from = from;
            for (const std::uint64_t at_most : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{3}, all_events}) {
                reading.at_most = at_most;
                const auto expected = expected_of(everything, reading);
                for (const std::size_t events : std::initializer_list<std::size_t>{1, 2, 3, 7, 512}) {
                    check.that(check.read(fixture->journal(), reading, {.events = events}) == expected,
                               fmt::format("other events are read: {}, in pages of {}", name_of(reading), events));
                }
            }
        }
    }
    for (const char* none : {"d", "A", ""}) {
        for (const Direction direction : directions)
            check.that(check.read(fixture->journal(), {.direction = direction, .stream = none}).empty(),
                       "a stream that does not exist has events");
    }
    return check.done();
}

Violations pages_through_a_long_log(const MakeFixture& make) {
    Check check;
    const auto fixture = make();
    std::vector<Batch> group;
    for (std::uint64_t number = 1; number <= 700; ++number) group.push_back(batch(number, {"a", "b"}));
    group[3].events[1].data = std::string("\0\xff", 2);
    group[4].events[0].data.clear();
    group[5].events[0].type = "\xff";
    check.accepted(fixture->journal(), group, 0);
    const auto everything = expected_records(group);
    for (ReadOptions reading : forms()) {
        for (const Number from : std::initializer_list<Number>{std::nullopt, 1, 2, 511, 513, 700, 1400, 1401}) {
            reading.from = from;
            check.that(check.read(fixture->journal(), reading) == expected_of(everything, reading),
                       fmt::format("other events are read: {}", name_of(reading)));
        }
    }
    return check.done();
}

Violations bounds_the_bytes_of_a_page(const MakeFixture& make) {
    Check check;
    const auto fixture = make();
    std::vector<Batch> batches;
    for (std::uint64_t number = 1; number <= 20; ++number) {
        batches.push_back(batch(number, {"a"}));
        batches.back().events.front().data = std::string(number % 3 == 0 ? 5000 : 10, 'x');
    }
    check.accepted(fixture->journal(), batches);
    const auto everything = expected_records(batches);
    for (const ReadOptions& reading : forms()) {
        constexpr PageLimits limits{.events = 512, .bytes = 6000};
        check.that(check.read(fixture->journal(), reading, limits) == expected_of(everything, reading),
                   fmt::format("other events are read: {}, in pages of 6000 bytes", name_of(reading)));
        const auto cursor = check.open(fixture->journal(), reading);
        EventPage page(limits);
        for (auto events = check.next(*cursor, page); !events.empty(); events = check.next(*cursor, page)) {
            std::size_t bytes = 0;
            for (const Record& event : events) bytes += event.data.size();
            check.that(bytes - events.back().data.size() < limits.bytes, "a page continues after its limit of bytes");
        }
    }
    return check.done();
}

Violations ends_at_the_head_of_its_opening(const MakeFixture& make) {
    for (const ReadOptions& reading : forms()) {
        Check check;
        const auto fixture = make();
        Journal& journal = fixture->journal();
        std::vector<Batch> batches = {batch(1, {"a", "b", "a"})};
        check.accepted(journal, batches);
        const auto expected = expected_of(expected_records(batches), reading);
        const auto cursor = check.open(journal, reading);
        check.that(cursor->head() == 3, "the head of a cursor is not that of the journal when it was opened");
        std::vector<Record> events;
        EventPage page({.events = 1});
        for (std::uint64_t number = 2; number < 10; ++number) {
            batches.push_back(batch(number, {"a"}));
            check.accepted(journal, {batches.back()});
            const auto more = check.next(*cursor, page);
            events.insert(events.end(), more.begin(), more.end());
        }
        check.that(events == expected, "a cursor does not end at the head at which it was opened: " + name_of(reading));
        check.that(cursor->head() == 3, "the head of a cursor moves");
        check.that(check.read(journal, reading) == expected_of(expected_records(batches), reading),
                   "a later cursor does not read the appended events: " + name_of(reading));
        if (auto found = check.done(); !found.empty()) return found;
    }
    return {};
}

Violations fills_the_callers_page(const MakeFixture& make) {
    Check check;
    const auto fixture = make();
    const std::vector<Batch> batches = {batch(1, {"a", "b", "a", "b", "a", "b"})};
    check.accepted(fixture->journal(), batches);
    const auto everything = expected_records(batches);
    EventPage reused({.events = 2});
    for (const ReadOptions& reading : forms()) {
        const auto expected = expected_of(everything, reading);
        const auto one = check.open(fixture->journal(), reading);
        const auto other = check.open(fixture->journal(), reading);
        EventPage first({.events = 2});
        EventPage second({.events = 1});
        const auto in_first = check.next(*one, first);
        const auto in_second = check.next(*one, second);
        const auto in_reused = check.next(*other, reused);
        check.that(in_first == std::vector(expected.begin(), expected.begin() + 2) && in_second.size() == 1 &&
                       in_second.front() == expected[2] && in_reused == in_first,
                   "cursors of one journal, or pages of one cursor, disturb each other: " + name_of(reading));
        check.that(events_of(first) == in_first && events_of(second) == in_second,
                   "a page changes when another one is filled: " + name_of(reading));
    }
    return check.done();
}

Violations blocks_nobody(const MakeFixture& make) {
    constexpr std::chrono::seconds limit{3}; // an append that takes this long is blocked
    Check check;
    const auto fixture = make();
    Journal& journal = fixture->journal();
    check.accepted(journal, {batch(1, {"a", "b", "a"})});
    auto cursor = check.open(journal, {});
    EventPage page({.events = 1});
    check.that(check.next(*cursor, page).size() == 1, "the first page has no event");
    std::thread writer([&] { (void)journal.append(std::vector{batch(2, {"a"})}, std::nullopt); });
    const auto head = journal.wait(3, limit);
    check.that(head && *head == 4, "an idle cursor blocks a writer");
    std::vector<Record> rest;
    std::thread([&] { rest = check.next(*cursor, page); }).join();
    check.that(rest.size() == 1, "a cursor cannot be used by another thread");
    cursor.reset();
    writer.join();
    return check.done();
}

} // namespace

std::vector<Rule> rules_of_reading() {
    return {{"a cursor reads the requested events, whatever the size of its pages", pages_through_all},
            {"a cursor reads a long log, in records and in payloads", pages_through_a_long_log},
            {"a page is bounded in bytes", bounds_the_bytes_of_a_page},
            {"a cursor ends at the head at which it was opened", ends_at_the_head_of_its_opening},
            {"a page belongs to its reader", fills_the_callers_page},
            {"an idle cursor blocks no writer", blocks_nobody}};
}

} // namespace evenfold::journal::contract

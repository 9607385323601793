#include <doctest/doctest.h>

#include "evenfold/journal/memory/memory_journal.hpp"
#include "evenfold/journal/retention.hpp"
#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/journal/removal/erased_file.hpp"

namespace evenfold::tests::removal {

using namespace journal;

namespace {

constexpr std::int64_t day_ms = 86'400'000;

/// Events 1 to 8, one per day: of stream a those with odd sequences, of stream b the others. The type of every third is
/// Noted.
void fill(Journal& journal) {
    for (Sequence sequence = 1; sequence <= 8; ++sequence) {
        Batch batch = contract::batch(sequence, {sequence % 2 == 1 ? "a" : "b"});
        batch.stored_at = {static_cast<std::int64_t>(sequence) * day_ms};
        batch.events.front().type = sequence % 3 == 0 ? "Noted" : "Added";
        REQUIRE(journal.append({&batch, 1}, std::nullopt));
    }
}

std::vector<Sequence> released(const RetentionRule& rule, std::int64_t day = 9) {
    MemoryJournal journal;
    fill(journal);
    const auto found = released_events(journal, {&rule, 1}, {day * day_ms}).value();
    std::vector<Sequence> sequences;
    for (const auto& range : found.ranges)
        for (Sequence sequence = range.first; sequence <= range.last; ++sequence) sequences.push_back(sequence);
    CHECK(found.count == sequences.size());
    CHECK(found.by_rule == std::vector<std::uint64_t>{found.count});
    return sequences;
}

} // namespace

TEST_CASE("Retention: a rule releases by stream, type, age and number.") {
    using Sequences = std::vector<Sequence>;
    CHECK(released({.stream_prefix = ""}) == Sequences{1, 2, 3, 4, 5, 6, 7, 8});
    CHECK(released({.stream_prefix = "a"}) == Sequences{1, 3, 5, 7});
    CHECK(released({.stream_prefix = "ab"}).empty());
    CHECK(released({.stream_prefix = "", .types = {"Noted"}}) == Sequences{3, 6});
    CHECK(released({.stream_prefix = "", .types = {"noted"}}).empty());
    CHECK(released({.stream_prefix = "", .older_than_days = 5}) == Sequences{1, 2, 3, 4});
    CHECK(released({.stream_prefix = "", .older_than_days = 6}) == Sequences{1, 2, 3});
    CHECK(released({.stream_prefix = "", .keep_last = 3}) == Sequences{1, 2}); // per stream
    CHECK(released({.stream_prefix = "", .older_than_days = 8, .keep_last = 3}) == Sequences{1});
    CHECK(released({.stream_prefix = ""}, -1).empty()); // a clock that was set back releases nothing
    CHECK(released({.stream_prefix = "", .older_than_days = ~std::uint64_t{0}}).empty());
}

TEST_CASE("Retention: several rules release an event once, and count it each.") {
    MemoryJournal journal;
    fill(journal);
    const std::vector<RetentionRule> rules{{.stream_prefix = "a"}, {.stream_prefix = "", .types = {"Noted"}}};
    const auto found = released_events(journal, rules, {9 * day_ms}).value();
    CHECK(found.by_rule == std::vector<std::uint64_t>{4, 2});
    CHECK(found.count == 5); // event 3 is Noted, and in stream a
}

} // namespace evenfold::tests::removal

#include "evenfold/tests/contracts/journal_contract.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <limits>
#include <utility>

#include "evenfold/tests/contracts/journal_check.hpp"

namespace evenfold::journal::contract {

namespace {

Violations starts_empty(const MakeFixture& make) {
    Check check;
    const auto fixture = make();
    Journal& journal = fixture->journal();
    check.that(check.head(journal) == 0, "the head of an empty journal is not 0");
    check.that(check.all(journal).empty(), "an empty journal has events");
    check.that(check.of_stream(journal, "a").empty(), "a stream that does not exist has events");
    const auto receipt = journal.receipt(command(1));
    check.that(receipt && !*receipt, "a command that was never submitted has a receipt");
    const auto nothing = journal.append({}, std::nullopt);
    check.that(nothing && nothing->empty(), "an empty group is not accepted with no receipts");
    return check.done();
}

Violations stores_in_order(const MakeFixture& make) {
    Check check;
    const auto fixture = make();
    const std::vector<Batch> batches = {batch(1, {"a", "b", "a"}), batch(2, {"b"}), batch(3, {}), batch(4, {"c", "a"})};
    const auto first = check.accepted(fixture->journal(), {batches[0], batches[1]});
    const auto second = check.accepted(fixture->journal(), {batches[2], batches[3]}, 4);
    const std::vector<Receipt> expected = {{command(1), "print 1", 1, 3},
                                           {command(2), "print 2", 4, 1},
                                           {command(3), "print 3", 5, 0},
                                           {command(4), "print 4", 5, 2}};
    auto receipts = first;
    receipts.insert(receipts.end(), second.begin(), second.end());
    check.that(receipts == expected, "the receipts do not have the sequences of the events");
    check.that(check.head(fixture->journal()) == 6, "the head is not the sequence of the last event");
    check.that(check.all(fixture->journal()) == expected_records(batches),
               "the events that are read are not those that were stored, in order");
    for (const Receipt& receipt : expected) {
        const auto kept = fixture->journal().receipt(receipt.command);
        check.that(kept && *kept == receipt, "a receipt is not kept");
    }
    return check.done();
}

Violations reads_from(const MakeFixture& make) {
    Check check;
    const auto fixture = make();
    const std::vector<Batch> batches = {batch(1, {"a", "b", "a", "b", "a"})};
    check.accepted(fixture->journal(), batches);
    const auto everything = expected_records(batches);
    for (Sequence from = 0; from <= 7; ++from) {
        const auto skipped = static_cast<std::ptrdiff_t>(std::min<Sequence>(from == 0 ? 0 : from - 1, 5));
        const std::vector<Record> rest(everything.begin() + skipped, everything.end());
        check.that(check.all(fixture->journal(), from) == rest,
                   fmt::format("reading from {} gives other events", from));
    }
    check.that(check.all(fixture->journal(), std::numeric_limits<Sequence>::max()).empty(),
               "there are events after the largest sequence");
    const std::vector<Record> of_a = {everything[0], everything[2], everything[4]};
    check.that(check.of_stream(fixture->journal(), "a") == of_a, "a stream's events are not its own, in order");
    check.that(check.of_stream(fixture->journal(), "a", 3) == std::vector{everything[4]},
               "a stream is not read from a version");
    check.that(check.of_stream(fixture->journal(), "a", 4).empty(), "a stream has events after its last");
    check.that(check.of_stream(fixture->journal(), "A").empty(), "stream names are not compared byte by byte");
    return check.done();
}

Violations returns_old_receipts(const MakeFixture& make) {
    Check check;
    const auto fixture = make();
    Journal& journal = fixture->journal();
    const Batch first = expecting(batch(1, {"a", "a"}), "a", 0);
    const Batch empty = batch(2, {});
    const auto receipts = check.accepted(journal, {first, empty}, 0);
    // The head and the stream have moved since; that must not affect a repeated batch.
    check.that(check.accepted(journal, {first, empty}, 0) == receipts,
               "a repeated group does not return its original receipts");
    const auto mixed = check.accepted(journal, {first, batch(3, {"b"}), empty, batch(3, {"b"})}, 2);
    const Receipt third{command(3), "print 3", 3, 1};
    check.that(mixed == std::vector{receipts.at(0), third, receipts.at(1), third},
               "repeated and new batches of one group are not distinguished");
    check.that(check.accepted(journal, {empty}, 3) == std::vector{receipts.at(1)},
               "a repeated batch without events does not return its original receipt");
    check.that(check.all(journal) == expected_records({first, batch(3, {"b"})}), "a repeat was stored again");
    return check.done();
}

Violations refuses_a_taken_command(const MakeFixture& make) {
    Check check;
    const auto fixture = make();
    Journal& journal = fixture->journal();
    check.accepted(journal, {batch(1, {"a"})});
    Batch other = batch(1, {"a"});
    other.fingerprint = "another";
    check.refused(journal, {other}, std::nullopt, CommandIdTaken{command(1)});
    check.refused(journal, {other}, 7, CommandIdTaken{command(1)});
    Batch clash = batch(2, {"a"});
    clash.fingerprint = "another";
    check.refused(journal, {batch(2, {"a"}), clash}, std::nullopt, CommandIdTaken{command(2)});
    check.that(check.head(journal) == 1, "a refused group left events");
    const auto receipt = journal.receipt(command(2));
    check.that(receipt && !*receipt, "a refused group left a receipt");
    return check.done();
}

Violations refuses_a_moved_head(const MakeFixture& make) {
    Check check;
    const auto fixture = make();
    Journal& journal = fixture->journal();
    check.refused(journal, {batch(1, {"a"})}, 1, HeadMoved{0});
    check.accepted(journal, {batch(1, {"a", "b"})}, 0);
    check.refused(journal, {batch(2, {"a"})}, 1, HeadMoved{2});
    check.refused(journal, {batch(2, {"a"})}, 3, HeadMoved{2});
    check.refused(journal, {batch(1, {"a", "b"}), batch(2, {})}, 0, HeadMoved{2});
    check.accepted(journal, {batch(2, {"a"}), batch(3, {"b"})}, 2);
    check.that(check.head(journal) == 4, "a group with the right head was not stored");
    return check.done();
}

Violations keeps_groups_whole(const MakeFixture& make) {
    Check check;
    const auto fixture = make();
    Journal& journal = fixture->journal();
    check.accepted(journal, {batch(1, {"a"})});
    const Batch wrong = expecting(batch(3, {"a"}), "a", 7);
    check.refused(journal, {batch(2, {"a", "new"}), wrong, batch(4, {"a"})}, std::nullopt,
                  WrongExpectedVersion{"a", 7, 2});
    check.that(check.all(journal) == expected_records({batch(1, {"a"})}), "a refused group left events");
    check.that(check.of_stream(journal, "new").empty(), "a refused group left a stream");
    for (const std::uint64_t number : {2U, 3U, 4U}) {
        const auto receipt = journal.receipt(command(number));
        check.that(receipt && !*receipt, "a refused group left a receipt");
    }
    check.accepted(journal, {expecting(batch(2, {"a", "new"}), "new", 0)}, 1);
    check.that(check.all(journal) == expected_records({batch(1, {"a"}), batch(2, {"a", "new"})}),
               "after a refused group the same command cannot be stored");
    return check.done();
}

Violations checks_expectations(const MakeFixture& make) {
    Check check;
    const auto fixture = make();
    Journal& journal = fixture->journal();
    check.refused(journal, {expecting(batch(1, {"a"}), "a", 1)}, std::nullopt, WrongExpectedVersion{"a", 1, 0});
    check.accepted(journal, {expecting(batch(1, {"a", "a"}), "a", 0), expecting(batch(2, {"b"}), "a", 2)});
    check.refused(journal, {expecting(batch(3, {"b"}), "a", 0)}, std::nullopt, WrongExpectedVersion{"a", 0, 2});
    check.refused(journal, {expecting(expecting(batch(3, {"b"}), "a", 2), "b", 0)}, std::nullopt,
                  WrongExpectedVersion{"b", 0, 1});
    check.refused(journal, {expecting(batch(3, {}), "c", 1)}, std::nullopt, WrongExpectedVersion{"c", 1, 0});
    check.accepted(journal, {expecting(expecting(batch(3, {}), "a", 2), "c", 0)});
    check.that(check.of_stream(journal, "c").empty(), "an expectation created a stream");
    check.that(check.head(journal) == 3, "a refused batch left events");
    return check.done();
}

Violations keeps_any_bytes(const MakeFixture& make) {
    Check check;
    const auto fixture = make();
    const std::string nul("a\0b", 3);
    const std::vector<std::string> hostile = {"",
                                              "it's \"quoted\"; DROP TABLE events; --",
                                              nul,
                                              std::string(1, '\0'),
                                              "\xff\xfe broken \xc3",
                                              "\xed\xa0\x80 \xc0\xaf \xf4\x90\x80\x80",
                                              "stream/\u00fc\u65e5\u672c\U0001f600",
                                              "a%b?c#d\n\r\t\\",
                                              "123",
                                              "1e400",
                                              "NULL",
                                              std::string(1U << 20U, 'x'),
                                              std::string(1U << 20U, '\xff')};
    std::vector<Batch> batches;
    for (std::uint64_t number = 0; number < hostile.size(); ++number) {
        const std::string& bytes = hostile[number];
        Batch made = batch(number + 1, {bytes, "b", bytes});
        made.fingerprint = bytes;
        for (NewEvent& event : made.events) event.type = event.data = bytes;
        batches.push_back(expecting(std::move(made), bytes, 0));
    }
    check.accepted(fixture->journal(), batches);
    check.that(check.all(fixture->journal()) == expected_records(batches),
               "not all bytes are read as they were stored");
    for (const Batch& stored : batches) {
        check.that(check.of_stream(fixture->journal(), stored.fingerprint).size() == 2,
                   "a stream's name is not its bytes");
        const auto receipt = fixture->journal().receipt(stored.command);
        check.that(receipt && *receipt && (*receipt)->fingerprint == stored.fingerprint,
                   "a fingerprint is not its bytes");
    }
    const auto repeats = check.accepted(fixture->journal(), batches, 0);
    check.that(!repeats.empty() && repeats.front().first == 1,
               "a repeat with a hostile fingerprint does not return its receipt");
    return check.done();
}

Violations keeps_all_fields(const MakeFixture& make) {
    Check check;
    const auto fixture = make();
    std::vector<Batch> batches;
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    std::uint64_t number = 0;
    for (const Actor actor : {Actor::user, Actor::agent, Actor::reactor, Actor::provider, Actor::system}) {
        for (const std::int64_t instant : {std::int64_t{0}, std::int64_t{-1}, most, -most - 1}) {
            Batch made = batch(++number, {"a"});
            made.actor = actor;
            made.at = {instant};
            made.stored_at = {~instant};
            if (instant == 0) made.cause = std::nullopt;
            if (instant < 0) made.cause = static_cast<Sequence>(most);
            made.events.front().type_version = std::numeric_limits<std::uint32_t>::max();
            batches.push_back(std::move(made));
        }
    }
    check.accepted(fixture->journal(), batches);
    check.that(check.all(fixture->journal()) == expected_records(batches), "a field is not read as it was stored");
    return check.done();
}

Violations has_no_cap(const MakeFixture& make) {
    Check check;
    const auto fixture = make();
    constexpr std::uint64_t events = 20'000;
    std::vector<Batch> group;
    for (std::uint64_t number = 1; number <= events / 10; ++number) {
        const std::vector<std::string> streams(10, number % 2 == 0 ? "even" : "odd");
        group.push_back(batch(number, streams));
    }
    check.accepted(fixture->journal(), group, 0);
    const auto records = check.all(fixture->journal());
    check.that(records.size() == events, fmt::format("{} of {} events are read", records.size(), events));
    Sequence next = 0;
    check.that(std::ranges::all_of(records, [&](const Record& record) { return record.sequence == ++next; }),
               "the sequences of a long log have gaps");
    const auto even = check.of_stream(fixture->journal(), "even");
    check.that(even.size() == events / 2, fmt::format("{} of {} events of a stream are read", even.size(), events / 2));
    StreamVersion version = 0;
    check.that(std::ranges::all_of(even, [&](const Record& record) { return record.version == ++version; }),
               "the versions of a long stream have gaps");
    return check.done();
}

} // namespace

const std::vector<Rule>& rules() {
    static const std::vector<Rule> all = [] {
        std::vector<Rule> alone = {
            {"an empty journal has no events, streams or receipts", starts_empty},
            {"events are numbered without gaps, in the order of their batches", stores_in_order},
            {"a read begins at the requested event", reads_from},
            {"a repeated batch returns its original receipt and is not stored again", returns_old_receipts},
            {"a command id with another fingerprint is refused", refuses_a_taken_command},
            {"a moved head is refused", refuses_a_moved_head},
            {"a group is stored whole or not at all", keeps_groups_whole},
            {"expectations are checked against earlier batches of the group, too", checks_expectations},
            {"any bytes are read as they were stored", keeps_any_bytes},
            {"all fields are read as they were stored", keeps_all_fields},
            {"a long log is read to its end", has_no_cap}};
        for (const auto& more : {rules_of_reading(), rules_of_sharing()})
            alone.insert(alone.end(), more.begin(), more.end());
        return alone;
    }();
    return all;
}

Violations violations_of_all_rules(const MakeFixture& make) {
    Violations all;
    for (const Rule& rule : rules()) {
        for (const std::string& violation : rule.violations(make)) {
            all.push_back(fmt::format("{}: {}", rule.sentence, violation));
        }
    }
    return all;
}

} // namespace evenfold::journal::contract

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "evenfold/tests/journal/exchange/exports.hpp"
#include "evenfold/tests/support/for_seeds.hpp"
#include "evenfold/tests/support/law.hpp"
#include "evenfold/tests/support/process/fault_rounds.hpp"

namespace evenfold::tests::exchange {
namespace {

using chain::DamageKind;
using journal::chain::BreakReason;

constexpr std::uint64_t runs = 100; // of each kind

/// Damages many histories. The export must have the reason and the place that the journal has.
void check_found_in_export(const DamageKind& kind) {
    std::uint64_t applied = 0;
    for (std::uint64_t seed = 0; applied < runs && seed < 20 * runs; ++seed) {
        HistoryWriter history = chain::signed_history(seed, 12);
        const ChainTrust trust = chain::trust_of(std::max<std::uint64_t>(history.stored.keys.size(), 3));
        const auto expected = kind.apply(history);
        if (!expected) continue;
        ++applied;
        CAPTURE(kind.name);
        CAPTURE(seed);
        const auto report = verified(damaged_text(history, kind.as_lines), trust);
        REQUIRE_MESSAGE(report, report.error().what);
        REQUIRE_MESSAGE(report->broken, "the damage was not found");
        CAPTURE(report->broken->detail);
        CHECK(std::ranges::count(kind.reasons, report->broken->reason) == 1);
        CHECK(report->broken->broken_at == *expected);
    }
    CHECK_MESSAGE(applied == runs, kind.name);
}

} // namespace

TEST_CASE("Export damage: each change of an event is found at its place, with its reason (SL2, SL3).") {
    for (const DamageKind& kind : chain::event_damage()) check_found_in_export(kind);
}

TEST_CASE("Export damage: deleted, inserted, moved and repeated lines are found at the first changed place.") {
    for (const DamageKind& kind : chain::order_damage()) check_found_in_export(kind);
}

TEST_CASE("Export damage: changes of receipts, keys and heads are found at the events that they are about.") {
    for (const DamageKind& kind : chain::table_damage()) check_found_in_export(kind);
}

TEST_CASE("Export damage: lines that are deleted, repeated or exchanged in the text are found at their place.") {
    for (std::uint64_t seed = 0; seed < runs; ++seed) {
        HistoryWriter history = chain::signed_history(seed, 12);
        const std::string text = text_of(history.stored);
        const ChainTrust trust = chain::trust_of(20);
        const Sequence one = history.drawn(1, history.head() - 2);
        const auto first_of = [&](Sequence sequence) {
            return text.find("{\"event\":" + std::to_string(sequence) + ",");
        };
        const auto line_of = [&](Sequence sequence) {
            return text.substr(first_of(sequence), text.find('\n', first_of(sequence)) + 1 - first_of(sequence));
        };
        const auto check = [&](const std::string& damaged, Sequence place, BreakReason reason) {
            const auto report = verified(with_end(damaged), trust);
            REQUIRE(report);
            REQUIRE(report->broken);
            CAPTURE(report->broken->detail);
            CHECK(report->broken->broken_at == place);
            CHECK(report->broken->reason == reason);
        };
        check(std::string(text).erase(first_of(one), line_of(one).size()), one, BreakReason::seq_gap);
        const Sequence after = history.drawn(one + 1, history.head());
        check(std::string(text).insert(first_of(after), line_of(one)), after, BreakReason::duplicate_id);
        std::string swapped = text;
        swapped.replace(first_of(after), line_of(after).size(), line_of(one));
        swapped.replace(first_of(one), line_of(one).size(), line_of(after));
        check(swapped, one, BreakReason::seq_gap);
    }
}

TEST_CASE("Export damage: each flipped bit of an export is found (SL2).") {
    const std::string text = text_of(eventful_history(2, 1).stored);
    const ChainTrust trust = chain::trust_of(20);
    REQUIRE(verified(text, trust)->ok());
    std::mt19937_64 drawing(1);
    std::uint64_t reports = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        std::string flipped = text;
        flipped[at] = static_cast<char>(static_cast<unsigned char>(flipped[at]) ^ (1U << drawing() % 8));
        CAPTURE(at);
        const auto report = verified(flipped, trust);
        CHECK_FALSE((report && report->ok()));
        if (report) ++reports;
    }
    CHECK_MESSAGE(reports > text.size() / 2, "most places are named");
}

TEST_CASE("Export damage: a flipped bit behind a right digest is found, or changes no event (SL2).") {
    CHECK(for_seeds("flipped bits", [](std::uint64_t seed) {
        HistoryWriter history = eventful_history(seed, 6);
        const std::string text = text_of(history.stored);
        const ChainTrust trust = chain::trust_of(20);
        const std::size_t at = history.drawn(0, text.rfind("{\"end\":") - 1);
        std::string flipped = text;
        flipped[at] = static_cast<char>(static_cast<unsigned char>(flipped[at]) ^ (1U << history.drawn(0, 7)));
        flipped = with_end(flipped);
        const auto report = verified(flipped, trust);
        if (!report || !report->ok()) return;
        // Passed: the bound of the lines, or a receipt that nothing covers.
        const std::size_t start = text.rfind('\n', at) == std::string::npos ? 0 : text.rfind('\n', at) + 1;
        const auto kind = kind_of(std::string_view(text).substr(start));
        law(kind != LineKind::event && kind != LineKind::head && kind != LineKind::key, std::to_string(at));
    }));
}

TEST_CASE("Export damage: many good events give no false alarm.") {
    const std::uint64_t wanted = 2'000 * static_cast<std::uint64_t>(fault_rounds(10));
    HistoryWriter history = chain::signed_history(1, 10);
    while (history.head() < wanted) {
        history.append(static_cast<std::uint32_t>(history.drawn(0, 4)));
        if (history.head() % 997 == 0) history.sign_head();
    }
    const auto report = verified(text_of(history.stored), chain::trust_of(20));
    REQUIRE_MESSAGE(report, report.error().what);
    CHECK_MESSAGE(report->ok(), report->broken->detail);
    CHECK(report->events == history.head());
}

} // namespace evenfold::tests::exchange

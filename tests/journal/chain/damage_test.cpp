#include "evenfold/tests/journal/chain/damage.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>

#include "evenfold/journal/chain/verifying/verification.hpp"

namespace evenfold::tests::chain {
namespace {

constexpr std::uint64_t runs = 100; // of each kind

std::uint64_t keys_of(const HistoryWriter& history) {
    return std::max<std::uint64_t>(history.stored.keys.size(), 3);
}

ChainReport
verified(const StoredJournal& stored, const ChainTrust& trust, bool as_lines = false, SkippedChecks skipped = {}) {
    MemoryChainSource source(stored, as_lines);
    const ChainStart start = source.start().value();
    return Verification(source, trust, start, skipped).run().value();
}

/// Damages many histories, and checks the reason and the place. Everything before must be verified (SL3).
void check_found(const DamageKind& kind) {
    std::uint64_t applied = 0;
    for (std::uint64_t seed = 0; applied < runs && seed < 20 * runs; ++seed) {
        HistoryWriter history = signed_history(seed);
        const ChainTrust trust = trust_of(keys_of(history));
        const auto expected = kind.apply(history);
        if (!expected) continue;
        ++applied;
        const ChainReport report = verified(history.stored, trust, kind.as_lines);
        CAPTURE(kind.name);
        CAPTURE(seed);
        REQUIRE_MESSAGE(report.broken, "the damage was not found");
        CAPTURE(report.broken->detail);
        CAPTURE(name_of(report.broken->reason));
        CHECK(std::ranges::count(kind.reasons, report.broken->reason) == 1);
        CHECK(report.broken->broken_at == *expected);
        const Sequence unverified = kind.name.ends_with("of a head") ? 0 : 1; // a head is after the event of its size
        CHECK(report.events + unverified == *expected);
        CHECK(report.root == history.root_of(report.events));
    }
    CHECK_MESSAGE(applied == runs, kind.name);
}

/// Returns a history with a signed head after 5 events or more, and the branch that shares its first `shared` events.
struct Branches {
    HistoryWriter one;
    HistoryWriter other;
    Sequence shared = 0;
};

Branches branches(std::uint64_t seed) {
    HistoryWriter one = signed_history(seed, 8, false);
    Branches both{one, one, one.head()};
    both.other.vary_content(seed + 1);
    for (HistoryWriter* writer : {&both.one, &both.other}) {
        writer->append_random(20, false);
        writer->append(3);
    }
    return both;
}

/// Replaces the events from `from` on, and their receipts, by those of another branch with the same structure.
void take_tail(StoredJournal& stored, const StoredJournal& branch, Sequence from) {
    for (std::size_t i = from - 1; i < stored.events.size(); ++i) stored.events[i] = branch.events[i];
    for (std::size_t i = 0; i < stored.receipts.size(); ++i) {
        if (stored.receipts[i].first >= from) stored.receipts[i] = branch.receipts[i];
    }
    for (std::size_t i = 0; i < stored.links.size(); ++i) {
        if (place_of(stored.links[i]) >= from) stored.links[i] = branch.links[i];
    }
    stored.heads.clear();
}

} // namespace

TEST_CASE("Damage: each change of an event is found at its place, with its reason (SL2, SL3).") {
    for (const DamageKind& kind : event_damage()) check_found(kind);
}

TEST_CASE("Damage: deleted, inserted, moved and repeated events are found at the first changed place.") {
    for (const DamageKind& kind : order_damage()) check_found(kind);
}

TEST_CASE("Damage: changes of receipts, keys and heads are found at the events that they are about.") {
    for (const DamageKind& kind : table_damage()) check_found(kind);
}

TEST_CASE("Damage: the tail of another branch by the same key is found where it begins.") {
    for (std::uint64_t seed = 0; seed < runs; ++seed) {
        Branches both = branches(seed);
        const Sequence from = both.one.drawn(both.shared + 2, both.one.head());
        take_tail(both.one.stored, both.other.stored, from);
        const ChainReport report = verified(both.one.stored, trust_of(1));
        REQUIRE(report.broken);
        CHECK(report.broken->reason == BreakReason::prev_mismatch);
        CHECK(report.broken->broken_at == from);
    }
}

TEST_CASE("Damage: a whole history by somebody with the secret is a fork after the last good head.") {
    for (std::uint64_t seed = 0; seed < runs; ++seed) {
        Branches both = branches(seed);
        both.one.sign_head();
        ChainTrust trust = trust_of(1);
        trust.heads.push_back({"elsewhere", both.one.stored.heads.back().note, Instant{1}});
        REQUIRE(verified(both.one.stored, trust).ok());
        both.other.stored.heads.clear(); // the secret does not sign heads
        std::uint64_t good = 0;
        for (const HeadRow& head : both.one.stored.heads) {
            if (head.size > both.shared) continue;
            both.other.stored.heads.push_back(head);
            good = head.size;
        }
        const ChainReport report = verified(both.other.stored, trust);
        REQUIRE(report.broken);
        CHECK(report.broken->reason == BreakReason::fork);
        CHECK(report.broken->broken_at == good + 1);
        trust.heads.clear();
        CHECK_MESSAGE(verified(both.other.stored, trust).ok(), "without a head from outside, nothing shows the fork");
    }
}

TEST_CASE("Damage: an older copy with its receipts is found by an anchor only.") {
    for (std::uint64_t seed = 0; seed < runs; ++seed) {
        HistoryWriter history = signed_history(seed, 10);
        const StoredJournal older = history.stored;
        const Sequence older_head = history.head();
        history.append(2);
        history.sign_head();
        ChainTrust trust = trust_of(keys_of(history));
        CHECK_MESSAGE(verified(older, trust).ok(), "the negative control");
        trust.heads.push_back({"elsewhere", history.stored.heads.back().note, Instant{1}});
        CHECK(verified(history.stored, trust).ok());
        const ChainReport report = verified(older, trust);
        REQUIRE(report.broken);
        CHECK(report.broken->reason == BreakReason::truncated);
        CHECK(report.broken->broken_at == older_head + 1);
    }
}

TEST_CASE("Damage: changes before signing began are found by the genesis.") {
    for (std::uint64_t seed = 0; seed < runs; ++seed) {
        HistoryWriter history(seed, seed);
        history.append(3);
        history.append_random(5);
        const Sequence sealed = history.head();
        history.start_signing();
        history.append(2);
        history.append_random(5);
        const ChainReport whole = verified(history.stored, trust_of(9));
        CHECK(whole.ok());
        CHECK(whole.events - whole.signed_events == sealed);
        EventRow& row = history.stored.events[history.drawn(1, sealed) - 1];
        row.data += "x";
        const ChainReport report = verified(history.stored, trust_of(9));
        REQUIRE(report.broken);
        CHECK(report.broken->reason == BreakReason::genesis_mismatch);
        CHECK(report.broken->broken_at == sealed + 1);
    }
}

TEST_CASE("Damage: without the check of macs, an edited actor passes (negative control).") {
    std::uint64_t passed = 0;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        HistoryWriter history = signed_history(seed, 10, false);
        history.stored.heads.clear();
        EventRow& row = history.stored.events[history.drawn(1, history.head()) - 1];
        row.actor = row.actor == "user" ? "agent" : "user";
        CHECK_FALSE(verified(history.stored, trust_of(1)).ok());
        if (verified(history.stored, trust_of(1), false, {.mac = true}).ok()) ++passed;
    }
    CHECK(passed == 20);
}

TEST_CASE(
    "Damage: without the check of the previous mac, a branch is found elsewhere or not at all (negative control).") {
    std::uint64_t elsewhere = 0;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        Branches both = branches(seed);
        const auto later = [&](const ReceiptRow& row) { return row.first > both.shared + 1; };
        const Sequence from = std::ranges::find_if(both.one.stored.receipts, later)->first;
        take_tail(both.one.stored, both.other.stored, from);
        CHECK(verified(both.one.stored, trust_of(1)).broken->reason == BreakReason::prev_mismatch);
        const ChainReport report = verified(both.one.stored, trust_of(1), false, {.previous = true});
        if (report.ok() || report.broken->broken_at != from) ++elsewhere;
    }
    CHECK(elsewhere > 0);
}

} // namespace evenfold::tests::chain

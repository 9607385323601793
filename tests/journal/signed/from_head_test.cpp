// A verification that begins at the newest head: it says the same about everything behind it as one of all events.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "evenfold/tests/journal/chain/damage.hpp"

namespace evenfold::tests::chain {
namespace {

ChainTrust all_keys(const HistoryWriter& history) {
    return trust_of(std::max<std::uint64_t>(history.stored.keys.size(), 3));
}

/// Returns a history with a signed head at half of it, and the size of that head.
HistoryWriter history_with_head(std::uint64_t seed, std::uint64_t& size) {
    HistoryWriter history = signed_history(seed);
    if (!history.stored.heads.empty() && history.stored.heads.back().size == history.head()) history.append(1);
    history.stored.heads.clear();
    history.sign_head();
    size = history.head();
    history.append_random(15, false);
    history.stored.heads.resize(1);
    history.append(2);
    return history;
}

} // namespace

TEST_CASE("Verify from a head: the rest of an untouched history is proven.") {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        CAPTURE(seed);
        std::uint64_t size = 0;
        const HistoryWriter history = history_with_head(seed, size);
        const ChainReport all = report_of(history.stored, all_keys(history));
        const ChainReport rest = report_of(history.stored, all_keys(history), VerifyScope::from_head);
        REQUIRE(all.ok());
        CAPTURE(to_json(rest));
        REQUIRE(rest.ok());
        CHECK(rest.first == size + 1);
        CHECK(rest.events == history.head() - size);
        CHECK(rest.root == all.root);
        CHECK(rest.mac == all.mac);
    }
}

TEST_CASE("Verify from a head: every change of an event behind it is found at the same place.") {
    std::uint64_t found = 0;
    for (const DamageKind& kind : event_damage()) {
        CAPTURE(kind.name);
        for (std::uint64_t seed = 0; seed < 20; ++seed) {
            CAPTURE(seed);
            std::uint64_t size = 0;
            HistoryWriter history = history_with_head(seed, size);
            if (!kind.apply(history)) continue;
            const ChainReport all = report_of(history.stored, all_keys(history));
            const ChainReport rest = report_of(history.stored, all_keys(history), VerifyScope::from_head);
            REQUIRE(all.broken);
            if (all.broken->broken_at <= size) continue; // it trusts the head for these
            ++found;
            REQUIRE(rest.broken);
            CHECK(name_of(rest.broken->reason) == name_of(all.broken->reason));
            CHECK(rest.broken->broken_at == all.broken->broken_at);
        }
    }
    CHECK(found > 100);
}

TEST_CASE("Verify from a head: a head that proves nothing is no beginning.") {
    std::uint64_t size = 0;
    const HistoryWriter history = history_with_head(1, size);
    const ChainTrust trust = all_keys(history);

    StoredJournal other_tree = history.stored;
    other_tree.heads.front().frontier[5] ^= 1;
    const ChainReport wrong = report_of(other_tree, trust, VerifyScope::from_head);
    REQUIRE(wrong.broken);
    CHECK(wrong.broken->reason == BreakReason::head_invalid);
    CHECK(wrong.broken->broken_at == size);

    StoredJournal unsigned_head = history.stored;
    unsigned_head.heads.front().note += "x";
    CHECK(report_of(unsigned_head, trust, VerifyScope::from_head).broken->reason == BreakReason::head_invalid);

    ChainTrust no_signer = trust;
    no_signer.read_head = {};
    const ChainReport all = report_of(history.stored, no_signer, VerifyScope::from_head);
    CHECK(all.ok());
    CHECK(all.first == 1); // a head whose signature nobody checks is not trusted

    StoredJournal cut = history.stored;
    cut.events.resize(size - 1);
    CHECK(report_of(cut, trust, VerifyScope::from_head).broken->reason == BreakReason::truncated);
}

TEST_CASE("Verify from a head: the secret of the key in force is needed.") {
    std::uint64_t size = 0;
    const HistoryWriter history = history_with_head(1, size);
    ChainTrust none = all_keys(history);
    none.secrets.clear();
    const ChainReport report = report_of(history.stored, none, VerifyScope::from_head);
    REQUIRE(report.broken);
    CHECK(report.broken->reason == BreakReason::unknown_key);
    CHECK(report.broken->broken_at == size + 1);
}

} // namespace evenfold::tests::chain

#include <doctest/doctest.h>

#include <algorithm>

#include "evenfold/tests/journal/chain/stored_journal.hpp"

// Journals whose events are signed by compat-v1, as another program has signed them: chains of streams.

namespace evenfold::tests::chain {
namespace {

ChainReport compat_report(const StoredJournal& stored, const ChainTrust& trust = trust_of(2)) {
    return report_of(stored, trust);
}

/// Returns events of two plans in turn, signed by compat-v1.
HistoryWriter plans(FirstPrevious first = FirstPrevious::empty) {
    HistoryWriter history(5, 5);
    history.start_signing(KeyScheme::compat, first);
    for (std::size_t i = 0; i < 6; ++i) history.append_to({i % 2 == 0 ? "plan-1" : "plan-2"});
    return history;
}

void check_compat_broken(const StoredJournal& stored, BreakReason reason, Sequence broken_at) {
    const ChainReport report = compat_report(stored);
    REQUIRE(report.broken);
    CHECK(name_of(report.broken->reason) == name_of(reason));
    CHECK(report.broken->broken_at == broken_at);
}

} // namespace

TEST_CASE("Compat: an untouched chain passes, and the report says what its scheme does not cover.") {
    const ChainReport report = compat_report(plans().stored);
    CHECK(report.ok());
    CHECK(report.keys.front().scheme == "compat-v1");
    CHECK(std::ranges::count(report.remarks, ChainRemark{RemarkKind::compat_scheme, 1, 6}) == 1);
}

TEST_CASE("Compat: the first event of a stream has no predecessor, and each later one names the one before.") {
    const StoredJournal stored = plans().stored;
    const std::string none(32, '\0');
    CHECK(stored.events[0].previous == none);
    CHECK(stored.events[1].previous == none);
    for (std::size_t i = 2; i < 6; ++i) CHECK(stored.events[i].previous == stored.events[i - 2].mac);
}

TEST_CASE("Compat: streams do not disturb each other's chains (SL6).") {
    HistoryWriter alone(5, 5);
    HistoryWriter beside(5, 5);
    alone.start_signing(KeyScheme::compat);
    beside.start_signing(KeyScheme::compat);
    std::vector<std::string> macs;
    for (std::size_t i = 0; i < 5; ++i) {
        alone.append_to({"plan-1"});
        CompatEvent event{.stream = "plan-1",
                          .type = alone.stored.events[i].type,
                          .payload_hash = hash_from(alone.stored.events[i].payload_hash).value(),
                          .stream_previous = i == 0 ? std::nullopt : hash_from(macs.back()),
                          .first = FirstPrevious::empty};
        macs.emplace_back(bytes_of(compat_mac(key_of(1).compat(), event)));
        CHECK(alone.stored.events[i].mac == macs.back());
    }
}

TEST_CASE("Compat: a changed payload, signature or predecessor is found where it is.") {
    StoredJournal stored = plans().stored;
    stored.events[3].data += "x";
    check_compat_broken(stored, BreakReason::payload_mismatch, 4);
    stored = plans().stored;
    stored.events[3].mac[5] ^= 1;
    check_compat_broken(stored, BreakReason::mac_mismatch, 4);
    stored = plans().stored;
    stored.events[3].previous[5] ^= 1;
    check_compat_broken(stored, BreakReason::prev_mismatch, 4);
    stored = plans().stored;
    stored.events[3].type += "x";
    check_compat_broken(stored, BreakReason::mac_mismatch, 4);
}

TEST_CASE("Compat: the text before the first event must be stated.") {
    for (const FirstPrevious first : {FirstPrevious::null, FirstPrevious::zeros}) {
        const StoredJournal stored = plans(first).stored;
        check_compat_broken(stored, BreakReason::mac_mismatch, 1);
        ChainTrust trust = trust_of(1);
        trust.first_previous = first;
        CHECK(compat_report(stored, trust).ok());
    }
}

TEST_CASE("Compat: a change to scheme v2 seals the fields that compat-v1 does not cover.") {
    HistoryWriter history = plans();
    StoredJournal changed = history.stored;
    changed.events[2].actor = changed.events[2].actor == "user" ? "agent" : "user";
    CHECK_MESSAGE(compat_report(changed).ok(), "compat-v1 covers no actor");
    history.change_key();
    history.append_to({"plan-1", "plan-2"});
    CHECK(compat_report(history.stored).ok());
    changed.keys = history.stored.keys;
    changed.receipts = history.stored.receipts;
    changed.events.insert(changed.events.end(), history.stored.events.begin() + 6, history.stored.events.end());
    check_compat_broken(changed, BreakReason::unknown_key, 7);
}

TEST_CASE("Compat: neither scheme's signature passes for the other's.") {
    StoredJournal stored = plans().stored;
    stored.keys[0].scheme = "v2";
    check_compat_broken(stored, BreakReason::format, 1);
    HistoryWriter other(5, 5);
    other.start_signing();
    other.append(1);
    other.stored.keys[0].scheme = "compat-v1";
    check_compat_broken(other.stored, BreakReason::format, 1);
}

} // namespace evenfold::tests::chain

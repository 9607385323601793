#include "evenfold/journal/chain/verify.hpp"

#include <doctest/doctest.h>

#include <string>

#include "evenfold/tests/journal/chain/stored_journal.hpp"

namespace evenfold::tests::chain {
namespace {

void check_broken(const StoredJournal& stored, const ChainTrust& trust, BreakReason reason, Sequence broken_at) {
    const ChainReport report = report_of(stored, trust);
    REQUIRE(report.broken);
    CHECK(name_of(report.broken->reason) == name_of(reason));
    CHECK(report.broken->broken_at == broken_at);
}

ChainTrust public_trust() {
    ChainTrust trust = trust_of(0);
    trust.public_only = true;
    return trust;
}

} // namespace

TEST_CASE("Verify: an untouched journal is proven up to its head.") {
    HistoryWriter history = short_history(5);
    history.sign_head();
    const ChainReport report = report_of(history.stored, trust_of(1));
    CHECK(report.ok());
    CHECK(report.events == 5);
    CHECK(report.signed_events == 5);
    CHECK(report.root == history.root_of(5));
    CHECK(report.mac == history.chain()->state().mac);
    CHECK(report.keys == std::vector<KeyUse>{{key_of(1).id(), "v2", 5}});
    CHECK(report.remarks == std::vector<ChainRemark>{{RemarkKind::no_anchor, 0, 0}});
}

TEST_CASE("Verify: a journal without events is proven if signing has begun.") {
    CHECK(report_of(short_history(0).stored, trust_of(1)).ok());
    check_broken(StoredJournal{}, trust_of(1), BreakReason::is_unsigned, 1);
    HistoryWriter history(1);
    history.append(2);
    check_broken(history.stored, trust_of(1), BreakReason::is_unsigned, 1);
}

TEST_CASE("Verify: an event that loses its signature is unsigned, and a part of one is no event.") {
    HistoryWriter history = short_history(4);
    EventRow& row = history.stored.events[2];
    row.mac = row.previous = row.payload_hash = row.salt = {};
    row.key.reset();
    check_broken(history.stored, trust_of(1), BreakReason::is_unsigned, 3);

    HistoryWriter unsigned_part(3);
    unsigned_part.append(2);
    unsigned_part.start_signing();
    unsigned_part.append(1);
    CHECK(report_of(unsigned_part.stored, trust_of(1)).ok());
    unsigned_part.stored.events[1].salt = "salt";
    check_broken(unsigned_part.stored, trust_of(1), BreakReason::format, 2);
}

TEST_CASE("Verify: the genesis binds a journal to its origin and its domain.") {
    HistoryWriter history = short_history(2);
    history.stored.origin = "journal/another";
    check_broken(history.stored, trust_of(1), BreakReason::genesis_mismatch, 1);
    history.stored.origin = "journal/test";
    history.stored.domain = "ledger";
    check_broken(history.stored, trust_of(1), BreakReason::genesis_mismatch, 1);
}

TEST_CASE("Verify: a wrong secret is reported as an unknown key, not as damage.") {
    ChainTrust trust = trust_of(0);
    trust.secrets.push_back(key_of(50));
    check_broken(short_history(3).stored, trust, BreakReason::unknown_key, 1);
}

TEST_CASE("Verify: each event verifies under the key of its time (SL9).") {
    HistoryWriter history = short_history(3);
    history.append(0);
    history.change_key();
    history.append(0);
    history.append(2);
    history.change_key();
    history.append(1);
    const ChainReport report = report_of(history.stored, trust_of(3));
    CHECK(report.ok());
    CHECK(report.keys ==
          std::vector<KeyUse>{{key_of(1).id(), "v2", 3}, {key_of(2).id(), "v2", 2}, {key_of(3).id(), "v2", 1}});
    CHECK(remark_of(report, RemarkKind::retired_key) == ChainRemark{RemarkKind::retired_key, 1, 5});
    check_broken(history.stored, trust_of(2), BreakReason::unknown_key, 6);
    check_broken(history.stored, trust_of(1), BreakReason::unknown_key, 4);
    ChainTrust last_only = trust_of(0);
    last_only.secrets.push_back(key_of(3));
    check_broken(history.stored, last_only, BreakReason::unknown_key, 1);
    history.stored.events[3].key = 1;
    check_broken(history.stored, trust_of(3), BreakReason::unknown_key, 4);
}

TEST_CASE("Verify: keys may be replaced twice between two events.") {
    HistoryWriter history = short_history(2);
    history.append(0);
    history.change_key();
    history.append(0);
    history.change_key();
    history.append(0);
    history.append(3);
    const ChainReport report = report_of(history.stored, trust_of(3));
    CHECK_MESSAGE(report.ok(), report.broken->detail);
    CHECK(report.keys == std::vector<KeyUse>{{key_of(1).id(), "v2", 2}, {key_of(3).id(), "v2", 3}});
    history.stored.links[1].key = 1;
    check_broken(history.stored, trust_of(3), BreakReason::receipt_mismatch, 3);
}

TEST_CASE("Verify: an event names no event before the first as its cause.") {
    HistoryWriter history = short_history(2);
    history.stored.events[1].cause = Sequence{0}; // signed as no cause
    check_broken(history.stored, trust_of(1), BreakReason::format, 2);
}

TEST_CASE("Verify: a key that begins after the last event is from a longer journal.") {
    HistoryWriter history = short_history(3);
    KeyRow row = history.stored.keys.front();
    row.number = 2;
    row.first = 9;
    row.by_old = row.by_new;
    history.stored.keys.push_back(row);
    check_broken(history.stored, trust_of(2), BreakReason::truncated, 4);
    history.stored.keys.back().first = 1;
    check_broken(history.stored, trust_of(2), BreakReason::unknown_key, 1);
    history.stored.keys.back().first = 0;
    check_broken(history.stored, trust_of(2), BreakReason::format, 4);
}

TEST_CASE("Verify: without secrets, everything but the macs is checked.") {
    HistoryWriter history = short_history(6);
    const StoredJournal untouched = history.stored;
    const ChainReport report = report_of(untouched, public_trust());
    CHECK(report.ok());
    CHECK(remark_of(report, RemarkKind::no_secret) == ChainRemark{RemarkKind::no_secret, 1, 6});
    StoredJournal changed = untouched;
    changed.events[3].data += "x";
    check_broken(changed, public_trust(), BreakReason::payload_mismatch, 4);
    changed = untouched;
    changed.events[3].previous[0] ^= 1;
    check_broken(changed, public_trust(), BreakReason::prev_mismatch, 4);
    changed = untouched;
    changed.events[3].type += "x";
    CHECK_MESSAGE(report_of(changed, public_trust()).ok(), "only the mac covers it");
    history.sign_head();
    changed.heads = history.stored.heads;
    check_broken(changed, public_trust(), BreakReason::fork, 1);
}

TEST_CASE("Verify: a receipt without events and without a link is from before signing began.") {
    HistoryWriter history(2);
    history.append(1);
    history.append(0);
    history.start_signing();
    history.append(1);
    history.append(1);
    CHECK(report_of(history.stored, trust_of(1)).ok());
    for (const Sequence first : {Sequence{3}, Sequence{4}}) {
        StoredJournal changed = history.stored;
        changed.receipts.push_back({CommandId{}, "inserted", first, 0});
        check_broken(changed, trust_of(1), BreakReason::receipt_mismatch, first);
    }
}

TEST_CASE("Verify: the links of receipts without events are checked without a secret, too.") {
    HistoryWriter history = short_history(2);
    history.append(0);
    history.append(1);
    history.append(0);
    history.append(1);
    CHECK(report_of(history.stored, public_trust()).ok());
    StoredJournal changed = history.stored;
    changed.links[1].number = 3;
    check_broken(changed, public_trust(), BreakReason::receipt_mismatch, 4);
    changed = history.stored;
    changed.links[1].command.uuid.bytes[0] ^= 1;
    check_broken(changed, public_trust(), BreakReason::receipt_mismatch, 4);
    changed = history.stored;
    changed.links[1].mac += "x";
    check_broken(changed, public_trust(), BreakReason::receipt_mismatch, 4);
    changed.links[1].receipt.reset();
    check_broken(changed, public_trust(), BreakReason::receipt_mismatch, 5);
}

TEST_CASE("Verify: somebody with a retired secret cannot add a receipt without events.") {
    HistoryWriter at_change = short_history(2);
    at_change.change_key();
    HistoryWriter history = at_change;
    at_change.append(0); // under the new key, so that the old one is retired
    history.append(1);
    for (const HistoryWriter* writer : {&at_change, &history}) {
        StoredJournal stored = writer->stored;
        CHECK(report_of(stored, trust_of(2)).ok());
        Chain retired(key_of(1), writer->chain()->state());
        const ReceiptRow receipt{CommandId{}, "forged", writer->head() + 1, 0};
        const SealedReceipt sealed = retired.add_empty_receipt(receipt.command, receipt.fingerprint);
        stored.links.push_back({sealed.number, receipt.command, std::string(bytes_of(sealed.mac)), 1, receipt});
        check_broken(stored, trust_of(2), BreakReason::receipt_mismatch, receipt.first);
    }
}

TEST_CASE("Verify: heads from outside must be signed, of this journal, and of its history.") {
    HistoryWriter history = short_history(6);
    ChainTrust trust = trust_of(1);
    trust.heads.push_back({"one", head_note(history.stored.origin, {4, history.root_of(4)}), Instant{1'000}});
    trust.heads.push_back({"two", head_note(history.stored.origin, {2, history.root_of(2)}), Instant{2'000}});
    const ChainReport report = report_of(history.stored, trust);
    CHECK(report.ok());
    CHECK(report.anchored == AnchoredSize{4, "one", Instant{1'000}});
    CHECK(remark_of(report, RemarkKind::not_anchored) == ChainRemark{RemarkKind::not_anchored, 5, 2});
    CHECK_FALSE(remark_of(report, RemarkKind::no_anchor));

    trust.heads.push_back({"three", head_note(history.stored.origin, {5, history.root_of(4)}), Instant{}});
    check_broken(history.stored, trust, BreakReason::fork, 5);
    trust.heads.back().note = head_note("journal/another", {5, history.root_of(5)});
    check_broken(history.stored, trust, BreakReason::head_invalid, 5);
    trust.heads.back().note = head_note(history.stored.origin, {9, history.root_of(6)});
    check_broken(history.stored, trust, BreakReason::truncated, 7);
    trust.heads.back().note += "x";
    check_broken(history.stored, trust, BreakReason::head_invalid, 0);
}

TEST_CASE("Verify: without a signer's key, stored heads are compared and their signatures are not.") {
    HistoryWriter history = short_history(3);
    history.sign_head();
    ChainTrust trust = trust_of(1);
    trust.read_head = {};
    CHECK(remark_of(report_of(history.stored, trust), RemarkKind::no_signer));
    history.stored.heads.back().root[0] ^= 1;
    check_broken(history.stored, trust, BreakReason::fork, 1);
}

TEST_CASE("Verify: a signed removal of payloads keeps the chain, and nothing else explains an empty payload.") {
    HistoryWriter history = short_history(8);
    const StoredJournal before = history.stored;
    history.remove({3, 5});
    const ChainReport report = report_of(history.stored, trust_of(1));
    CHECK(report.ok());
    CHECK(report.removed == 3);
    CHECK(report.root == history.root_of(8));
    CHECK(remark_of(report, RemarkKind::removed_payloads) == ChainRemark{RemarkKind::removed_payloads, 3, 3});

    StoredJournal changed = history.stored;
    changed.events[3].data = "x";
    check_broken(changed, trust_of(1), BreakReason::payload_mismatch, 4);
    changed = history.stored;
    changed.events[3].removed.reset();
    check_broken(changed, trust_of(1), BreakReason::format, 4);
    changed = history.stored;
    changed.removals[0].note.back() ^= 1;
    check_broken(changed, trust_of(1), BreakReason::removal_unproven, 3);
    changed.removals.clear();
    check_broken(changed, trust_of(1), BreakReason::removal_unproven, 3);
    changed = history.stored;
    changed.events[6].removed = 1;
    changed.events[6].data = changed.events[6].salt = {};
    check_broken(changed, trust_of(1), BreakReason::removal_unproven, 7);
    const SequenceRange range{3, 5};
    changed = history.stored;
    changed.removals[0].note = removal_note(
        {.origin = history.stored.origin, .ranges = {range}, .leaves = {}, .replaced = {}, .distrust = {}});
    check_broken(changed, trust_of(1), BreakReason::removal_unproven, 3);
    changed.removals[0].note =
        removal_note({.origin = "journal/another", .ranges = {range}, .leaves = {}, .replaced = {}, .distrust = {}});
    check_broken(changed, trust_of(1), BreakReason::removal_unproven, 3);
    ChainTrust no_signer = trust_of(1);
    no_signer.read_removal = {};
    check_broken(history.stored, no_signer, BreakReason::removal_unproven, 3);
}

} // namespace evenfold::tests::chain

#include "evenfold/journal/chain/report.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "evenfold/core/values/hex.hpp"
#include "evenfold/journal/chain/verifying/streams.hpp"
#include "evenfold/tests/journal/chain/stored_journal.hpp"

namespace evenfold::tests::chain {

TEST_CASE("ChainReport: a clock that goes back, and the development key, are remarks.") {
    HistoryWriter history(1);
    history.start_signing();
    history.append(1);
    CHECK_FALSE(remark_of(report_of(history.stored, trust_of(1)), RemarkKind::development_key));

    StoredJournal stored = history.stored;
    const JournalKey key = JournalKey::from_secret(development_secret).value();
    Chain chain = Chain::begin(key, {stored.origin, stored.domain}, TreeFrontier());
    stored.keys[0].id = key.id();
    stored.keys[0].by_new = bytes_of(chain.state().mac);
    stored.events.clear();
    stored.receipts.clear();
    for (Sequence sequence = 1; sequence <= 2; ++sequence) {
        EventRow row = history.stored.events[0];
        row.sequence = row.version = sequence;
        row.command.uuid.bytes[0] = static_cast<std::uint8_t>(sequence);
        row.stored_at = {static_cast<std::int64_t>(100 - sequence)};
        const ReceiptRow receipt{row.command, "f", sequence, 1};
        CoveredEvent covered = covered_by(row, receipt);
        const std::optional<Hash> stream_mac = sequence == 1 ? std::nullopt : hash_from(stored.events.back().mac);
        const SealedEvent sealed = chain.extend(covered, stream_mac);
        row.previous = bytes_of(sealed.previous);
        row.mac = bytes_of(sealed.mac);
        stored.events.push_back(row);
        stored.receipts.push_back(receipt);
    }
    ChainTrust trust = trust_of(0);
    trust.secrets.push_back(key);
    const ChainReport report = report_of(stored, trust);
    CHECK(report.ok());
    CHECK(remark_of(report, RemarkKind::development_key) == ChainRemark{RemarkKind::development_key, 1, 2});
    CHECK(remark_of(report, RemarkKind::time_regression) == ChainRemark{RemarkKind::time_regression, 2, 1});
}

TEST_CASE("ChainReport: the report in JSON has the documented fields.") {
    HistoryWriter history = short_history(2);
    ChainTrust trust = trust_of(1);
    CHECK(to_json(report_of(history.stored, trust)) ==
          R"({"ok": true, "scope": "all", "events": 2, "signed": 2, "removed": 0, "head": {"sequence": 2, )"
          R"("signature": ")" +
              hex::encode(history.chain()->state().mac) + R"(", "root": ")" + hex::encode(history.root_of(2)) +
              R"("}, "keys": [{"id": ")" + key_of(1).id() +
              R"(", "scheme": "v2", "events": 2}], "anchored": null, )"
              R"("remarks": [{"remark": "no_anchor", "from": 0, "count": 0}]})");
    trust.heads.push_back({"git:a\"b", head_note(history.stored.origin, {1, history.root_of(1)}), Instant{1'000}});
    history.stored.events[1].mac[0] ^= 1;
    history.stored.events[1].stream += "\"\\\n\xff\xc3\xa9";
    history.stored.events[1].version = 1;
    const auto json = nlohmann::json::parse(to_json(report_of(history.stored, trust)));
    CHECK(json["ok"] == false);
    CHECK(json["broken_at"] == 2);
    CHECK(json["last_good"] == 1);
    CHECK(json["reason"] == "mac_mismatch");
    CHECK(json["version"] == 1);
    CHECK(json["stream"].get<std::string>().ends_with("\"\\\n\xEF\xBF\xBD\xc3\xa9"));
    CHECK(json["anchored"]["size"] == 1);
    CHECK(json["anchored"]["anchor"] == "git:a\"b");
    CHECK(json["anchored"]["at"] == "1970-01-01T00:00:01.000Z");
    CHECK(name_of(BreakReason::is_unsigned) == "unsigned");
}

TEST_CASE("Verify: a failure of the source is returned, whichever read fails.") {
    HistoryWriter history = short_history(3);
    history.append(0);
    history.append(1);
    history.sign_head();
    for (std::size_t reads = 0;; ++reads) {
        MemoryChainSource source(history.stored);
        source.fails_after = reads;
        const auto report = verify(source, trust_of(1));
        if (report) {
            CHECK(report->ok());
            CHECK(reads > 10);
            break;
        }
        CHECK(report.error().what == "the disk has failed");
    }
}

TEST_CASE("Verify: streams that no longer fit into memory are looked up.") {
    HistoryWriter history = short_history(0);
    for (std::size_t i = 0; i < 30; ++i) history.append_to({"stream-" + std::to_string(i % 7)});
    MemoryChainSource source(history.stored);
    StreamTails tails(source, 2);
    StreamTails all(source);
    for (const EventRow& row : history.stored.events) {
        const StreamTail tail = tails.before(row, row.sequence).value();
        CHECK(tail.version + 1 == row.version);
        CHECK(tail.mac == all.before(row, row.sequence).value().mac);
        CHECK_FALSE(tails.has(row, row.sequence).value());
        tails.set(row.stream, {row.version, hash_from(row.mac)});
        all.set(row.stream, {row.version, hash_from(row.mac)});
        CHECK(tails.has(row, row.sequence + 1).value());
    }
    EventRow later = history.stored.events[29];
    CHECK_MESSAGE(StreamTails(source, 2).before(later, 3).value().version == 0, "events behind the pass do not count");
}

} // namespace evenfold::tests::chain

// The nine cases that a journal of plans must satisfy, under both schemes, in memory and in files of SQLite.
#include <doctest/doctest.h>

#include <chrono>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "evenfold/codec/event.hpp"
#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/journal/exchange/row_import.hpp"
#include "evenfold/journal/memory/memory_journal.hpp"
#include "evenfold/journal/signatures.hpp"
#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/header_examples/counter.hpp"
#include "evenfold/tests/journal/chain/stored_journal.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"
#include "evenfold/tests/journal/signed/signed_file.hpp"
#include "evenfold/tests/journal/signed/sqlite_rows.hpp"

namespace evenfold::tests::chain {
namespace {

using journal::Journal;
using journal::ScratchFolder;
using journal::contract::batch;

constexpr std::array schemes{KeyScheme::v2, KeyScheme::compat};
constexpr std::chrono::seconds wait_max{30};

/// Returns events of two plans in turn.
HistoryWriter two_plans(KeyScheme scheme) {
    HistoryWriter history(5, 5);
    history.start_signing(scheme);
    for (std::size_t i = 0; i < 6; ++i) history.append_to({i % 2 == 0 ? "plan-1" : "plan-2"});
    return history;
}

/// Verifies the rows in memory and in a file, which must give one report.
class BothStores {
public:
    ChainReport report(const StoredJournal& stored) {
        const ChainReport in_memory = report_of(stored, trust_of(1));
        REQUIRE(rows_.replace(stored));
        CHECK(to_json(report_of_file(rows_.file(), trust_of(1))) == to_json(in_memory));
        return in_memory;
    }

    [[nodiscard]] std::string text(const std::string& sql) const { return text_in(rows_.file(), sql); }

private:
    ScratchFolder folder_{journal::memory_storage()};
    SqliteRows rows_{folder_ / "journal.db"};
};

/// Returns the mac of an event whose stream has `stream_previous` as its last mac.
Hash mac_after(const HistoryWriter& history, std::size_t index, const std::optional<Hash>& stream_previous) {
    const EventRow& row = history.stored.events[index];
    if (history.stored.keys.front().scheme == "v2")
        return link_mac(key_of(1).v2(), hash_from(row.previous).value(), stream_previous.value_or(Hash{}),
                        history.leaves[index]);
    return compat_mac(key_of(1).compat(), {.stream = row.stream,
                                           .type = row.type,
                                           .payload_hash = hash_from(row.payload_hash).value(),
                                           .stream_previous = stream_previous,
                                           .first = FirstPrevious::empty});
}

Hash mac_in(const HistoryWriter& history, std::size_t index) {
    return hash_from(history.stored.events[index].mac).value();
}

/// Changes the fourth event. The report must have the reason at its place.
void check_found(const std::function<void(EventRow&)>& change, BreakReason reason) {
    BothStores stores;
    for (const KeyScheme scheme : schemes) {
        StoredJournal stored = two_plans(scheme).stored;
        change(stored.events[3]);
        const ChainReport report = stores.report(stored);
        REQUIRE(report.broken);
        CHECK(name_of(report.broken->reason) == name_of(reason));
        CHECK(report.broken->broken_at == 4);
        CHECK(report.broken->stream == "plan-2");
        CHECK(report.events == 3);
    }
}

/// Waits for the first event in a thread of its own, while `publish` stores it.
void check_heard(Journal& subscriber, const std::function<void()>& publish) {
    Sequence heard = 0;
    std::thread waiting([&] { heard = subscriber.wait(0, wait_max).value_or(0); });
    publish();
    waiting.join();
    CHECK(heard > 0);
    const auto source = subscriber.signatures()->open_chain();
    REQUIRE(source);
    REQUIRE((*source)->start());
    EventRow row;
    REQUIRE((*source)->next_event(row).value());
    CHECK(row.payload_hash == bytes_of(payload_hash_of(row.salt, row.data)));
    CHECK(row.mac.size() == hash_size);
}

} // namespace

TEST_CASE("Case 1: the set of event types is complete and closed.") {
    const auto& variant = std::get<VariantShape>(shape_of<Counter::Event>().kind);
    std::set<std::string_view> names;
    for (const ShapeFunction alternative : variant.alternatives) names.insert(alternative().name);
    CHECK(names == std::set<std::string_view>{"Added", "Cleared"});
    CHECK(names.size() == variant.alternatives.size());
    for (const Counter::Event& event : {Counter::Event(Added{60}), Counter::Event(Cleared{})}) {
        const codec::StoredForm stored = codec::to_stored(shape_of<Counter::Event>(), &event);
        Counter::Event read;
        CHECK(names.contains(stored.type));
        REQUIRE(codec::from_stored(shape_of<Counter::Event>(), &read, stored));
        CHECK(read == event);
    }
    Counter::Event none;
    const codec::StoredForm other{.type = "Doubled", .version = 1, .data = "{}"};
    CHECK_FALSE(codec::from_stored(shape_of<Counter::Event>(), &none, other));
}

TEST_CASE("Case 2: publishing stores the hash and the signature, and a subscriber hears it.") {
    journal::MemoryJournal memory({.domain = "plans", .signing = journal::SigningOptions{key_of(1)}});
    check_heard(memory, [&] { append(memory, {batch(1, {"plan-1"})}); });
    for (const KeyScheme scheme : schemes) {
        const ScratchFolder folder;
        const auto file = folder / "journal.db";
        const StoredJournal stored = two_plans(scheme).stored;
        const auto writer = opened(file, {.domain = stored.domain, .origin = stored.origin});
        const auto sink = writer->signatures()->open_sink(Instant{7});
        REQUIRE(sink);
        const auto subscriber = opened(file, {.domain = stored.domain}, journal::Access::read_only);
        check_heard(*subscriber, [&] {
            MemoryChainSource source(stored);
            CHECK(journal::exchange::import_rows(source, **sink));
        });
    }
}

TEST_CASE("Case 3: the first event of a stream has no predecessor.") {
    BothStores stores;
    for (const KeyScheme scheme : schemes) {
        const HistoryWriter history = two_plans(scheme);
        for (const std::size_t first : {0U, 1U}) CHECK(mac_in(history, first) == mac_after(history, first, {}));
        CHECK(stores.report(history.stored).ok());
        CHECK(stores.text("SELECT count(*) FROM log WHERE prev_hash IS NULL") == "2");
        CHECK(stores.text("SELECT max(version) FROM log WHERE prev_hash IS NULL") == "1");
    }
}

TEST_CASE("Case 4: each later event names the one before it in its stream.") {
    BothStores stores;
    for (const KeyScheme scheme : schemes) {
        const HistoryWriter history = two_plans(scheme);
        for (std::size_t i = 2; i < 6; ++i) {
            CHECK(mac_in(history, i) == mac_after(history, i, mac_in(history, i - 2)));
            CHECK(mac_in(history, i) != mac_after(history, i, mac_in(history, i - 1)));
        }
        CHECK(stores.report(history.stored).ok());
        CHECK(stores.text("SELECT count(*) FROM log AS one JOIN log AS other ON other.sequence = one.sequence - 2 "
                          "WHERE one.prev_hash = other.signature") == "4");
    }
}

TEST_CASE("Case 5: plans do not disturb each other's chains (SL6).") {
    for (const KeyScheme scheme : schemes) {
        HistoryWriter beside = two_plans(scheme);
        // The events of one plan alone, signed again with the same content.
        std::optional<Hash> previous;
        for (std::size_t i = 0; i < 6; i += 2) {
            CHECK(mac_in(beside, i) == mac_after(beside, i, previous));
            previous = mac_in(beside, i);
        }
        MemoryChainSource source(beside.stored);
        const auto alone = verify_stream(source, trust_of(1), "plan-1");
        REQUIRE(alone);
        CHECK(alone->ok());
        CHECK(alone->events == 3);
        beside.stored.events[3].data += "x"; // of the other plan
        MemoryChainSource changed(beside.stored);
        CHECK(verify_stream(changed, trust_of(1), "plan-1").value().ok());
    }
}

TEST_CASE("Case 6: an untouched chain passes.") {
    BothStores stores;
    for (const KeyScheme scheme : schemes) {
        const ChainReport report = stores.report(two_plans(scheme).stored);
        CHECK(report.ok());
        CHECK(report.signed_events == 6);
        CHECK(remark_of(report, RemarkKind::compat_scheme).has_value() == (scheme == KeyScheme::compat));
    }
}

TEST_CASE("Case 7: a changed payload is found where it is, as payload_mismatch.") {
    check_found([](EventRow& row) { row.data += "x"; }, BreakReason::payload_mismatch);
}

TEST_CASE("Case 8: a changed signature is found where it is, as mac_mismatch.") {
    check_found([](EventRow& row) { row.mac[5] ^= 1; }, BreakReason::mac_mismatch);
}

TEST_CASE("Case 9: a changed predecessor is found where it is, as prev_mismatch.") {
    check_found([](EventRow& row) { row.previous[5] ^= 1; }, BreakReason::prev_mismatch);
}

} // namespace evenfold::tests::chain

#include <doctest/doctest.h>

#include <algorithm>
#include <array>

#include "evenfold/tests/journal/chain/damage.hpp"
#include "evenfold/tests/support/for_seeds.hpp"
#include "evenfold/tests/support/law.hpp"

// The laws of signed journals, over random histories. The damage tests beside this file check places and reasons.

namespace evenfold::tests::chain {
namespace {

ChainReport law_report(const StoredJournal& stored) {
    return report_of(stored, trust_of(20));
}

/// Returns a history with events before signing began, under both schemes, with removals.
HistoryWriter any_history(std::uint64_t seed) {
    HistoryWriter history(seed, seed);
    if (history.drawn(0, 1) == 0) history.append_random(history.drawn(0, 6));
    history.start_signing(history.drawn(0, 3) == 0 ? KeyScheme::compat : KeyScheme::v2);
    const Sequence sealed = history.head();
    history.append(1);
    history.append_random(history.drawn(0, 40));
    if (history.drawn(0, 2) == 0)
        history.remove({sealed + 1, history.drawn(sealed + 1, history.head())});
    else if (history.drawn(0, 2) == 0)
        history.compact({sealed + 1, history.drawn(sealed + 1, history.head())});
    if (sealed == 0) return history;
    const std::uint64_t choice = history.drawn(0, 2);
    const journal::chain::SequenceRange range{history.drawn(1, sealed), sealed};
    if (choice == 0) history.remove(range);
    if (choice == 1) history.compact(range);
    return history;
}

/// Flips a bit of an integer column that the kinds of damage leave alone. Returns false if there is no such row.
bool flip_integer(StoredJournal& stored, HistoryWriter& drawing) {
    const std::uint64_t bit = std::uint64_t{1} << drawing.drawn(0, 12);
    const auto any = [&](auto& rows) { return &rows[drawing.drawn(0, rows.size() - 1)]; };
    switch (drawing.drawn(0, 5)) {
    case 0: any(stored.receipts)->first ^= bit; return true;
    case 1: any(stored.keys)->first ^= bit; return true;
    case 2: any(stored.keys)->number ^= bit; return true;
    case 3:
        if (stored.heads.empty()) return false;
        any(stored.heads)->size ^= bit;
        return true;
    case 4:
        if (stored.links.empty()) return false;
        any(stored.links)->number ^= bit;
        return true;
    default:
        if (stored.links.empty()) return false;
        any(stored.links)->receipt->first ^= bit;
        return true;
    }
}

/// Returns the whole commands among the first `events` events, with what is stored beside them.
StoredJournal beginning_of(const StoredJournal& stored, Sequence events) {
    while (events > 0 && events < stored.events.size() && stored.events[events].index > 0) --events;
    StoredJournal begun = stored;
    begun.events.resize(events);
    std::erase_if(begun.receipts, [&](const ReceiptRow& row) { return row.first > events; });
    std::erase_if(begun.links, [&](const EmptyReceiptRow& row) { return row.receipt->first > events; });
    std::erase_if(begun.keys, [&](const KeyRow& row) { return row.first > std::max<Sequence>(events, 1); });
    std::erase_if(begun.heads, [&](const HeadRow& row) { return row.size > events; });
    return begun;
}

/// Returns the leaf of an event with these fields: stream, type, actor, key id and fingerprint.
Hash leaf_with(const std::array<std::string, 5>& fields) {
    CoveredEvent event;
    event.stream = fields[0];
    event.type = fields[1];
    event.actor = fields[2];
    event.key_id = fields[3];
    event.fingerprint = fields[4];
    std::string entry;
    append_entry(entry, event);
    return leaf_hash(entry);
}

Hash compat_mac_with(const std::string& stream, const std::string& type) {
    const CompatEvent event{stream, type, Hash{}, std::nullopt, FirstPrevious::empty};
    return compat_mac(key_of(1).compat(), event);
}

} // namespace

TEST_CASE("Signed journal laws: every untouched history is proven (SL1).") {
    CHECK(for_seeds("untouched", [](std::uint64_t seed) {
        const HistoryWriter history = any_history(seed);
        const ChainReport report = law_report(history.stored);
        law(report.ok(), report.broken ? report.broken->detail : "");
        law(report.events == history.head() && report.root == history.root_of(history.head()));
    }));
}

TEST_CASE("Signed journal laws: a long history with many keys is proven (SL1).") {
    HistoryWriter history(1, 1);
    history.start_signing();
    history.append(1);
    for (std::size_t key = 1; key < 20; ++key) {
        history.append_random(200, false);
        history.append(1);
        history.change_key();
        history.append(3);
    }
    const ChainReport report = law_report(history.stored);
    CHECK(report.ok());
    CHECK(report.events > 5'000);
    CHECK(report.keys.size() == 20);
}

TEST_CASE("Signed journal laws: everything before the first changed place verifies alone (SL3).") {
    CHECK(for_seeds("before the change", [](std::uint64_t seed) {
        HistoryWriter history = signed_history(seed);
        const Sequence place = history.drawn(1, history.head());
        history.stored.events[place - 1].data += "x";
        const ChainReport report = law_report(history.stored);
        law(report.broken && report.broken->broken_at == place);
        const StoredJournal before = beginning_of(history.stored, place - 1);
        const ChainReport alone = law_report(before);
        law(alone.ok(), alone.broken ? alone.broken->detail : "");
        law(alone.events == before.events.size() && alone.root == history.root_of(alone.events));
    }));
}

TEST_CASE("Signed journal laws: two kinds of damage at once are found, too (SL2).") {
    std::vector<DamageKind> kinds = event_damage();
    for (DamageKind& kind : table_damage()) kinds.push_back(std::move(kind));
    CHECK(for_seeds("two kinds", [&](std::uint64_t seed) {
        HistoryWriter history = signed_history(seed);
        const std::size_t one = history.drawn(0, kinds.size() - 1);
        const std::size_t other = history.drawn(0, kinds.size() - 1);
        if (one == other) return;
        const auto first = kinds[one].apply(history);
        if (!first) return;
        (void)kinds[other].apply(history);
        law(!law_report(history.stored).ok(), std::string(kinds[one].name) + ", " + std::string(kinds[other].name));
    }));
}

TEST_CASE("Signed journal laws: events of compat-v1 that a key of v2 seals are not changed unnoticed (SL2, SL3).") {
    const std::vector<DamageKind> kinds = event_damage();
    CHECK(for_seeds("sealed by v2", [&](std::uint64_t seed) {
        HistoryWriter history(seed, seed);
        history.start_signing(KeyScheme::compat);
        for (std::size_t i = 0; i < 8; ++i) history.append(static_cast<std::uint32_t>(history.drawn(1, 3)));
        history.change_key();
        history.append(2);
        law(law_report(history.stored).ok());
        const DamageKind& kind = kinds[history.drawn(0, kinds.size() - 1)];
        const auto place = kind.apply(history);
        if (!place) return;
        const ChainReport report = law_report(history.stored);
        law(!report.ok(), std::string(kind.name));
        law(report.broken->broken_at >= *place, "fields that compat-v1 does not cover are found by the seal");
        law(report.root == history.root_of(report.events) || report.broken->broken_at > *place);
    }));
}

TEST_CASE("Signed journal laws: a changed bit of any number in receipts, keys, heads and links is found (SL2).") {
    CHECK(for_seeds("numbers", [](std::uint64_t seed) {
        HistoryWriter history = signed_history(seed);
        StoredJournal changed = history.stored;
        if (flip_integer(changed, history)) law(!law_report(changed).ok());
    }));
}

TEST_CASE("Signed journal laws: a mac depends on the events up to it and on the keys alone (SL5, SL6).") {
    CHECK(for_seeds("function of the events", [](std::uint64_t seed) {
        HistoryWriter history = signed_history(seed, 12, false);
        // The same events from a chain that is stored and loaded between them have the same macs.
        const StoredJournal& stored = history.stored;
        Chain chain = Chain::begin(key_of(1), {stored.origin, stored.domain}, TreeFrontier());
        std::map<std::string, Hash> streams;
        std::size_t link = 0;
        const auto receipt_at = [&](const EventRow& row) {
            return *std::ranges::find(stored.receipts, row.command, &ReceiptRow::command);
        };
        for (const EventRow& row : stored.events) {
            for (; link < stored.links.size() && stored.links[link].receipt->first <= row.sequence; ++link)
                chain.add_empty_receipt(stored.links[link].command, stored.links[link].receipt->fingerprint);
            if (history.drawn(0, 3) == 0) {
                ChainState state = chain.state();
                state.tree = TreeFrontier::from(state.tree.size(), chain.state().tree.hashes()).value();
                chain = Chain(key_of(1), state);
            }
            const ReceiptRow receipt = receipt_at(row);
            CoveredEvent covered = covered_by(row, receipt);
            const auto known = streams.find(row.stream);
            const SealedEvent sealed =
                chain.extend(covered, known == streams.end() ? std::nullopt : std::optional(known->second));
            law(bytes_of(sealed.mac) == row.mac);
            law((known == streams.end() ? Hash{} : known->second) == sealed.stream_previous); // SL6
            streams[row.stream] = sealed.mac;
        }
        law(chain.state() == history.chain()->state());
    }));
}

TEST_CASE("Signed journal laws: a changed event changes its mac and all later ones, and none before (SL5).") {
    CHECK(for_seeds("later macs", [](std::uint64_t seed) {
        HistoryWriter one = signed_history(seed, 6, false);
        HistoryWriter other = one;
        other.vary_content(seed + 1);
        for (HistoryWriter* writer : {&one, &other}) writer->append_random(6, false);
        bool differs = false;
        for (std::size_t i = 0; i < one.stored.events.size(); ++i) {
            const bool same = one.stored.events[i].mac == other.stored.events[i].mac;
            law(!(differs && same));
            differs = !same;
        }
    }));
}

TEST_CASE("Signed journal laws: bytes shifted between neighbouring fields give another leaf (SL13).") {
    HistoryWriter drawing(13, 13);
    std::size_t equal = 0;
    for (std::size_t run = 0; run < 10'000; ++run) {
        std::array<std::string, 5> fields;
        for (std::string& field : fields) field.assign(drawing.drawn(0, 6), static_cast<char>(drawing.drawn(0, 2)));
        const Hash before = leaf_with(fields);
        const std::size_t from = drawing.drawn(0, 3);
        fields.at(from) += static_cast<char>(drawing.drawn(0, 2)); // so that there is a byte to shift
        const Hash lengthened = leaf_with(fields);
        const std::size_t count = drawing.drawn(1, fields.at(from).size());
        fields.at(from + 1).insert(0, fields.at(from).substr(fields.at(from).size() - count));
        fields.at(from).resize(fields.at(from).size() - count);
        const Hash shifted = leaf_with(fields);
        equal += (before == lengthened ? 1U : 0U) + (lengthened == shifted ? 1U : 0U);
    }
    CHECK(equal == 0);
}

TEST_CASE("Signed journal laws: under compat-v1, shifted bytes give the same mac (negative control of SL13).") {
    HistoryWriter drawing(14, 14);
    const auto drawn_text = [&] {
        return std::string(drawing.drawn(1, 6), static_cast<char>(drawing.drawn('a', 'z')));
    };
    const auto joined = [](std::string text, const std::string& rest) { return text.append("|").append(rest); };
    std::size_t equal_macs = 0;
    std::size_t equal_leaves = 0;
    constexpr std::size_t runs = 10'000;
    for (std::size_t run = 0; run < runs; ++run) {
        const std::string one = drawn_text();
        const std::string middle = drawn_text();
        const std::string last = drawn_text();
        const std::string stream = joined(one, middle);
        const std::string type = joined(middle, last);
        equal_macs += compat_mac_with(stream, last) == compat_mac_with(one, type) ? 1U : 0U;
        const bool same = leaf_with({stream, last, "", "", ""}) == leaf_with({one, type, "", "", ""});
        equal_leaves += same ? 1U : 0U;
    }
    CHECK(equal_macs == runs);
    CHECK(equal_leaves == 0);
}

} // namespace evenfold::tests::chain

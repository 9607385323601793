// Imports of rows into SQLite files: the copy is the same journal, and grows like it.
#include <doctest/doctest.h>

#include <string>

#include "evenfold/journal/exchange/event_evidence.hpp"
#include "evenfold/journal/exchange/row_import.hpp"
#include "evenfold/journal/signatures.hpp"
#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/journal/chain/memory_tree.hpp"
#include "evenfold/tests/journal/exchange/exports.hpp"
#include "evenfold/tests/journal/signed/signed_file.hpp"
#include "evenfold/tests/journal/signed/sqlite_rows.hpp"

namespace evenfold::tests::exchange {
namespace {

namespace fs = std::filesystem;
using chain::MemoryChainSource;
using chain::opened;
using chain::report_of_file;
using chain::signed_with;
using chain::trust_of;
using journal::Access;
using journal::FailureKind;
using journal::Journal;
using journal::ScratchFolder;
using journal::contract::batch;
using Imported = std::expected<ImportSummary, journal::Failure>;

std::unique_ptr<Journal> copy_of(const StoredJournal& stored, const fs::path& file) {
    return opened(file, {.domain = stored.domain, .origin = stored.origin},
                  fs::exists(file) ? Access::add_heads : Access::create);
}

Imported import(const StoredJournal& stored, const fs::path& file) {
    const auto journal = copy_of(stored, file);
    const auto sink = journal->signatures()->open_sink(Instant{7});
    if (!sink) return std::unexpected(sink.error());
    MemoryChainSource source(stored);
    return import_rows(source, **sink);
}

std::string exported(const fs::path& file) {
    const auto source = journal::open_sqlite_chain(file);
    REQUIRE(source);
    return text_of(**source);
}

/// Returns the first `events` events of the history, which must end with a command, without later heads and keys.
StoredJournal beginning_of(const HistoryWriter& history, Sequence events) {
    StoredJournal begun = history.stored;
    std::erase_if(begun.events, [&](const chain::EventRow& row) { return row.sequence > events; });
    std::erase_if(begun.receipts, [&](const chain::ReceiptRow& row) { return row.first > events; });
    std::erase_if(begun.links, [&](const chain::EmptyReceiptRow& row) { return row.receipt->first > events; });
    std::erase_if(begun.keys, [&](const chain::KeyRow& row) { return row.first > events + 1; });
    std::erase_if(begun.heads, [&](const chain::HeadRow& row) { return row.size > events; });
    return begun;
}

} // namespace

TEST_CASE("Import: the export of the copy is the same text, and a second import changes nothing (SL11).") {
    const ScratchFolder folder;
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
        CAPTURE(seed);
        const fs::path file = folder / ("copy" + std::to_string(seed));
        const HistoryWriter history = eventful_history(seed);
        const Imported first = import(history.stored, file);
        REQUIRE(first);
        CHECK(first->added == history.head());
        CHECK(exported(file) == text_of(history.stored));
        CHECK(report_of_file(file, trust_of(10)).root == history.root_of(history.head()));
        const Imported again = import(history.stored, file);
        REQUIRE(again);
        CHECK(again->added == 0);
        CHECK(again->compared == history.head());
        CHECK(exported(file) == text_of(history.stored));
    }
}

TEST_CASE("Import: rows that follow the head are added, with their tiles, and the copy can be written.") {
    const ScratchFolder folder;
    const fs::path file = folder / "copy";
    HistoryWriter history = chain::signed_history(5, 30, false);
    REQUIRE(import(history.stored, file));
    while (history.head() < 600) history.append(3);
    const Imported grown = import(history.stored, file);
    REQUIRE(grown);
    CHECK(grown->added == history.head() - grown->compared);
    CHECK(exported(file) == text_of(history.stored));
    CHECK(chain::text_in(file, "SELECT count(*) FROM tiles") == std::to_string(history.head() / 256));
    const auto writer = opened(file, signed_with(1), Access::read_write);
    chain::append(*writer, {batch(1'000'000, {"a"})});
    CHECK(report_of_file(file, trust_of(1)).ok());
}

TEST_CASE("Import: an unsigned journal becomes the signed one that continues it.") {
    const ScratchFolder folder;
    const fs::path file = folder / "copy";
    HistoryWriter history(3);
    for (int i = 0; i < 300; ++i) history.append(1);
    REQUIRE(import(history.stored, file));
    CHECK(chain::text_in(file, "PRAGMA user_version") == "1");
    history.start_signing();
    for (int i = 0; i < 5; ++i) history.append(i % 2 == 0 ? 2 : 0);
    REQUIRE(import(history.stored, file));
    CHECK(exported(file) == text_of(history.stored));
    CHECK(report_of_file(file, trust_of(1)).ok());
}

TEST_CASE("Import: an older copy adds nothing.") {
    const ScratchFolder folder;
    const fs::path file = folder / "copy";
    const HistoryWriter history = chain::short_history(9);
    REQUIRE(import(history.stored, file));
    const Imported older = import(beginning_of(history, 4), file);
    REQUIRE(older);
    CHECK(older->added == 0);
    CHECK(older->compared == 4);
    CHECK(exported(file) == text_of(history.stored));
}

TEST_CASE("Import: another history, another journal and another domain are refused, and nothing is stored.") {
    const ScratchFolder folder;
    const fs::path file = folder / "copy";
    const HistoryWriter history = chain::short_history(6);
    REQUIRE(import(beginning_of(history, 4), file));
    const std::string before = exported(file);
    SUBCASE("another history") {
        HistoryWriter other = history;
        other.stored.events[2].stored_at.unix_ms += 1;
        const Imported refused = import(other.stored, file);
        REQUIRE(!refused);
        CHECK(refused.error().kind == FailureKind::inconsistent);
        CHECK(refused.error().what.starts_with("event 3 is another one than in the journal"));
    }
    SUBCASE("a source that fails behind the new events") {
        const auto journal = copy_of(history.stored, file);
        const auto sink = journal->signatures()->open_sink({});
        MemoryChainSource source(history.stored);
        source.fails_after = 9;
        REQUIRE(!import_rows(source, **sink));
    }
    SUBCASE("another journal") {
        const auto journal = opened(file, {.domain = "plans"}, Access::add_heads);
        const auto sink = journal->signatures()->open_sink({});
        StoredJournal other = history.stored;
        other.origin = "journal/other";
        MemoryChainSource source(other);
        const Imported refused = import_rows(source, **sink);
        REQUIRE(!refused);
        CHECK(refused.error().what.ends_with("the rows are of the journal journal/other, and the journal is of "
                                             "journal/test"));
    }
    CHECK(exported(file) == before);
    CHECK(import(history.stored, file));
}

TEST_CASE("Import: a payload that was removed is not kept by a copy that says nothing of it.") {
    const ScratchFolder folder;
    const fs::path file = folder / "copy";
    HistoryWriter history = chain::short_history(4);
    REQUIRE(import(history.stored, file));
    HistoryWriter removed = history;
    removed.remove({2, 2});
    const Imported refused = import(removed.stored, file);
    REQUIRE(!refused);
    CHECK(refused.error().what.starts_with(
        "the payload of event 2 was removed or replaced, and the journal still has it"));
    const fs::path other = folder / "other";
    REQUIRE(import(removed.stored, other));
    CHECK(chain::text_in(other, "SELECT typeof(data) FROM events WHERE sequence = 2") ==
          "blob");                        // as a removal leaves it
    CHECK(import(history.stored, other)); // an older copy
    CHECK(exported(other) == text_of(removed.stored));
}

TEST_CASE("Event evidence: the line of an event is that of its entry, and no other is.") {
    const HistoryWriter history = chain::short_history(3);
    const auto entry_of = [&](std::size_t at) {
        auto covered = chain::covered_by(history.stored.events[at], history.stored.receipts[at]);
        covered.key_id = history.stored.keys.front().id;
        std::string entry;
        journal::chain::append_entry(entry, covered);
        return entry;
    };
    const journal::chain::StreamEventRow row{
        .event = history.stored.events[1], .receipt = history.stored.receipts[1], .newest_empty = {}};
    const std::string line = event_line(row);
    CHECK(check_event_line(line, entry_of(1)));
    CHECK(check_event_line(line, entry_of(0)).error() == "it is another event than that of the proof");
    CHECK(check_event_line(line, "no entry").error() == "the proof has no entry of an event");
    journal::chain::StreamEventRow changed = row;
    changed.event.data += " ";
    CHECK(check_event_line(event_line(changed), entry_of(1)).error() ==
          "its payload is not the one whose hash was signed");
}

} // namespace evenfold::tests::exchange

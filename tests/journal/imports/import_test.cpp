// Imports of rows into SQLite files and into memory.
#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "evenfold/journal/exchange/event_evidence.hpp"
#include "evenfold/journal/memory/memory_journal.hpp"
#include "evenfold/journal/signatures.hpp"
#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/journal/imports/import_cases.hpp"
#include "evenfold/tests/journal/signed/signed_file.hpp"

namespace evenfold::tests::exchange {
namespace {

namespace fs = std::filesystem;
using chain::opened;
using chain::signed_with;
using journal::Access;
using journal::FailureKind;
using journal::Journal;
using journal::MemoryJournal;
using journal::ScratchFolder;
using journal::contract::batch;

class FilePlace final : public CopyPlace {
public:
    std::shared_ptr<Journal> open(const StoredJournal& stored) override {
        return opened(file_, {.domain = stored.domain, .origin = stored.origin},
                      fs::exists(file_) ? Access::add_heads : Access::create);
    }
    std::shared_ptr<Journal> open_to_write() override { return opened(file_, signed_with(1), Access::read_write); }
    [[nodiscard]] const fs::path& file() const { return file_; }

private:
    ScratchFolder folder_;
    fs::path file_ = folder_ / "copy";
};

class MemoryPlace final : public CopyPlace {
public:
    std::shared_ptr<Journal> open(const StoredJournal& stored) override {
        if (!copy_)
            copy_ = std::make_shared<MemoryJournal>(
                journal::MemoryOptions{.domain = stored.domain, .origin = stored.origin});
        return copy_;
    }
    std::shared_ptr<Journal> open_to_write() override { return nullptr; }

private:
    std::shared_ptr<Journal> copy_;
};

} // namespace

TEST_CASE("Import, SQLite: all cases hold.") {
    check_import_cases([] { return std::make_unique<FilePlace>(); });
}

TEST_CASE("Import, memory: all cases hold.") {
    check_import_cases([] { return std::make_unique<MemoryPlace>(); });
}

TEST_CASE("Import, SQLite: the tables are those of a journal that was written there.") {
    FilePlace place;
    HistoryWriter history(3);
    for (int i = 0; i < 600; ++i) history.append(1);
    REQUIRE(import_into(place, history.stored));
    CHECK(chain::text_in(place.file(), "PRAGMA user_version") == "1");
    history.start_signing();
    history.append(1);
    history.remove({601, 601});
    REQUIRE(import_into(place, history.stored));
    CHECK(chain::text_in(place.file(), "PRAGMA user_version") == "2");
    CHECK(chain::text_in(place.file(), "SELECT count(*) FROM tiles") == "2");
    CHECK(chain::text_in(place.file(), "SELECT typeof(data) FROM events WHERE sequence = 601") == "blob");
}

TEST_CASE("Import, memory: a journal of the same key goes on behind the rows, and one without it refuses to append.") {
    HistoryWriter history = chain::signed_history(5, 300, false);
    MemoryJournal journal({.domain = history.stored.domain,
                           .origin = history.stored.origin,
                           .signing = journal::SigningOptions{chain::key_of(1)}});
    MemoryJournal keyless({.domain = history.stored.domain, .origin = history.stored.origin});
    for (Journal* copy : {static_cast<Journal*>(&journal), static_cast<Journal*>(&keyless)}) {
        const auto sink = copy->signatures()->open_sink({}).value();
        chain::MemoryChainSource source(history.stored);
        REQUIRE(import_rows(source, *sink));
    }
    REQUIRE(journal.append(std::vector{batch(1'000'000, {"a", "b"}), batch(1'000'001, {})}, std::nullopt));
    const auto report = verify(*journal.signatures()->open_chain().value(), chain::trust_of(1));
    REQUIRE(report);
    CHECK_MESSAGE(report->ok(), (report->broken ? report->broken->detail : ""));
    CHECK(report->events == history.head() + 2);
    const auto refused = keyless.append(std::vector{batch(1'000'000, {"a"})}, std::nullopt);
    REQUIRE(!refused);
    CHECK(std::get<journal::Failure>(refused.error()).kind == FailureKind::unsigned_writer);
}

TEST_CASE("Import, memory: events that this thread appends meanwhile are not mixed with the rows.") {
    const HistoryWriter history = chain::short_history(3);
    MemoryJournal journal({.domain = history.stored.domain, .origin = history.stored.origin});
    const auto sink = journal.signatures()->open_sink({}).value();
    chain::MemoryChainSource source(history.stored);
    REQUIRE(sink->begin(source.start().value()));
    REQUIRE(journal.append(std::vector{batch(1, {"a"})}, std::nullopt));
    for (const journal::chain::EventRow& row : history.stored.events) REQUIRE(sink->add(row));
    CHECK(sink->commit().error().kind == FailureKind::busy);
    CHECK(journal.head() == 1);
}

TEST_CASE("Import, memory: rows that do not follow each other, or are not whole, are refused.") {
    const HistoryWriter history = chain::short_history(3);
    MemoryJournal journal({.domain = history.stored.domain, .origin = history.stored.origin});
    const auto sink = journal.signatures()->open_sink({}).value();
    chain::MemoryChainSource source(history.stored);
    REQUIRE(sink->begin(source.start().value()));
    CHECK(sink->add(history.stored.events[1]).error().kind == FailureKind::invalid);
    journal::chain::EventRow cut = history.stored.events[0];
    cut.mac.pop_back();
    CHECK(sink->add(cut).error().kind == FailureKind::invalid);
    journal::chain::EventRow strange = history.stored.events[0];
    strange.actor = "nobody";
    CHECK(sink->add(strange).error().kind == FailureKind::invalid);
    CHECK(sink->add(history.stored.events[0]));
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

// Payloads are removed from a signed file: what readers, writers and verifications see, and which bytes are left.
#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "evenfold/journal/chain/tree/proof.hpp"
#include "evenfold/journal/removal_check.hpp"
#include "evenfold/storage/sqlite/database.hpp"
#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/journal/chain/stored_journal.hpp"
#include "evenfold/tests/journal/removal/erased_file.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"
#include "evenfold/tests/journal/signed/sqlite_rows.hpp"

namespace evenfold::tests::removal {

using namespace journal;
using tests::chain::opened;
using tests::chain::signed_with;
using tests::chain::text_in;

namespace {

constexpr Sequence sealed = 20; // events from before signing began
constexpr Sequence last = 300;
const Ranges some{{3, 5}, {14, 14}, {100, 140}, {300, 300}};

bool is_in(const Ranges& ranges, Sequence sequence) {
    return std::ranges::any_of(ranges,
                               [&](const auto& range) { return range.first <= sequence && sequence <= range.last; });
}

std::vector<Record> all_records(Journal& journal) {
    return read_all(journal).value();
}

/// Checks that `records` are those of `before`, without the payloads of `ranges`.
void check_removed(const std::vector<Record>& records, const std::vector<Record>& before, const Ranges& ranges) {
    REQUIRE(records.size() == before.size());
    for (std::size_t at = 0; at < records.size(); ++at) {
        Record expected = before[at];
        if (is_in(ranges, expected.sequence)) {
            expected.data.clear();
            expected.removed = true;
        }
        CHECK_MESSAGE(records[at] == expected, expected.sequence);
    }
}

} // namespace

TEST_CASE("Removal: readers of every form get the events without payloads, and all others as before.") {
    const ScratchFolder folder;
    const auto file = folder / "journal.db";
    create(file, sealed, last - sealed);
    const auto journal = opened(file, signed_with(1));
    const auto early = opened(file, {.domain = "plans"}, Access::read_only); // which has statements for these tables
    const std::vector<Record> before = all_records(*early);
    CHECK(early->position() == JournalPosition{.head = last, .erasures = 0});
    remove_now(*journal, some);
    for (Journal* reader : {journal.get(), early.get()}) {
        check_removed(all_records(*reader), before, some);
        CHECK(reader->position() == JournalPosition{.head = last, .erasures = 1});
        CHECK(reader->verify());
        EventPage page;
        const auto cursor = reader->open_cursor({.from = 100, .at_most = 2, .payload_only = true}).value();
        REQUIRE(cursor->next(page).value());
        CHECK(page.payloads()[0].removed);
        CHECK(page.payloads()[0].type == before[99].type);
        CHECK(page.payloads()[0].data.empty());
        const auto of_stream = reader->open_cursor({.direction = Direction::backward, .stream = "a"}).value();
        REQUIRE(of_stream->next(page).value());
        CHECK(page.records()[0].sequence == last);
        CHECK(page.records()[0].removed);
        CHECK(!page.records()[1].removed);
    }
}

TEST_CASE("Removal: appends go on, also by a writer that was open before, and a second removal may overlap.") {
    const ScratchFolder folder;
    const auto file = folder / "journal.db";
    create(file, sealed, last - sealed);
    const auto journal = opened(file, signed_with(1));
    const auto other = opened(file, signed_with(1));
    remove_now(*journal, some);
    grow(*other, last, 3);
    grow(*journal, last + 3, 3);
    remove_now(*other, {{1, 6}, {last + 2, last + 2}});
    CHECK(journal->position()->erasures == 2);
    CHECK(
        text_in(file, "SELECT group_concat(sequence || ':' || removed) FROM events WHERE sequence <= 6 AND removed") ==
        "1:2,2:2,3:1,4:1,5:1,6:2");
    const auto report = tests::chain::report_of_file(file, trust_in(*journal));
    CHECK_MESSAGE(report.ok(), (report.broken ? report.broken->detail : ""));
    CHECK(report.removed == 50);
    CHECK(!tests::chain::run_sql(file, "UPDATE events SET actor = 'system' WHERE sequence = 1"));
}

TEST_CASE("Removal: chain, tree and old proofs hold, and the report counts the removed payloads (SL12).") {
    const ScratchFolder folder;
    const auto file = folder / "journal.db";
    create(file, sealed, last - sealed);
    const auto journal = opened(file, signed_with(1));
    const journal::chain::ChainTrust trust = trust_in(*journal);
    const auto before = tests::chain::report_of_file(file, trust);
    REQUIRE(before.ok());
    std::vector<std::pair<std::string, journal::chain::TreeProof>> proofs;
    {
        const auto tree = journal->signatures()->open_tree().value();
        for (Sequence sequence = 1; sequence <= last; ++sequence)
            proofs.emplace_back(tree->entry_of(sequence).value(), inclusion_proof(*tree, sequence - 1, last).value());
    }
    remove_now(*journal, some);
    const auto after = tests::chain::report_of_file(file, trust);
    REQUIRE_MESSAGE(after.ok(), after.broken->detail);
    CHECK(after.mac == before.mac);
    CHECK(after.root == before.root);
    CHECK(after.removed == 46);
    CHECK(tests::chain::remark_of(after, journal::chain::RemarkKind::removed_payloads)->count == 46);
    const auto tree = journal->signatures()->open_tree().value();
    for (Sequence sequence = 1; sequence <= last; ++sequence) {
        const auto& [entry, proof] = proofs[sequence - 1];
        CHECK(tree->entry_of(sequence) == entry);
        CHECK(journal::chain::is_included(journal::chain::leaf_hash(entry), sequence - 1, last, proof, after.root));
    }
    journal::chain::ChainTrust without_signer = trust;
    without_signer.read_removal = {};
    const auto unproven = tests::chain::report_of_file(file, without_signer);
    REQUIRE(!unproven.ok());
    CHECK(unproven.broken->reason == journal::chain::BreakReason::removal_unproven);
    CHECK(unproven.broken->broken_at == 3); // from before signing began
}

TEST_CASE("Removal: a hash of a removed payload that was changed is found, also before signing began.") {
    for (const Sequence sequence : {4U, 14U, 120U}) {
        const ScratchFolder folder;
        const auto file = folder / "journal.db";
        create(file, sealed, last - sealed);
        const auto journal = opened(file, signed_with(1));
        remove_now(*journal, some);
        REQUIRE(tests::chain::run_sql(file, "DROP TRIGGER events_refuse_UPDATE; UPDATE events SET payload_hash = x'" +
                                                std::string(64, '7') +
                                                "' WHERE sequence = " + std::to_string(sequence)));
        CHECK(!tests::chain::report_of_file(file, trust_in(*journal)).ok());
    }
}

TEST_CASE("Removal: the erased bytes are in no file of the journal, and all others still are (SL12).") {
    const ScratchFolder folder;
    const auto file = folder / "journal.db";
    create(file, sealed, last - sealed);
    const auto journal = opened(file, signed_with(1));
    CHECK(FolderBytes(folder.path()).events_up_to(last) == last);
    remove_now(*journal, some);
    const FolderBytes bytes(folder.path());
    for (Sequence sequence = 1; sequence <= last; ++sequence)
        CHECK_MESSAGE((bytes.with(sequence) == 0) == is_in(some, sequence), sequence);
}

TEST_CASE("Removal: rows that are emptied and not overwritten leave bytes in files (negative control).") {
    const ScratchFolder folder;
    const auto file = folder / "journal.db";
    create(file, sealed, last - sealed);
    const auto journal = opened(file, signed_with(1));
    const std::string emptied =
        "PRAGMA secure_delete = OFF; DROP TRIGGER events_refuse_UPDATE; UPDATE events SET data = x'', salt = NULL "
        "WHERE sequence BETWEEN 1 AND 14";
    const auto left = [&] { return FolderBytes(folder.path()).events_up_to(14); };
    REQUIRE(tests::chain::run_sql(file, emptied));
    CHECK(left() == 14); // in the log, and in the file before a checkpoint
    REQUIRE(tests::chain::run_sql(file, "PRAGMA wal_checkpoint(TRUNCATE)"));
    CHECK(left() > 0); // in unused parts of pages
    REQUIRE(journal->signatures()->overwrite_removed());
    CHECK(left() == 0);
}

TEST_CASE("Removal: bytes in pages that were free before are overwritten, too.") {
    const ScratchFolder folder;
    const auto file = folder / "journal.db";
    create(file, sealed, last - sealed);
    const auto journal = opened(file, signed_with(1));
    REQUIRE(tests::chain::run_sql(file, "PRAGMA secure_delete = OFF; CREATE TABLE copies AS SELECT data FROM events; "
                                        "DROP TABLE copies; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA secure_delete = "
                                        "ON; DROP TRIGGER events_refuse_UPDATE; UPDATE events SET data = x'', salt = "
                                        "NULL; PRAGMA wal_checkpoint(TRUNCATE)"));
    const auto left = [&] { return FolderBytes(folder.path()).events_up_to(last); };
    CHECK(left() > 0); // negative control: deleting securely overwrites only what is deleted now
    REQUIRE(journal->signatures()->overwrite_removed());
    CHECK(left() == 0);
}

TEST_CASE("Removal: while another program reads an older state, its bytes stay, and overwriting later removes them.") {
    const ScratchFolder folder;
    const auto file = folder / "journal.db";
    create(file, sealed, last - sealed);
    SqliteOptions options = signed_with(1);
    options.lock_wait = std::chrono::milliseconds(20);
    const auto journal = opened(file, options);
    {
        const auto reader =
            storage::sqlite::Database::open(file, storage::sqlite::OpenMode::read, std::chrono::seconds(1));
        REQUIRE(reader);
        REQUIRE(reader->execute("BEGIN; SELECT count(*) FROM events"));
        const auto removed = journal->signatures()->remove_payloads(removal_of(*journal, some));
        REQUIRE(!removed);
        CHECK(removed.error().kind == FailureKind::busy);
        CHECK(removed.error().what.find("their bytes may still be in its files") != std::string::npos);
        CHECK(journal->position()->erasures == 1);
        CHECK(FolderBytes(folder.path()).with(100) > 0);
    }
    REQUIRE(journal->signatures()->overwrite_removed());
    CHECK(FolderBytes(folder.path()).with(100) == 0);
    grow(*journal, last, 1);
    CHECK(tests::chain::report_of_file(file, trust_in(*journal)).ok());
}

TEST_CASE("Removal: one that is not of these events changes nothing.") {
    const ScratchFolder folder;
    const auto file = folder / "journal.db";
    create(file, sealed, last - sealed);
    const auto journal = opened(file, signed_with(1));
    const std::vector<Record> before = all_records(*journal);
    const auto refused = [&](auto&& change) {
        PayloadRemoval removal = removal_of(*journal, some);
        change(removal.statement);
        const auto removed = journal->signatures()->remove_payloads(removal);
        CHECK(all_records(*journal) == before);
        CHECK(journal->position()->erasures == 0);
        if (removed) return std::string("no error");
        CHECK(removed.error().kind == FailureKind::invalid);
        return removed.error().what;
    };
    using Statement = journal::chain::RemovalStatement;
    CHECK(refused([](Statement& of) { of.origin = "journal/other"; }).find("another journal") != std::string::npos);
    CHECK(refused([](Statement& of) { of.distrust = "no signature"; }).find("no signature") != std::string::npos);
    CHECK(refused([](Statement& of) { of.ranges.clear(); }).find("names no event") != std::string::npos);
    CHECK(refused([](Statement& of) { of.ranges.back().last = last + 1; }).find("ends at event 300") !=
          std::string::npos);
    CHECK(refused([](Statement& of) { of.ranges.front().first = 2; }).find("of other events") != std::string::npos);
    CHECK(!tests::chain::run_sql(file, "UPDATE events SET actor = 'system' WHERE sequence = 1"));
    grow(*journal, last, 1);
}

TEST_CASE("Removal: a note that is stored already removes nothing again.") {
    const ScratchFolder folder;
    const auto journal = opened(folder / "journal.db", signed_with(1));
    grow(*journal, 0, 10);
    const PayloadRemoval removal = removal_of(*journal, {{2, 3}});
    REQUIRE(journal->signatures()->remove_payloads(removal));
    REQUIRE(journal->signatures()->remove_payloads(removal));
    CHECK(journal->position()->erasures == 1);
}

TEST_CASE("Removal: an event that was stored without bytes is not a removed one.") {
    const ScratchFolder folder;
    const auto journal = opened(folder / "journal.db", signed_with(1));
    Batch batch = contract::batch(1, {"a", "a"});
    for (NewEvent& event : batch.events) event.data.clear();
    tests::chain::append(*journal, {batch});
    remove_now(*journal, {{2, 2}});
    const std::vector<Record> records = all_records(*journal);
    CHECK(!records[0].removed);
    CHECK(records[1].removed);
    EventPage page;
    REQUIRE(journal->open_cursor({.payload_only = true}).value()->next(page).value());
    CHECK(!page.payloads()[0].removed);
    CHECK(page.payloads()[1].removed);
}

TEST_CASE("Removal: a journal that is not signed, or was opened to read, refuses.") {
    const ScratchFolder folder;
    const auto plain = opened(folder / "plain.db", {.domain = "plans"});
    CHECK(plain->signatures()->remove_payloads({}).error().kind == FailureKind::invalid);
    CHECK(plain->signatures()->overwrite_removed().error().kind == FailureKind::invalid);
    create(folder / "journal.db", 0, 2);
    const auto read = opened(folder / "journal.db", {.domain = "plans"}, Access::read_only);
    CHECK(read->signatures()->remove_payloads({}).error().kind == FailureKind::read_only);
}

} // namespace evenfold::tests::removal

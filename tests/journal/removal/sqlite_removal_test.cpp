// Payloads are removed from a signed file: what readers, writers and verifications see, and which bytes are left.
#include <doctest/doctest.h>

#include <algorithm>
#include <memory>

#include "evenfold/storage/sqlite/database.hpp"
#include "evenfold/tests/journal/removal/erased_file.hpp"
#include "evenfold/tests/journal/removal/removal_cases.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"
#include "evenfold/tests/journal/signed/sqlite_rows.hpp"

namespace evenfold::tests::removal {

using namespace journal;
using tests::chain::opened;
using tests::chain::signed_with;

namespace {

constexpr Sequence sealed = 20; // events from before signing began
constexpr Sequence last = 300;
const Ranges some{{3, 5}, {14, 14}, {100, 140}, {300, 300}};

bool is_in(const Ranges& ranges, Sequence sequence) {
    return std::ranges::any_of(ranges,
                               [&](const auto& range) { return range.first <= sequence && sequence <= range.last; });
}

class FileFixture final : public RemovalFixture {
public:
    Journal& journal() override { return *journal_; }
    Journal& other() override {
        if (!other_) other_ = opened(file_, signed_with(1));
        return *other_;
    }
    Journal& reader() override {
        if (!reader_) reader_ = opened(file_, {.domain = "plans"}, Access::read_only);
        return *reader_;
    }

private:
    ScratchFolder folder_;
    std::filesystem::path file_ = folder_ / "journal.db";
    std::unique_ptr<Journal> journal_ = opened(file_, {.domain = "plans"});
    std::unique_ptr<Journal> other_, reader_;
};

} // namespace

TEST_CASE("Removal, SQLite: all cases hold.") {
    check_removal_cases([] { return std::make_unique<FileFixture>(); });
}

TEST_CASE("Removal: afterwards the file refuses changes of events as before.") {
    const ScratchFolder folder;
    const auto file = folder / "journal.db";
    create(file, 0, 3);
    const auto journal = opened(file, signed_with(1));
    remove_now(*journal, {{2, 2}});
    CHECK(!tests::chain::run_sql(file, "UPDATE events SET actor = 'system' WHERE sequence = 1"));
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

TEST_CASE("Removal: a journal that was opened to read refuses.") {
    const ScratchFolder folder;
    create(folder / "journal.db", 0, 2);
    const auto read = opened(folder / "journal.db", {.domain = "plans"}, Access::read_only);
    CHECK(read->signatures()->remove_payloads({}).error().kind == FailureKind::read_only);
}

} // namespace evenfold::tests::removal

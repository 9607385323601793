// The content of a journal is checked when it is opened: its tables, its last events, and its receipts.
#include <array>
#include <optional>

#include "evenfold/storage/sqlite/failure.hpp"
#include "evenfold/tests/journal/faulty_disk.hpp"
#include "evenfold/tests/journal/identity/sample.hpp"

namespace evenfold::journal::sample {

namespace {

constexpr std::uint64_t long_tail = 40; // more than the events that are checked at open

void change(const path& file, const std::string& sql) {
    REQUIRE(
        run_sql(file, "DROP TRIGGER IF EXISTS events_refuse_DELETE; DROP TRIGGER IF EXISTS events_refuse_UPDATE; "
                      "DROP TRIGGER IF EXISTS receipts_refuse_DELETE; DROP TRIGGER IF EXISTS receipts_refuse_UPDATE;" +
                          sql) == SQLITE_OK);
}

std::string id_of(std::uint64_t number) {
    return to_text(contract::command(number));
}

} // namespace

TEST_CASE("SqliteJournal damage: a foreign trigger, index or view, and other columns, are refused at open.") {
    struct Row {
        const char* sql;
        const char* words;
    };
    for (const auto& [sql, words] : {
             Row{"CREATE TRIGGER z BEFORE INSERT ON events BEGIN SELECT RAISE(IGNORE); END",
                 "the trigger z on the table"},
             Row{"CREATE TRIGGER z AFTER INSERT ON RECEIPTS BEGIN SELECT 1; END",
                 "the trigger z on the table receipts"},
             Row{"CREATE TRIGGER z AFTER UPDATE ON journal_tail BEGIN SELECT 1; END", "the trigger z on the table"},
             Row{"DROP TRIGGER events_refuse_INSERT; CREATE TRIGGER events_refuse_INSERT BEFORE INSERT ON events BEGIN "
                 "SELECT RAISE(IGNORE); END",
                 "the trigger events_refuse_INSERT on the table events"},
             Row{"CREATE UNIQUE INDEX i ON events (type, sequence)", "the index i on the table events"},
             Row{"CREATE INDEX i ON streams (name) WHERE id > 7", "the index i on the table streams"},
             Row{"ALTER TABLE events ADD COLUMN more TEXT", "the table events has the columns"},
             Row{"DROP VIEW log", "the view log is gone"},
             Row{"DROP VIEW log; CREATE VIEW log AS SELECT * FROM events WHERE sequence < 2",
                 "the view log is another"},
             Row{"DROP TABLE journal_tail", "no such table"},
             Row{"INSERT INTO origin VALUES ('another')", "more than one origin"},
         }) {
        CAPTURE(sql);
        const ScratchFolder folder;
        make(folder / "a.db");
        REQUIRE(run_sql(folder / "a.db", sql) == SQLITE_OK);
        check_refused(folder / "a.db", FailureKind::damaged, words);
    }
}

TEST_CASE("SqliteJournal damage: tables with other names, and views and indexes over them, are left alone.") {
    const ScratchFolder folder;
    make(folder / "a.db");
    REQUIRE(run_sql(folder / "a.db",
                    "CREATE TABLE mine (x); CREATE INDEX mine_x ON mine (x); CREATE VIEW my_view AS SELECT "
                    "x FROM mine; INSERT INTO mine VALUES (1)") == SQLITE_OK);
    for (const Access access : accesses) CHECK(events_in(folder / "a.db", access) == 3);
}

TEST_CASE("SqliteJournal damage: a journal whose objects were created by other texts is read by their columns.") {
    const ScratchFolder folder;
    make(folder / "a.db");
    REQUIRE(run_sql(folder / "a.db",
                    "CREATE TABLE copy (domain ANY NOT NULL) STRICT; INSERT INTO copy SELECT domain FROM "
                    "journal; DROP TABLE journal; ALTER TABLE copy RENAME TO journal") == SQLITE_OK);
    CHECK(events_in(folder / "a.db", Access::read_write) == 3);
}

TEST_CASE("SqliteJournal damage: a trigger that is added under a writer makes its next append fail.") {
    const ScratchFolder folder;
    const path file = folder / "a.db";
    make(file);
    const auto journal = open_sqlite_journal(file, Access::read_write);
    REQUIRE(journal);
    REQUIRE(append(**journal, 4, 4));
    for (const char* trigger : {"CREATE TRIGGER z BEFORE INSERT ON events BEGIN SELECT RAISE(IGNORE); END",
                                "CREATE TRIGGER z AFTER INSERT ON events BEGIN DELETE FROM receipts; END",
                                "CREATE TRIGGER z BEFORE INSERT ON receipts BEGIN SELECT RAISE(IGNORE); END"}) {
        REQUIRE(run_sql(file, trigger) == SQLITE_OK);
        const Failure failure = refused_append(**journal, 5);
        CHECK(failure.kind == FailureKind::damaged);
        CHECK(failure.what.find("trigger z") != std::string::npos);
        CHECK((*journal)->head() == 4);
        REQUIRE(run_sql(file, "DROP TRIGGER z") == SQLITE_OK);
    }
    CHECK(append(**journal, 5, 5));
}

TEST_CASE("SqliteJournal damage: events that are lost from the end are refused, and their sequences not used again.") {
    for (const char* lost : {"sequence = 3", "sequence > 1", "1"}) {
        const ScratchFolder folder;
        make(folder / "a.db");
        change(folder / "a.db", std::string("DELETE FROM events WHERE ") + lost);
        check_refused(folder / "a.db", FailureKind::damaged, "which it has stored, are missing");
    }
}

TEST_CASE("SqliteJournal damage: an append notices events that were lost from the end since it was opened.") {
    const ScratchFolder folder;
    make(folder / "a.db");
    const auto journal = open_sqlite_journal(folder / "a.db", Access::read_write);
    REQUIRE(journal);
    change(folder / "a.db", "DELETE FROM events WHERE sequence = 3");
    const Failure failure = refused_append(**journal, 4);
    CHECK(failure.kind == FailureKind::damaged);
    CHECK(failure.what.find("an earlier append has stored a later one") != std::string::npos);
}

TEST_CASE("SqliteJournal damage: the last events and their receipts are compared at open.") {
    struct Row {
        std::string sql;
        const char* words;
    };
    for (const auto& [sql, words] :
         {Row{"DELETE FROM events WHERE sequence = 39", "event 39 is missing"},
          Row{"UPDATE events SET version = 50 WHERE sequence = 40", "version 49 of its stream is missing"},
          Row{"DELETE FROM receipts WHERE command = '" + id_of(39) + "'", "event 39 has no receipt"},
          Row{"UPDATE receipts SET first = 7 WHERE command = '" + id_of(38) + "'", "not where the receipt"},
          Row{"UPDATE receipts SET count = 2 WHERE command = '" + id_of(40) + "'", "event 41 is missing"},
          Row{"UPDATE events SET stream = 9 WHERE sequence = 40", "of its stream is missing"}}) {
        CAPTURE(sql);
        const ScratchFolder folder;
        make(folder / "a.db", long_tail);
        change(folder / "a.db", sql);
        check_refused(folder / "a.db", FailureKind::damaged, words);
    }
}

TEST_CASE("SqliteJournal damage: what opening does not check is found by verify.") {
    for (const std::string& sql : {std::string("SELECT 1"), std::string("DELETE FROM events WHERE sequence = 7"),
                                   "DELETE FROM receipts WHERE command = '" + id_of(7) + "'",
                                   "UPDATE receipts SET count = 9 WHERE command = '" + id_of(7) + "'",
                                   std::string("UPDATE events SET version = 90 WHERE sequence = 7"),
                                   "INSERT INTO receipts VALUES ('" + id_of(999) + "', 'f', 3, 1)"}) {
        CAPTURE(sql);
        const ScratchFolder folder;
        make(folder / "a.db", long_tail);
        change(folder / "a.db", sql);
        for (const Access access : accesses) {
            const auto journal = open_sqlite_journal(folder / "a.db", access);
            REQUIRE(journal);
            const auto verified = (*journal)->verify();
            CHECK(verified.has_value() == (sql == "SELECT 1"));
            if (!verified) CHECK(verified.error().kind == FailureKind::damaged);
        }
    }
}

TEST_CASE("SqliteJournal damage: a receipt is returned only for events that are there.") {
    const ScratchFolder folder;
    make(folder / "a.db", long_tail);
    change(folder / "a.db", "DELETE FROM events WHERE sequence = 7");
    const auto journal = open_sqlite_journal(folder / "a.db", Access::read_write);
    REQUIRE(journal);
    CHECK((*journal)->receipt(contract::command(6)).value());
    const auto receipt = (*journal)->receipt(contract::command(7));
    REQUIRE(!receipt);
    CHECK(receipt.error().kind == FailureKind::damaged);
    const Failure failure = refused_append(**journal, 7);
    CHECK(failure.kind == FailureKind::damaged);
    CHECK(failure.what.find("which are not there") != std::string::npos);
    CHECK((*journal)->append(std::vector{contract::batch(6, {"a"})}, std::nullopt)->front().first == 6);
}

TEST_CASE(
    "SqliteJournal damage: a journal of an earlier evenfold is read as it is, and gets an origin from a writer.") {
    const ScratchFolder folder;
    const path file = folder / "a.db";
    make(file);
    REQUIRE(run_sql(file, "DROP TABLE origin; DROP TABLE journal_tail") == SQLITE_OK);
    const std::string before = bytes_of(file);
    CHECK(events_in(file) == 3);
    CHECK(bytes_of(file) == before);
    CHECK(events_in(file, Access::read_write) == 3);
    change(file, "DELETE FROM events WHERE sequence = 3");
    check_refused(file, FailureKind::damaged, "events 3 to 3, which it has stored, are missing");
}

TEST_CASE("SqliteJournal damage: a journal of an earlier evenfold that has lost its end gets no origin.") {
    const ScratchFolder folder;
    const path file = folder / "a.db";
    make(file);
    change(file, "DROP TABLE origin; DROP TABLE journal_tail; DELETE FROM events WHERE sequence = 3");
    const auto journal = open_sqlite_journal(file, Access::read_write);
    REQUIRE(!journal);
    CHECK(journal.error().what.find("the last 1 events that its receipts name are not there") != std::string::npos);
}

TEST_CASE("SqliteJournal damage: a read that fails is an I/O error, wherever it happens, and no damage.") {
    const ScratchFolder folder;
    const path file = folder / "a.db";
    make(file, long_tail);
    append_and_die(file, long_tail + 1, long_tail + 2);
    for (const Access access : {Access::read_only, Access::read_write}) {
        int nth = 1;
        for (bool failed = true; failed; ++nth) {
            CAPTURE(nth);
            FaultyDisk disk;
            disk.fail(Fault::read_fails, nth);
            const auto journal = open_sqlite_journal(file, access);
            std::optional<Failure> failure;
            if (!journal) {
                failure = journal.error();
            } else if (const auto read = read_all(**journal); !read) {
                failure = read.error();
            }
            failed = disk.has_failed();
            if (failure) CHECK_MESSAGE(failure->kind == FailureKind::input_output, failure->what);
        }
        CHECK(nth > 10);
        CHECK(events_in(file) == long_tail + 2);
    }
}

TEST_CASE("SqliteJournal damage: opening reads hardly more of a long journal than of a short one.") {
    for (const Access access : accesses) {
        std::array<int, 2> reads{};
        int all = 0; // the control: reading everything depends on the length
        for (const bool is_long : {false, true}) {
            const ScratchFolder folder;
            make(folder / "a.db", 40);
            if (is_long) {
                const auto journal = open_sqlite_journal(folder / "a.db", Access::create);
                REQUIRE(
                    (*journal)->append(std::vector{contract::batch(99, std::vector<std::string>(20'000, "a"))}, 40));
            }
            FaultyDisk disk;
            const auto journal = open_sqlite_journal(folder / "a.db", access);
            REQUIRE(journal);
            reads.at(is_long ? 1 : 0) = disk.reads();
            REQUIRE((*journal)->verify());
            all = disk.reads() - reads.at(is_long ? 1 : 0);
        }
        CHECK(reads[1] <= reads[0] + 40); // deeper trees
        CHECK(all > reads[1] + 40);
    }
}

TEST_CASE("SqliteJournal damage: an I/O error is never reported as damage, whatever its code and errno.") {
    for (int code = SQLITE_IOERR; code <= (SQLITE_IOERR | (40 << 8)); code += 256) {
        for (const int error : {0, ENOENT, EIO, ENOSPC, EDQUOT, EFBIG, EACCES, EROFS, EINTR, ESTALE}) {
            const Failure failure = storage::sqlite::failure_of(
                "a.db", "read", storage::sqlite::SqliteError{.code = code, .system_error = error, .message = "disk"});
            const bool is_full = error == ENOSPC || error == EDQUOT || error == EFBIG;
            const bool is_protected = error == EACCES || error == EROFS;
            CHECK(failure.kind == (is_full        ? FailureKind::full
                                   : is_protected ? FailureKind::read_only
                                                  : FailureKind::input_output));
            CHECK(failure.remedy.find("integrity_check") == std::string::npos);
            if (error != 0) CHECK(failure.what.find(system::message_of_errno(error)) != std::string::npos);
        }
    }
}

} // namespace evenfold::journal::sample

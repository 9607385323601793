// Files that are not journals, or that are incomplete: the errors are right, and the files are left unchanged.
#include "evenfold/journal/sqlite/sqlite_journal.hpp"

#include <doctest/doctest.h>

#include <array>
#include <fstream>
#include <iterator>
#include <map>
#include <sqlite3.h>
#include <string>

#include "evenfold/storage/sqlite/failure.hpp"
#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/journal/faulty_disk.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"

namespace evenfold::journal {

namespace {

using contract::batch;
using std::filesystem::path;

constexpr std::array<Access, 3> accesses = {Access::read_only, Access::read_write, Access::create};

std::string bytes_of(const path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// Returns all files of `folder` with their bytes.
std::map<path, std::string> content_of(const path& folder) {
    std::map<path, std::string> content;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) content[entry] = bytes_of(entry);
    return content;
}

/// A plain SQLite connection, without the journal's code.
class ForeignConnection {
public:
    explicit ForeignConnection(const path& file) { REQUIRE(sqlite3_open(file.c_str(), &database_) == SQLITE_OK); }
    ForeignConnection(const ForeignConnection&) = delete;
    ForeignConnection& operator=(const ForeignConnection&) = delete;
    ~ForeignConnection() { sqlite3_close(database_); }

    int run(const char* sql) { return sqlite3_exec(database_, sql, nullptr, nullptr, nullptr); }

private:
    sqlite3* database_ = nullptr;
};

void make_journal(const path& file) {
    const auto journal = open_sqlite_journal(file, Access::create);
    REQUIRE(journal);
    REQUIRE((*journal)->append(std::vector{batch(1, {"a", "b"}), batch(2, {"a"})}, 0));
}

/// Appends more events than opening checks, so that a change of an earlier one is found only by who reads it.
void append_beyond_the_tail(const path& file) {
    const auto journal = open_sqlite_journal(file, Access::read_write);
    REQUIRE(journal);
    for (std::uint64_t number = 3; number < 33; ++number)
        REQUIRE((*journal)->append(std::vector{batch(number, {"c"})}, std::nullopt));
}

Failure refusal(const path& file, Access access, const SqliteOptions& options = {}) {
    const auto journal = open_sqlite_journal(file, access, options);
    REQUIRE(!journal);
    CHECK(journal.error().what.find(file.filename().string()) != std::string::npos);
    CHECK(!journal.error().remedy.empty());
    return journal.error();
}

/// Opens `file` with each access mode. Each must fail as `kind` with `words` and leave the directory unchanged.
void check_left_alone(const path& file, FailureKind kind, std::string_view words) {
    const auto before = content_of(file.parent_path());
    for (const Access access : accesses) {
        const Failure failure = refusal(file, access);
        CHECK(failure.kind == kind);
        CHECK(failure.what.find(words) != std::string::npos);
    }
    CHECK(content_of(file.parent_path()) == before);
}

bool contains(const std::string& text, std::string_view words) {
    return text.find(words) != std::string::npos;
}

/// Leaves a log with events, as a killed writer does. The journal's own file becomes `rest`, or is left out.
void leave_the_log_alone(const path& folder, const std::string& rest, bool keep_the_file) {
    const path aside = folder / "aside.db";
    make_journal(aside);
    const auto journal = open_sqlite_journal(aside, Access::read_write);
    REQUIRE(journal);
    REQUIRE((*journal)->append(std::vector{batch(3, {"a"})}, 3));
    std::filesystem::copy_file(aside.string() + "-wal", folder / "journal.db-wal");
    if (keep_the_file) std::ofstream(folder / "journal.db") << rest;
}

} // namespace

TEST_CASE("SqliteJournal: a log without its database file is reported as damage and left unchanged.") {
    for (const bool keep_the_file : {false, true}) {
        for (const char* rest : {"", "x"}) {
            const ScratchFolder folder;
            leave_the_log_alone(folder.path(), rest, keep_the_file);
            for (const char* ending : {"", "-wal", "-shm", "-lock"})
                std::filesystem::remove(folder / (std::string("aside.db") + ending));
            check_left_alone(folder / "journal.db", FailureKind::damaged, "journal.db-wal");
        }
    }
}

TEST_CASE("SqliteJournal: a file too short to be a database is refused and left unchanged.") {
    for (const std::size_t size : {1U, 99U, 511U}) {
        const ScratchFolder folder;
        std::ofstream(folder / "letter.txt") << std::string(size, 'x');
        check_left_alone(folder / "letter.txt", FailureKind::not_a_journal, "bytes are too few for an SQLite database");
    }
}

TEST_CASE("SqliteJournal: another application's database in WAL mode is refused, and no file is created beside it.") {
    for (const char* mark : {"PRAGMA application_id = 42", "PRAGMA user_version = 3", "SELECT 1"}) {
        CAPTURE(mark);
        const ScratchFolder folder;
        {
            ForeignConnection other(folder / "other.db");
            REQUIRE(other.run("PRAGMA journal_mode = WAL; CREATE TABLE shopping (item)") == SQLITE_OK);
            REQUIRE(other.run(mark) == SQLITE_OK);
        }
        check_left_alone(folder / "other.db", FailureKind::not_a_journal, "not an evenfold journal");
    }
}

TEST_CASE("SqliteJournal: a journal whose creation is killed at any operation can be created again.") {
    int nth = 1;
    for (bool killed = true; killed; ++nth) {
        CAPTURE(nth);
        const ScratchFolder folder;
        const path file = folder / "journal.db";
        {
            FaultyDisk disk;
            disk.fail(Fault::power_fails, nth);
            const auto cut_short = open_sqlite_journal(file, Access::create);
            killed = disk.has_failed();
        }
        const auto read = open_sqlite_journal(file, Access::read_only);
        if (!read) {
            const FailureKind kind = read.error().kind;
            CHECK((kind == FailureKind::not_a_journal || kind == FailureKind::not_found));
            CHECK(refusal(file, Access::read_write).kind == kind);
        }
        const auto journal = open_sqlite_journal(file, Access::create);
        REQUIRE(journal);
        CHECK((*journal)->append(std::vector{batch(1, {"a"})}, 0));
    }
    CHECK(nth > 15);
}

TEST_CASE("SqliteJournal: a journal of another domain is refused, and the message names both domains.") {
    const ScratchFolder folder;
    const path file = folder / "journal.db";
    { REQUIRE(open_sqlite_journal(file, Access::create, {.domain = "bank's"})); }
    for (const Access access : accesses) {
        const Failure failure = refusal(file, access, {.domain = "orchestration"});
        CHECK(failure.kind == FailureKind::other_domain);
        CHECK(contains(failure.what, "a journal of the domain bank's, not of the domain orchestration"));
        CHECK(open_sqlite_journal(file, access, {.domain = "bank's"}));
        CHECK(open_sqlite_journal(file, access)); // accepts any application id and version
    }
    make_journal(folder / "plain.db");
    CHECK(refusal(folder / "plain.db", Access::create, {.domain = "bank"}).kind == FailureKind::other_domain);
}

TEST_CASE(
    "SqliteJournal: tables with wrong columns are damage in every access mode, and the message names the column.") {
    for (const char* change :
         {"ALTER TABLE events RENAME COLUMN cause TO reason", "ALTER TABLE receipts DROP COLUMN count",
          "ALTER TABLE streams RENAME COLUMN name TO title"}) {
        CAPTURE(change);
        const ScratchFolder folder;
        const path file = folder / "journal.db";
        make_journal(file);
        REQUIRE(ForeignConnection(file).run((std::string("DROP VIEW log; ") + change).c_str()) == SQLITE_OK);
        for (const Access access : accesses) {
            const Failure failure = refusal(file, access);
            CHECK(failure.kind == FailureKind::damaged);
            CHECK(contains(failure.what, "its tables are not those of format 1: the table "));
            CHECK(!contains(failure.remedy, "disk"));
        }
    }
}

TEST_CASE("SqliteJournal: tables altered under an open journal are reported as damage, not as a disk error.") {
    const ScratchFolder folder;
    const path file = folder / "journal.db";
    make_journal(file);
    const auto journal = open_sqlite_journal(file, Access::read_write);
    REQUIRE(journal);
    REQUIRE(ForeignConnection(file).run("DROP VIEW log; ALTER TABLE receipts DROP COLUMN count") == SQLITE_OK);
    const auto appended = (*journal)->append(std::vector{batch(3, {"a"})}, 3);
    REQUIRE(!appended);
    const Failure& failure = std::get<Failure>(appended.error());
    CHECK(failure.kind == FailureKind::damaged);
    CHECK(!contains(failure.remedy, "disk"));
}

TEST_CASE("SqliteJournal: only I/O errors have a remedy that mentions the disk.") {
    const auto failure_with = [](int code) {
        return storage::sqlite::failure_of(
            "journal.db", "append", storage::sqlite::SqliteError{.code = code, .system_error = 0, .message = ""});
    };
    CHECK(failure_with(SQLITE_ERROR).kind == FailureKind::damaged);
    CHECK(failure_with(SQLITE_CONSTRAINT_TRIGGER).kind == FailureKind::damaged);
    CHECK(failure_with(SQLITE_TOOBIG).kind == FailureKind::too_large);
    for (const int code : {SQLITE_ERROR, SQLITE_CONSTRAINT, SQLITE_TOOBIG, SQLITE_NOMEM, SQLITE_BUSY})
        CHECK(!contains(failure_with(code).remedy, "disk"));
    CHECK(contains(failure_with(SQLITE_IOERR_FSYNC).remedy, "disk"));
}

TEST_CASE("SqliteJournal: an append blocked by another program's SQLite lock says that it is not evenfold.") {
    const ScratchFolder folder;
    const path file = folder / "journal.db";
    make_journal(file);
    const auto journal = open_sqlite_journal(file, Access::read_write, {.lock_wait = std::chrono::milliseconds(20)});
    REQUIRE(journal);
    ForeignConnection other(file);
    REQUIRE(other.run("BEGIN IMMEDIATE") == SQLITE_OK);
    const auto appended = (*journal)->append(std::vector{batch(3, {"a"})}, 3);
    REQUIRE(!appended);
    const Failure& failure = std::get<Failure>(appended.error());
    CHECK(failure.kind == FailureKind::busy);
    CHECK(contains(failure.remedy, "Another program, not evenfold, holds SQLite's lock"));
    REQUIRE(other.run("ROLLBACK") == SQLITE_OK);
    CHECK((*journal)->append(std::vector{batch(3, {"a"})}, 3));
}

TEST_CASE(
    "SqliteJournal: an event with an invalid command id, correlation or actor is damage, reported with its sequence.") {
    for (const char* change : {"command = 'x'", "actor = 'nobody'", "correlation = ''"}) {
        CAPTURE(change);
        const ScratchFolder folder;
        const path file = folder / "journal.db";
        make_journal(file);
        append_beyond_the_tail(file);
        const std::string sql =
            std::string("DROP TRIGGER events_refuse_UPDATE; UPDATE events SET ") + change + " WHERE sequence = 2";
        REQUIRE(ForeignConnection(file).run(sql.c_str()) == SQLITE_OK);
        const auto journal = open_sqlite_journal(file, Access::read_only);
        REQUIRE(journal);
        for (const bool payload_only : {false, true}) {
            for (const Direction direction : {Direction::forward, Direction::backward}) {
                const auto failure =
                    contract::failure_of(**journal, {.direction = direction, .payload_only = payload_only});
                REQUIRE(failure);
                CHECK(failure->kind == FailureKind::damaged);
                CHECK(contains(failure->what,
                               "event 2 cannot be read: its command id, correlation or actor is not valid"));
            }
        }
    }
}

} // namespace evenfold::journal

#include "evenfold/journal/sqlite/sqlite_journal.hpp"

#include <doctest/doctest.h>

#include <array>
#include <fstream>
#include <iterator>
#include <sqlite3.h>
#include <string>

#include "evenfold/journal/sqlite/schema.hpp"
#include "evenfold/system/file_lock.hpp"
#include "evenfold/tests/contracts/journal_check.hpp"
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

/// Runs `sql` on a plain SQLite connection and returns the result code.
int run_sql(const path& file, const char* sql) {
    sqlite3* database = nullptr;
    sqlite3_open(file.c_str(), &database);
    const int code = sqlite3_exec(database, sql, nullptr, nullptr, nullptr);
    sqlite3_close(database);
    return code;
}

void make_journal(const path& file) {
    const auto journal = open_sqlite_journal(file, Access::create);
    REQUIRE(journal);
    REQUIRE((*journal)->append(std::vector{batch(1, {"a", "b"}), batch(2, {"a"})}, 0));
}

Failure refusal(const path& file, Access access) {
    const auto journal = open_sqlite_journal(file, access);
    REQUIRE(!journal);
    const Failure& failure = journal.error();
    CHECK(failure.what.find(file.filename().string()) != std::string::npos);
    CHECK(!failure.remedy.empty());
    return failure;
}

/// Opens `file` with each access mode. Each must fail as `kind` and leave the file and its directory unchanged.
void check_left_alone(const ScratchFolder& folder, const path& file, FailureKind kind) {
    const std::string before = bytes_of(file);
    for (const Access access : accesses) CHECK(refusal(file, access).kind == kind);
    CHECK(bytes_of(file) == before);
    CHECK(!std::filesystem::exists(folder / (file.filename().string() + "-lock")));
}

storage::sqlite::Database plain_database(const path& file) {
    auto database =
        storage::sqlite::Database::open(file, storage::sqlite::OpenMode::create, std::chrono::milliseconds(0));
    REQUIRE(database);
    return std::move(*database);
}

} // namespace

TEST_CASE("SqliteJournal settings: the durable settings are applied and read back.") {
    const ScratchFolder folder;
    const auto database = plain_database(folder / "journal.db");
    REQUIRE(sqlite::make_durable(database));
    CHECK(sqlite::check_durable(database));
    CHECK(database.text("PRAGMA journal_mode") == "wal");
    CHECK(database.number("PRAGMA synchronous") == 2);
    CHECK(database.number("PRAGMA wal_autocheckpoint") == 0);
}

TEST_CASE("SqliteJournal settings: each weaker setting is refused.") {
    for (const char* weaker :
         {"PRAGMA synchronous = NORMAL", "PRAGMA synchronous = OFF", "PRAGMA journal_mode = DELETE",
          "PRAGMA journal_mode = MEMORY", "PRAGMA wal_autocheckpoint = 1000", "PRAGMA mmap_size = 1000000"}) {
        CAPTURE(weaker);
        const ScratchFolder folder;
        const auto database = plain_database(folder / "journal.db");
        REQUIRE(sqlite::make_durable(database));
        REQUIRE(database.execute(weaker));
        const auto checked = sqlite::check_durable(database);
        REQUIRE(!checked);
        CHECK(checked.error().kind == FailureKind::weaker);
    }
}

TEST_CASE("SqliteJournal: storage without shared memory is refused as weaker.") {
    const ScratchFolder folder;
    sqlite3_initialize();
    sqlite3_vfs* const usual = sqlite3_vfs_find(nullptr);
    sqlite3_vfs_register(sqlite3_vfs_find("unix-none"), 1);
    const FailureKind kind = refusal(folder / "journal.db", Access::create).kind;
    sqlite3_vfs_register(usual, 1);
    CHECK(kind == FailureKind::weaker);
}

TEST_CASE("SqliteJournal: a file that is not a database is refused and left unchanged.") {
    const ScratchFolder folder;
    const path file = folder / "letter.txt";
    std::ofstream(file) << std::string(10'000, 'x');
    check_left_alone(folder, file, FailureKind::not_a_journal);
}

TEST_CASE("SqliteJournal: a folder is refused.") {
    const ScratchFolder folder;
    std::filesystem::create_directory(folder / "sub");
    for (const Access access : accesses) CHECK(refusal(folder / "sub", access).kind == FailureKind::not_a_journal);
}

TEST_CASE("SqliteJournal: another application's database is refused and left unchanged.") {
    for (const char* sql : {"CREATE TABLE shopping (item)",
                            "PRAGMA application_id = 42; CREATE TABLE events (sequence)", "PRAGMA user_version = 3"}) {
        CAPTURE(sql);
        const ScratchFolder folder;
        REQUIRE(run_sql(folder / "other.db", sql) == SQLITE_OK);
        check_left_alone(folder, folder / "other.db", FailureKind::not_a_journal);
    }
}

TEST_CASE("SqliteJournal: a later format is refused, and the message names the version.") {
    const ScratchFolder folder;
    make_journal(folder / "journal.db");
    REQUIRE(run_sql(folder / "journal.db", "PRAGMA user_version = 3") == SQLITE_OK);
    for (const Access access : accesses) {
        const Failure failure = refusal(folder / "journal.db", access);
        CHECK(failure.kind == FailureKind::newer_version);
        CHECK(failure.what.find("version 3") != std::string::npos);
    }
}

TEST_CASE("SqliteJournal: a missing file is not found, and is created only with Access::create.") {
    const ScratchFolder folder;
    CHECK(refusal(folder / "journal.db", Access::read_only).kind == FailureKind::not_found);
    CHECK(refusal(folder / "journal.db", Access::read_write).kind == FailureKind::not_found);
    CHECK(refusal(folder / "missing" / "journal.db", Access::create).kind == FailureKind::not_found);
    CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("SqliteJournal: an empty file becomes a journal only with Access::create.") {
    const ScratchFolder folder;
    std::ofstream(folder / "journal.db").flush();
    CHECK(refusal(folder / "journal.db", Access::read_only).kind == FailureKind::not_a_journal);
    CHECK(refusal(folder / "journal.db", Access::read_write).kind == FailureKind::not_a_journal);
    CHECK(bytes_of(folder / "journal.db").empty());
    make_journal(folder / "journal.db");
}

TEST_CASE("SqliteJournal: an interrupted creation of a journal is completed by the next one.") {
    const ScratchFolder folder;
    REQUIRE(run_sql(folder / "journal.db", "PRAGMA journal_mode = WAL") == SQLITE_OK);
    CHECK(refusal(folder / "journal.db", Access::read_write).kind == FailureKind::not_a_journal);
    make_journal(folder / "journal.db");
}

TEST_CASE("SqliteJournal: names with a special meaning in SQLite are treated as file names.") {
    const ScratchFolder folder;
    const path before = std::filesystem::current_path();
    std::filesystem::current_path(folder.path());
    for (const char* name : {":memory:", "file:journal?mode=memory", "a b%20#.db"}) {
        CAPTURE(name);
        make_journal(name);
        CHECK(std::filesystem::exists(folder / name));
    }
    std::filesystem::current_path(before);
}

TEST_CASE("SqliteJournal: an open journal is independent of the current directory.") {
    const ScratchFolder folder;
    const path before = std::filesystem::current_path();
    std::filesystem::current_path(folder.path());
    const auto journal = open_sqlite_journal("journal.db", Access::create);
    std::filesystem::current_path(before);
    REQUIRE(journal);
    CHECK((*journal)->append(std::vector{batch(1, {"a"})}, 0));
    CHECK((*journal)->head() == 1);
}

TEST_CASE("SqliteJournal: the tables refuse to change or delete stored rows.") {
    const ScratchFolder folder;
    make_journal(folder / "journal.db");
    for (const char* change :
         {"UPDATE events SET data = ''", "DELETE FROM events", "UPDATE streams SET name = 'z'", "DELETE FROM streams",
          "UPDATE receipts SET first = 9", "DELETE FROM receipts", "UPDATE journal SET domain = 'z'",
          "DELETE FROM journal", "INSERT INTO journal (domain) VALUES ('z')"}) {
        CAPTURE(change);
        CHECK(run_sql(folder / "journal.db", change) == SQLITE_CONSTRAINT);
    }
}

TEST_CASE("SqliteJournal: the tables refuse to replace a stored row.") {
    const ScratchFolder folder;
    const path file = folder / "journal.db";
    make_journal(file);
    const std::string event = "INTO events SELECT 9, 9, 9, command, index_in_batch, actor, cause, correlation, at_ms, "
                              "stored_at_ms, type, type_version, 'forged' FROM events WHERE sequence = 1";
    const auto with = [](std::string text, const char* keys) { return text.replace(text.find("9, 9, 9"), 7, keys); };
    for (const char* how : {"INSERT OR REPLACE ", "REPLACE ", "INSERT OR IGNORE ", "INSERT "}) {
        CAPTURE(how);
        for (const std::string& row : {with(event, "1, 9, 9"), with(event, "9, 1, 1"), with(event, "2, 1, 1"),
                                       std::string("INTO receipts SELECT command, 'forged', 7, 7 FROM receipts"),
                                       std::string("INTO streams (id, name) VALUES (1, 'forged')"),
                                       std::string("INTO streams (name) VALUES ('a')")}) {
            CAPTURE(row);
            CHECK(run_sql(file, (how + row).c_str()) == SQLITE_CONSTRAINT);
        }
    }
    const auto journal = open_sqlite_journal(file, Access::read_write);
    REQUIRE(journal);
    const auto records = read_all(**journal);
    REQUIRE(records);
    CHECK(*records == contract::expected_records({batch(1, {"a", "b"}), batch(2, {"a"})}));
}

TEST_CASE("SqliteJournal: a file with overwritten pages is reported as damaged.") {
    const ScratchFolder folder;
    const path file = folder / "journal.db";
    make_journal(file);
    std::fstream(file, std::ios::in | std::ios::out | std::ios::binary).seekp(4096) << std::string(20'000, '\x5a');
    const auto journal = open_sqlite_journal(file, Access::read_only);
    const std::optional<Failure> failure = journal ? contract::failure_of(**journal) : journal.error();
    REQUIRE(failure);
    CHECK(failure->kind == FailureKind::damaged);
}

TEST_CASE("SqliteJournal: opening a journal again in the same process keeps SQLite's locks on the file.") {
    const ScratchFolder folder;
    const path file = folder / "journal.db";
    make_journal(file);
    const auto journal = open_sqlite_journal(file, Access::create);
    REQUIRE(journal);
    constexpr std::int64_t shared_byte = 0x40000002; // SQLite's SHARED_FIRST; each open connection locks it
    auto probe = system::open_to_lock(file);
    REQUIRE(probe);
    const int number = probe->release(); // stays open, because closing it would release the locks
    REQUIRE(system::is_byte_locked_elsewhere(number, shared_byte));
    for (const Access access : accesses) {
        REQUIRE(open_sqlite_journal(file, access));
        CHECK(system::is_byte_locked_elsewhere(number, shared_byte));
    }
}

} // namespace evenfold::journal

// A journal that is reached by a second name is safe or refused.
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "evenfold/storage/sqlite/database.hpp"
#include "evenfold/system/file_lock.hpp"
#include "evenfold/tests/journal/identity/sample.hpp"

namespace evenfold::journal::sample {

namespace {

/// Returns the number of events that plain SQLite reads by that name.
std::int64_t plain_count(const path& file) {
    sqlite3* database = nullptr;
    sqlite3_stmt* rows = nullptr;
    sqlite3_open(file.c_str(), &database);
    sqlite3_prepare_v2(database, "SELECT count(*) FROM events", -1, &rows, nullptr);
    const std::int64_t count = sqlite3_step(rows) == SQLITE_ROW ? sqlite3_column_int64(rows, 0) : -1;
    sqlite3_finalize(rows);
    sqlite3_close(database);
    return count;
}

/// Gives this process mounts of its own. Returns false where that is not permitted.
bool may_mount() {
    return unshare(CLONE_NEWNS) == 0 && mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

bool bind(const path& from, const path& to) {
    return mount(from.c_str(), to.c_str(), nullptr, MS_BIND, nullptr) == 0;
}

bool is_unsafe(const path& file) {
    for (const Access access : accesses) {
        const auto journal = open_sqlite_journal(file, access);
        if (journal || journal.error().kind != FailureKind::unsafe) return false;
    }
    return true;
}

void skip_or_check(int exit) {
    if (exit == not_permitted) {
        MESSAGE("skipped: mounting a file needs the right to do so");
        return;
    }
    CHECK(exit == 0);
}

} // namespace

TEST_CASE("SqliteJournal names: locks of other programs on the file are not taken for another name.") {
    const ScratchFolder folder;
    const path file = folder / "a.db";
    make(file);
    const auto locked = system::open_to_lock(file); // open until the end, because closing it would drop SQLite's locks
    REQUIRE(locked);
    constexpr std::int64_t begin = std::int64_t{1} << 61U; // claims on threads: two ranges of 2^61 bytes
    for (const std::int64_t byte : {begin, 2 * begin - 1, 2 * begin, 3 * begin - 1})
        REQUIRE(system::try_lock_byte(locked->number(), byte) == 0);
    for (const Access access : accesses) CHECK(open_sqlite_journal(file, access));
    REQUIRE(system::try_lock_byte(locked->number(), 3 * begin) == 0); // the control: this one is of a name
    check_refused(file, FailureKind::busy, "another name");
}

TEST_CASE("SqliteJournal names: a file with two hard links is refused by both names, and safe again with one.") {
    const ScratchFolder folder;
    const path file = folder / "a.db";
    make(file);
    std::filesystem::create_directory(folder / "x");
    std::filesystem::create_hard_link(file, folder / "x/b.db");
    check_refused(file, FailureKind::unsafe, "it has 2 names");
    check_refused(folder / "x/b.db", FailureKind::unsafe, "it has 2 names");
    CHECK_FALSE(domain_of_sqlite_journal(file));
    std::filesystem::remove(folder / "x/b.db");
    CHECK(events_in(file, Access::read_write) == 3);
}

TEST_CASE("SqliteJournal names: plain SQLite misses events behind a second name (negative control).") {
    const ScratchFolder folder;
    const path file = folder / "a.db";
    make(file);
    append_and_die(file, 4, 5);
    std::filesystem::create_hard_link(file, folder / "b.db");
    CHECK(plain_count(folder / "b.db") == 3);
    CHECK(plain_count(file) == 5);
}

TEST_CASE("SqliteJournal names: a file that is mounted on another is refused there, and used by its own name.") {
    const ScratchFolder folder;
    const path file = folder / "a.db";
    make(file);
    std::ofstream(folder / "b.db").flush();
    ChildProcess mounted([&] {
        if (!may_mount() || !bind(file, folder / "b.db")) return not_permitted;
        if (!is_unsafe(folder / "b.db")) return 1;
        const auto journal = open_sqlite_journal(file, Access::read_write);
        return journal && append(**journal, 4, 5) ? 0 : 2;
    });
    const int exit = mounted.end();
    skip_or_check(exit);
    if (exit == 0) CHECK(events_in(file) == 5);
}

TEST_CASE("SqliteJournal names: a mounted folder leads to the same journal, also at the same time.") {
    const ScratchFolder folder;
    std::filesystem::create_directory(folder / "one");
    std::filesystem::create_directory(folder / "two");
    const path file = folder / "one/a.db";
    make(file);
    ChildProcess mounted([&] {
        if (!may_mount() || !bind(folder / "one", folder / "two")) return not_permitted;
        const auto one = open_sqlite_journal(file, Access::read_write);
        const auto two = open_sqlite_journal(folder / "two/a.db", Access::read_write);
        if (!one || !two) return 1;
        for (std::uint64_t number = 4; number <= 8; number += 2) {
            if (!append(**one, number, number) || !append(**two, number + 1, number + 1)) return 2;
        }
        return (*one)->head() == 9 && (*two)->head() == 9 ? 0 : 3;
    });
    skip_or_check(mounted.end());
}

TEST_CASE("SqliteJournal names: a symbolic link leads to the file and to its log.") {
    const ScratchFolder folder;
    std::filesystem::create_directory(folder / "d");
    std::filesystem::create_directory(folder / "l");
    const path file = folder / "d/a.db";
    make(file);
    append_and_die(file, 4, 5);
    std::filesystem::create_symlink("../d/a.db", folder / "l/b.db");
    CHECK(events_in(folder / "l/b.db") == 5);
    const auto by_link = open_sqlite_journal(folder / "l/b.db", Access::read_write);
    const auto by_name = open_sqlite_journal(file, Access::read_write);
    REQUIRE(by_link);
    REQUIRE(by_name);
    CHECK(append(**by_link, 6, 6));
    CHECK(append(**by_name, 7, 7));
    CHECK((*by_link)->head() == 7);
    CHECK(content_of(folder / "l").size() == 1); // the link
}

TEST_CASE("SqliteJournal names: a symbolic link to nothing names the journal that is created.") {
    const ScratchFolder folder;
    std::filesystem::create_directory(folder / "d");
    std::filesystem::create_symlink("d/link", folder / "a.db");
    std::filesystem::create_symlink("real.db", folder / "d/link");
    for (const Access access : {Access::read_only, Access::read_write})
        CHECK(open_sqlite_journal(folder / "a.db", access).error().kind == FailureKind::not_found);
    make(folder / "a.db");
    CHECK(events_in(folder / "d/real.db") == 3);
    CHECK(std::filesystem::exists(folder / "d/real.db-lock"));
    CHECK(!std::filesystem::exists(folder / "a.db-lock"));
    std::filesystem::create_symlink("loop.db", folder / "loop.db");
    CHECK(!open_sqlite_journal(folder / "loop.db", Access::create));
}

TEST_CASE("SqliteJournal names: a file renamed while a process has it open is refused by its new name.") {
    for (const bool with_all : {false, true}) {
        CAPTURE(with_all);
        const ScratchFolder folder;
        const path file = folder / "a.db";
        make(file);
        Pipe ready;
        Pipe renamed;
        ChildProcess holder([&] {
            renamed.close_write();
            const auto journal = open_sqlite_journal(file, Access::read_write);
            if (!journal || !append(**journal, 4, 4)) return 1;
            ready.write(1);
            (void)renamed.read();
            const auto late = (*journal)->append(std::vector{contract::batch(5, {"a"})}, std::nullopt);
            const bool is_unsafe = !late && std::get<Failure>(late.error()).kind == FailureKind::unsafe;
            return is_unsafe && !(*journal)->head() ? 0 : 2;
        });
        REQUIRE(ready.read() == 1);
        for (const char* ending : endings) {
            if (with_all || *ending == '\0')
                std::filesystem::rename(beside(file, ending), beside(folder / "b.db", ending));
        }
        for (const Access access : accesses) CHECK(!open_sqlite_journal(folder / "b.db", access));
        renamed.close_write();
        CHECK(holder.end() == 0);
        if (!with_all) std::filesystem::rename(beside(file, "-wal"), folder / "b.db-wal");
        CHECK(events_in(folder / "b.db", Access::read_write) == 4);
    }
}

TEST_CASE("SqliteJournal names: a file renamed while this process has it open is refused by its new name.") {
    const ScratchFolder folder;
    make(folder / "a.db");
    const auto journal = open_sqlite_journal(folder / "a.db", Access::read_only);
    REQUIRE(journal);
    std::filesystem::rename(folder / "a.db", folder / "b.db");
    for (const Access access : accesses) {
        const auto other = open_sqlite_journal(folder / "b.db", access);
        REQUIRE(!other);
        CHECK(other.error().kind == FailureKind::busy);
    }
    CHECK((*journal)->head().error().kind == FailureKind::unsafe);
    std::filesystem::rename(folder / "b.db", folder / "a.db");
    CHECK((*journal)->head() == 3);
}

TEST_CASE("SqliteJournal names: a journal that replaced an open one is not written by those who had the old one.") {
    const ScratchFolder folder;
    const path file = folder / "a.db";
    make(file);
    make(folder / "other.db", 1);
    const std::string other = bytes_of(folder / "other.db");
    {
        const auto journal = open_sqlite_journal(file, Access::read_write);
        REQUIRE(journal);
        std::filesystem::rename(folder / "other.db", file);
        CHECK(refused_append(**journal, 4).kind == FailureKind::unsafe);
        CHECK((*journal)->hold().error().kind == FailureKind::unsafe);
        const auto second = open_sqlite_journal(file, Access::read_write);
        REQUIRE(!second); // the first one still uses the index of its own log
        CHECK(second.error().kind == FailureKind::unsafe);
        for (const char* ending : {"-wal", "-shm"})
            std::filesystem::rename(beside(file, ending), folder / (std::string("kept") + ending));
        const auto third = open_sqlite_journal(file, Access::read_write);
        REQUIRE(!third); // and the lock file
        CHECK(third.error().kind == FailureKind::busy);
    }
    CHECK(bytes_of(file) == other);
    CHECK(events_in(file, Access::read_write) == 1);
}

TEST_CASE("SqliteJournal names: a log that is removed under a writer makes its appends fail.") {
    const ScratchFolder folder;
    make(folder / "a.db");
    const auto journal = open_sqlite_journal(folder / "a.db", Access::read_write);
    REQUIRE(journal);
    REQUIRE(append(**journal, 4, 4));
    std::filesystem::rename(folder / "a.db-wal", folder / "kept");
    CHECK(refused_append(**journal, 5).kind == FailureKind::unsafe);
    std::filesystem::rename(folder / "kept", folder / "a.db-wal");
    CHECK(append(**journal, 5, 5));
}

} // namespace evenfold::journal::sample

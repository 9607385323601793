// Files beside a journal that belong to another one, or to nobody, are noticed, and nothing is written through them.
#include <unistd.h>

#include "evenfold/storage/sqlite/writer_lock.hpp"
#include "evenfold/system/file_note.hpp"
#include "evenfold/tests/journal/identity/sample.hpp"

namespace evenfold::journal::sample {

namespace {

/// Removes what an evenfold before the origin did not store.
void forget_origin(const path& file) {
    REQUIRE(run_sql(file, "DROP TABLE origin; DROP TABLE journal_tail") == SQLITE_OK);
    std::ofstream(beside(file, "-lock"), std::ios::trunc) << "         1";
}

} // namespace

TEST_CASE("SqliteJournal logs: the log of another journal is refused, and both are whole when it is moved back.") {
    for (const std::uint64_t other_events : {1U, 3U, 40U}) {
        CAPTURE(other_events);
        const ScratchFolder folder;
        const path file = folder / "a.db";
        std::filesystem::create_directory(folder / "o");
        const path other = folder / "o/b.db";
        make(file);
        make(other, other_events);
        append_and_die(other, other_events + 1, other_events + 2);
        std::filesystem::rename(beside(other, "-wal"), beside(file, "-wal"));
        std::filesystem::remove(beside(file, "-shm"));
        for (const Access access : accesses) {
            const auto journal = open_sqlite_journal(file, access);
            REQUIRE(!journal);
            CHECK(journal.error().kind == FailureKind::damaged);
            CHECK_MESSAGE(journal.error().what.find("does not continue this file") != std::string::npos,
                          journal.error().what);
        }
        std::filesystem::rename(beside(file, "-wal"), beside(other, "-wal"));
        std::filesystem::remove(beside(file, "-shm"));
        CHECK(events_in(file, Access::read_write) == 3);
        CHECK(events_in(other, Access::read_write) == other_events + 2);
    }
}

TEST_CASE("SqliteJournal logs: a log that is newer than a restored copy of the file is refused.") {
    const ScratchFolder folder;
    const path file = folder / "a.db";
    make(file);
    std::filesystem::copy_file(file, folder / "backup");
    std::filesystem::copy_file(file, folder / "now");
    {
        const auto journal = open_sqlite_journal(file, Access::read_write);
        REQUIRE(append(**journal, 4, 5));
    }
    append_and_die(file, 6, 7);
    std::filesystem::copy_file(file, folder / "now", std::filesystem::copy_options::overwrite_existing);
    std::filesystem::rename(folder / "backup", file);
    check_refused(file, FailureKind::damaged, "so the file is older");
    std::filesystem::rename(folder / "now", file); // the control: with the right file, the log is its own
    CHECK(events_in(file) == 7);
    CHECK(events_in(file, Access::read_write) == 7);
}

TEST_CASE("SqliteJournal logs: a log that is older than the file is refused.") {
    const ScratchFolder folder;
    const path file = folder / "a.db";
    make(file);
    append_and_die(file, 4, 5);
    std::filesystem::copy_file(beside(file, "-wal"), folder / "old");
    {
        const auto journal = open_sqlite_journal(file, Access::read_write);
        REQUIRE(append(**journal, 6, 7));
    }
    std::filesystem::rename(folder / "old", beside(file, "-wal"));
    check_refused(file, FailureKind::damaged, "so the log is older");
}

TEST_CASE("SqliteJournal logs: a file that was moved without its log is refused until the log follows.") {
    const ScratchFolder folder;
    const path file = folder / "a.db";
    make(file);
    append_and_die(file, 4, 5);
    if (!system::note_on(file, "user.evenfold.test", "x")) {
        MESSAGE("skipped: files cannot have attributes here");
        return;
    }
    std::filesystem::create_directory(folder / "moved");
    const path moved = folder / "moved/b.db";
    std::filesystem::rename(file, moved);
    check_refused(moved, FailureKind::damaged, "a.db-wal, which has its newest events");
    std::filesystem::rename(beside(file, "-wal"), beside(moved, "-wal"));
    CHECK(events_in(moved) == 5);
    CHECK(events_in(moved, Access::read_write) == 5);
    std::filesystem::rename(moved, file); // the log is empty now
    CHECK(events_in(file) == 5);
}

TEST_CASE("SqliteJournal logs: a rollback journal beside a journal is refused, and not copied into it.") {
    const ScratchFolder folder;
    const path file = folder / "a.db";
    make(file);
    for (const char pages : {'\0', '\1'}) {
        std::ofstream out(beside(file, "-journal"), std::ios::binary | std::ios::trunc);
        out << std::string("\xd9\xd5\x05\xf9\x20\xa1\x63\xd7", 8) << std::string(11, '\0') << pages
            << std::string(2000, '\0');
        out.close();
        check_refused(file, FailureKind::damaged, "rollback journal");
    }
    std::filesystem::remove(beside(file, "-journal"));
    CHECK(events_in(file, Access::read_write) == 3);
}

TEST_CASE("SqliteJournal logs: the index of another journal is refused while it is used, and rebuilt otherwise.") {
    const ScratchFolder folder;
    const path file = folder / "a.db";
    make(file);
    append_and_die(file, 4, 5);
    make(folder / "b.db", 1);
    Pipe ready;
    Pipe done;
    ChildProcess holder([&] {
        done.close_write();
        const auto journal = open_sqlite_journal(folder / "b.db", Access::read_write);
        ready.write(journal && append(**journal, 2, 2) ? 1 : 0);
        (void)done.read();
        return 0;
    });
    REQUIRE(ready.read() == 1);
    std::filesystem::rename(folder / "b.db-shm", beside(file, "-shm"));
    check_refused(file, FailureKind::unsafe, "the index of another database's log");
    done.close_write();
    CHECK(holder.end() == 0);
    CHECK(events_in(file) == 5);
    CHECK(events_in(file, Access::read_write) == 5);
}

TEST_CASE("SqliteJournal logs: the lock file of another journal is taken over when nobody uses it.") {
    const ScratchFolder folder;
    make(folder / "a.db");
    make(folder / "b.db", 1);
    std::filesystem::remove(folder / "a.db-lock");
    std::filesystem::rename(folder / "b.db-lock", folder / "a.db-lock");
    const std::string foreign = bytes_of(folder / "a.db-lock").substr(10);
    CHECK(events_in(folder / "a.db", Access::read_write) == 3);
    CHECK(bytes_of(folder / "a.db-lock").substr(10) != foreign);
    CHECK(bytes_of(folder / "a.db-lock").substr(10, 9) == "\njournal/");
}

TEST_CASE("SqliteJournal logs: a log and a lock file of another journal are refused for one without an origin.") {
    const ScratchFolder folder;
    const path file = folder / "a.db";
    make(file);
    forget_origin(file);
    make(folder / "b.db", 3);
    append_and_die(folder / "b.db", 4, 4);
    for (const char* ending : {"-wal", "-lock"})
        std::filesystem::rename(folder / (std::string("b.db") + ending), beside(file, ending));
    std::filesystem::remove(beside(file, "-shm"));
    CHECK(!open_sqlite_journal(file, Access::read_write));
}

TEST_CASE("SqliteJournal logs: reading leaves no files behind, and neither does an opening that is refused.") {
    const ScratchFolder folder;
    const path file = folder / "a.db";
    make(file);
    for (const char* ending : {"-wal", "-shm", "-lock"}) std::filesystem::remove(beside(file, ending));
    {
        const auto journal = open_sqlite_journal(file, Access::read_only);
        REQUIRE(journal);
        CHECK(read_all(**journal)->size() == 3);
        CHECK((*journal)->wait(0, std::chrono::milliseconds(1)) == 3);
        CHECK((*journal)->receipt(contract::command(1)));
        CHECK(domain_of_sqlite_journal(file) == "");
    }
    CHECK(!open_sqlite_journal(file, Access::create, {.domain = "another"}));
    CHECK(content_of(folder.path()).size() == 1);
}

TEST_CASE("SqliteJournal logs: a reader without locks sees what a writer appends later, and all of it.") {
    const ScratchFolder folder;
    const path file = folder / "a.db";
    make(file);
    const auto reader = open_sqlite_journal(file, Access::read_only);
    REQUIRE(reader);
    for (std::uint64_t number = 4; number <= 12; number += 2) {
        CHECK((*reader)->head() == number - 1);
        const auto cursor = (*reader)->open_cursor({});
        REQUIRE(cursor);
        EventPage page({.events = 2});
        REQUIRE((*cursor)->next(page));
        {
            const auto writer = open_sqlite_journal(file, Access::read_write);
            REQUIRE(append(**writer, number, number));
            CHECK((*reader)->head() == number);
        }
        make(folder / std::to_string(number), 1); // takes time for another journal
        {
            const auto writer = open_sqlite_journal(file, Access::read_write);
            REQUIRE(append(**writer, number + 1, number + 1));
        }
        std::size_t events = 2;
        while ((*cursor)->next(page).value()) events += page.size();
        CHECK(events == number - 1);
    }
}

TEST_CASE("WriterLock: a holder that is not the last signer is reported as unknown, never as another process.") {
    const ScratchFolder folder;
    const path file = folder / "a.db";
    make(file);
    Pipe ready;
    Pipe done;
    ChildProcess holder([&] {
        done.close_write();
        auto lock = storage::sqlite::WriterLock::open(file);
        const auto guard = lock ? lock->acquire(std::chrono::minutes(1)) : std::unexpected(lock.error());
        std::fstream(beside(file, "-lock"), std::ios::in | std::ios::out) << fmt::format("{:>10}", ::getppid());
        ready.write(guard.has_value() ? 1 : 0);
        (void)done.read();
        return 0;
    });
    REQUIRE(ready.read() == 1);
    const auto journal = open_sqlite_journal(file, Access::read_write, {.lock_wait = std::chrono::milliseconds(20)});
    REQUIRE(!journal);
    CHECK(journal.error().kind == FailureKind::busy);
    CHECK(journal.error().what.find("the system does not say which one") != std::string::npos);
    CHECK(journal.error().what.find(std::to_string(::getpid())) == std::string::npos);
    done.close_write();
    CHECK(holder.end() == 0);
}

} // namespace evenfold::journal::sample

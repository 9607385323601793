// Files in the place of a journal's own: links, pipes, other users' files; and who may read a journal.
#include <sys/stat.h>
#include <unistd.h>

#include "evenfold/system/file_status.hpp"
#include "evenfold/tests/journal/identity/sample.hpp"

namespace evenfold::journal::sample {

namespace {

constexpr uid_t other_user = 65534;

std::uint32_t mode_of(const path& file) {
    const auto status = system::status_of(file, system::Links::keep);
    REQUIRE(status);
    return status->mode;
}

} // namespace

TEST_CASE(
    "SqliteJournal companions: a link, a pipe or a folder in the place of a file beside the journal is refused.") {
    for (const char* ending : {"-wal", "-shm", "-journal", "-lock"}) {
        for (const int what : {0, 1, 2, 3}) {
            CAPTURE(ending);
            CAPTURE(what);
            const ScratchFolder folder;
            std::filesystem::create_directory(folder / "d");
            const path file = folder / "d/a.db";
            make(file);
            std::ofstream(folder / "target") << "the first line of another file";
            const path companion = beside(file, ending);
            std::filesystem::remove(companion);
            if (what == 0) std::filesystem::create_symlink("../target", companion);
            if (what == 1) std::filesystem::create_hard_link(folder / "target", companion);
            if (what == 2) REQUIRE(mkfifo(companion.c_str(), 0600) == 0);
            if (what == 3) std::filesystem::create_directory(companion);
            check_refused(file, FailureKind::unsafe, ending);
            CHECK(bytes_of(folder / "target") == "the first line of another file");
        }
    }
}

TEST_CASE("SqliteJournal companions: a file beside a journal that does not exist yet is not written through, either.") {
    const ScratchFolder folder;
    std::ofstream(folder / "target") << "the first line of another file";
    std::filesystem::create_symlink("target", folder / "a.db-lock");
    check_refused(folder / "a.db", FailureKind::unsafe, "a symbolic link");
    CHECK(bytes_of(folder / "target") == "the first line of another file");
}

TEST_CASE("SqliteJournal companions: a lock file with other content is refused and kept.") {
    for (const std::string& content :
         {std::string("notes of somebody"), std::string("         7 and more"), std::string(2000, ' ')}) {
        const ScratchFolder folder;
        make(folder / "a.db");
        std::ofstream(folder / "a.db-lock") << content;
        CHECK(open_sqlite_journal(folder / "a.db", Access::read_write).error().kind == FailureKind::unsafe);
        CHECK(bytes_of(folder / "a.db-lock") == content);
        CHECK(events_in(folder / "a.db") == 3);
    }
}

TEST_CASE("SqliteJournal companions: a lock file of another user is refused, unless the journal is shared or theirs.") {
    if (geteuid() != 0) {
        MESSAGE("skipped: only an administrator can give files away");
        return;
    }
    const ScratchFolder folder;
    const path file = folder / "a.db";
    make(file);
    REQUIRE(chown(beside(file, "-lock").c_str(), other_user, other_user) == 0);
    check_refused(file, FailureKind::unsafe, "it belongs to the user with id 65534");
    for (const char* ending : {"", "-wal", "-shm"}) {
        REQUIRE(chown(beside(file, ending).c_str(), other_user, other_user) == 0);
    }
    CHECK(events_in(file, Access::read_write) == 3);
    std::filesystem::remove(beside(file, "-lock"));
    CHECK(events_in(file, Access::read_write) == 3); // an administrator's files must not shut the owner out
    CHECK(system::status_of(beside(file, "-lock"), system::Links::keep)->owner == other_user);
}

TEST_CASE("SqliteJournal companions: only the user can read a new journal, unless another mode is named.") {
    struct Row {
        std::uint32_t mode;
        std::uint32_t lock;
    };
    for (const mode_t mask : {mode_t{0}, mode_t{022}, mode_t{077}}) {
        for (const auto& [mode, lock] : {Row{0600, 0600}, Row{0640, 0600}, Row{0660, 0660}, Row{0666, 0666}}) {
            const ScratchFolder folder;
            const path file = folder / "a.db";
            const mode_t before = umask(mask);
            const auto journal = open_sqlite_journal(file, Access::create, {.mode = mode});
            umask(before);
            REQUIRE(journal);
            for (const char* ending : {"", "-wal", "-shm"}) CHECK(mode_of(beside(file, ending)) == mode);
            CHECK(mode_of(beside(file, "-lock")) == lock);
        }
    }
}

TEST_CASE("SqliteJournal companions: the lock file of an older journal becomes closed to those who may only read.") {
    const ScratchFolder folder;
    make(folder / "a.db");
    for (const char* ending : {"", "-lock"}) REQUIRE(chmod(beside(folder / "a.db", ending).c_str(), 0644) == 0);
    REQUIRE(open_sqlite_journal(folder / "a.db", Access::read_write));
    CHECK(mode_of(folder / "a.db") == 0644);
    CHECK(mode_of(folder / "a.db-lock") == 0600);
}

} // namespace evenfold::journal::sample

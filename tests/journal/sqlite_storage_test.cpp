// Effects of the storage on a journal: directories that cannot be written, limits that are reached.
#include "evenfold/journal/sqlite/sqlite_journal.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <string>
#include <sys/resource.h>
#include <unistd.h>
#include <utility>

#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/journal/child_process.hpp"
#include "evenfold/tests/journal/full_storage.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"

namespace evenfold::journal {

namespace {

using contract::batch;
using std::filesystem::path;
using std::filesystem::perms;

constexpr uid_t nobody = 65534;

/// Drops administrator privileges, because an administrator may write everywhere.
bool become_nobody() {
    return geteuid() != 0 || (setgid(nobody) == 0 && setuid(nobody) == 0);
}

/// A directory with a journal of three events, which nobody may write after `lock`.
class LockedFolder {
public:
    LockedFolder() {
        const auto journal = open_sqlite_journal(file(), Access::create);
        REQUIRE(journal);
        REQUIRE((*journal)->append(std::vector{batch(1, {"a", "b"}), batch(2, {"a"})}, 0));
    }
    LockedFolder(const LockedFolder&) = delete;
    LockedFolder& operator=(const LockedFolder&) = delete;
    ~LockedFolder() { std::filesystem::permissions(folder_.path(), perms::owner_all); }

    [[nodiscard]] path file() const { return folder_ / "journal.db"; }
    [[nodiscard]] path beside(const std::string& ending) const { return file().string() + ending; }

    void lock() const {
        for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
            std::filesystem::permissions(entry, perms::owner_read | perms::group_read | perms::others_read);
        }
        std::filesystem::permissions(folder_.path(), static_cast<perms>(0555));
    }

    /// Returns the number of events that a user without privileges can read, or 100 plus the kind of the error.
    [[nodiscard]] int events_read_by_nobody() const { return events_read_by_nobody(file()); }
    [[nodiscard]] static int events_read_by_nobody(const path& name) {
        ChildProcess reader([&] {
            if (!become_nobody()) return not_permitted;
            const auto journal = open_sqlite_journal(name, Access::read_only);
            if (!journal) return 100 + static_cast<int>(journal.error().kind);
            const auto events = read_all(**journal);
            return events ? static_cast<int>(events->size()) : 200;
        });
        return reader.end();
    }

private:
    ScratchFolder folder_;
};

/// Leaves two more events in the write-ahead log, as a killed writer does.
void append_and_die(const path& file) {
    ChildProcess writer([&] {
        const auto journal = open_sqlite_journal(file, Access::read_write);
        if (!journal || !(*journal)->append(std::vector{batch(3, {"a", "b"})}, 3)) return 1;
        return raise(SIGKILL);
    });
    CHECK(writer.end() == -SIGKILL);
}

int refused_as(FailureKind kind) {
    return 100 + static_cast<int>(kind);
}

bool limit_file_size(rlim_t bytes) {
    rlimit limit{};
    if (getrlimit(RLIMIT_FSIZE, &limit) != 0) return false;
    limit.rlim_cur = bytes;
    return setrlimit(RLIMIT_FSIZE, &limit) == 0;
}

} // namespace

TEST_CASE("SqliteJournal: a closed journal can be read in a read-only directory.") {
    const LockedFolder folder;
    folder.lock();
    CHECK(folder.events_read_by_nobody() == 3);
}

TEST_CASE("SqliteJournal: a journal file without its side files can be read in a read-only directory.") {
    const LockedFolder folder;
    for (const char* ending : {"-wal", "-shm", "-lock"}) std::filesystem::remove(folder.beside(ending));
    folder.lock();
    CHECK(folder.events_read_by_nobody() == 3);
    CHECK(!std::filesystem::exists(folder.beside("-wal")));
}

TEST_CASE("SqliteJournal: events in the log of a killed writer can be read in a read-only directory.") {
    const LockedFolder folder;
    append_and_die(folder.file());
    folder.lock();
    CHECK(folder.events_read_by_nobody() == 5);
}

TEST_CASE("SqliteJournal: a log that cannot be read in a read-only directory is an error and is never skipped.") {
    const LockedFolder folder;
    append_and_die(folder.file());
    std::filesystem::remove(folder.beside("-shm"));
    folder.lock();
    CHECK(folder.events_read_by_nobody() == refused_as(FailureKind::read_only));
    const ScratchFolder links; // by a link it is the same journal, with the same log
    std::filesystem::permissions(links.path(), static_cast<perms>(0755));
    std::filesystem::create_symlink(folder.file(), links / "link.db");
    CHECK(LockedFolder::events_read_by_nobody(links / "link.db") == refused_as(FailureKind::read_only));
}

TEST_CASE("SqliteJournal: opening for writing in a read-only directory is refused as read_only.") {
    for (const bool only_the_file : {true, false}) {
        const LockedFolder folder;
        if (only_the_file) {
            std::filesystem::permissions(folder.file(), static_cast<perms>(0444));
            std::filesystem::permissions(folder.beside("-lock"), static_cast<perms>(0666));
            std::filesystem::permissions(folder.file().parent_path(), static_cast<perms>(0777));
        } else {
            folder.lock();
        }
        for (const Access access : {Access::read_write, Access::create}) {
            ChildProcess writer([&] {
                if (!become_nobody()) return not_permitted;
                const auto journal = open_sqlite_journal(folder.file(), access);
                return journal ? 0 : refused_as(journal.error().kind);
            });
            CHECK(writer.end() == refused_as(FailureKind::read_only));
        }
    }
}

TEST_CASE("SqliteJournal: a wait at the limit on open files fails with a remedy that names the limits.") {
    const ScratchFolder folder;
    const auto journal = open_sqlite_journal(folder / "journal.db", Access::create);
    REQUIRE(journal);
    rlimit limit{};
    REQUIRE(getrlimit(RLIMIT_NOFILE, &limit) == 0);
    const rlim_t before = std::exchange(limit.rlim_cur, 0);
    REQUIRE(setrlimit(RLIMIT_NOFILE, &limit) == 0);
    const auto head = (*journal)->wait(0, std::chrono::milliseconds(1));
    limit.rlim_cur = before;
    REQUIRE(setrlimit(RLIMIT_NOFILE, &limit) == 0);
    REQUIRE(!head);
    CHECK(head.error().remedy.find("fs.inotify.max_user_instances") != std::string::npos);
    CHECK(head.error().remedy.find("disk") == std::string::npos);
}

TEST_CASE("SqliteJournal: an append at the limit on file sizes fails as full and can be repeated safely afterwards.") {
    const ScratchFolder folder;
    ChildProcess writer([&] {
        (void)std::signal(SIGXFSZ, SIG_IGN);
        if (!limit_file_size(300'000)) return not_permitted;
        return fill_up(folder / "journal.db", [] { return limit_file_size(RLIM_INFINITY); });
    });
    CHECK(writer.end() == 0);
}

} // namespace evenfold::journal

// A disk that is really full; the test needs the privilege to mount one.
#include <doctest/doctest.h>

#include <cstdio>
#include <sched.h>
#include <sys/mount.h>

#include "evenfold/tests/journal/child_process.hpp"
#include "evenfold/tests/journal/full_storage.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"

namespace evenfold::journal {

TEST_CASE("SqliteJournal: an append on a full disk fails as full and can be repeated safely when space is free.") {
    const ScratchFolder folder;
    ChildProcess writer([&] {
        if (unshare(CLONE_NEWNS) != 0 || mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
            mount("tmpfs", folder.path().c_str(), "tmpfs", 0, "size=1m") != 0) {
            return not_permitted;
        }
        return fill_up(folder / "journal.db",
                       [&] { return mount("tmpfs", folder.path().c_str(), "tmpfs", MS_REMOUNT, "size=8m") == 0; });
    });
    const int exit_code = writer.end();
    if (exit_code == not_permitted) {
        std::puts("skipped: a full disk needs the right to mount one");
        return;
    }
    CHECK(exit_code == 0);
}

} // namespace evenfold::journal

// Signed files on storage that is full: an append fails as a whole, is proven not to be there, and can be repeated.
#include <doctest/doctest.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include "evenfold/tests/faults/row_writer.hpp"
#include "evenfold/tests/journal/chain/stored_journal.hpp"
#include "evenfold/tests/journal/child_process.hpp"
#include "evenfold/tests/journal/faulty_disk.hpp"
#include "evenfold/tests/journal/full_storage.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"
#include "evenfold/tests/journal/signed/signed_file.hpp"
#include "evenfold/tests/journal/signed/sqlite_rows.hpp"

namespace evenfold::tests::faults {

namespace {

using journal::ChildProcess;
using journal::ScratchFolder;

bool is_proven(const std::filesystem::path& file) {
    return chain::report_of_file(file, chain::trust_of(1)).ok();
}

/// Fills the storage with signed events. Returns 0 if the file is proven when it is full, and afterwards.
int fill_up_signed(const std::filesystem::path& file, const std::function<bool()>& make_room) {
    constexpr int not_proven = 50;
    const int failed = fill_up(file, [&] { return is_proven(file) && make_room(); }, chain::signed_with(1));
    if (failed != 0) return failed;
    return is_proven(file) ? 0 : not_proven;
}

bool mount_memory(const std::filesystem::path& folder, const char* size, unsigned long flags) {
    return mount("tmpfs", folder.c_str(), "tmpfs", flags, size) == 0;
}

bool limit_size_of_files(rlim_t bytes) {
    rlimit limit{};
    if (getrlimit(RLIMIT_FSIZE, &limit) != 0) return false;
    limit.rlim_cur = bytes;
    return setrlimit(RLIMIT_FSIZE, &limit) == 0;
}

} // namespace

TEST_CASE("Full storage: a signed file on a full disk is proven, and the failed append can be repeated.") {
    const ScratchFolder folder(journal::memory_storage());
    ChildProcess writer([&] {
        if (unshare(CLONE_NEWNS) != 0 || mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
            !mount_memory(folder.path(), "size=1m", 0)) {
            return journal::not_permitted;
        }
        return fill_up_signed(folder / "journal.db",
                              [&] { return mount_memory(folder.path(), "size=8m", MS_REMOUNT); });
    });
    const int exit_code = writer.end();
    if (exit_code == journal::not_permitted) {
        std::puts("skipped: a full disk needs the right to mount one");
        return;
    }
    CHECK(exit_code == 0);
}

TEST_CASE("Full storage: a signed file at the limit on file sizes is proven, and the failed append can be repeated.") {
    const ScratchFolder folder(journal::memory_storage());
    ChildProcess writer([&] {
        (void)std::signal(SIGXFSZ, SIG_IGN);
        if (!limit_size_of_files(400'000)) return journal::not_permitted;
        return fill_up_signed(folder / "journal.db", [] { return limit_size_of_files(RLIM_INFINITY); });
    });
    CHECK(writer.end() == 0);
}

TEST_CASE("Full storage: a writer that stores row by row leaves half an append on a full disk (negative control).") {
    int damaged = 0;
    bool has_failed = true;
    for (int nth = 1; has_failed; ++nth) {
        const ScratchFolder folder(journal::memory_storage());
        RowWriter rows(folder.path());
        journal::FaultyDisk disk;
        disk.fail(journal::Fault::disk_full, nth);
        while (rows.write_row()) {}
        has_failed = disk.has_failed();
        disk.fail(journal::Fault::none, 0);
        if (!is_proven(rows.file())) ++damaged;
    }
    CHECK(damaged > 3);
}

} // namespace evenfold::tests::faults

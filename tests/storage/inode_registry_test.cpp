#include "evenfold/storage/sqlite/inode_registry.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <memory>

#include "evenfold/storage/sqlite/database.hpp"
#include "evenfold/system/file_lock.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"

namespace evenfold::storage::sqlite {
namespace {

using journal::ScratchFolder;
using std::filesystem::path;

constexpr std::int64_t shared_byte = 0x40000002; // SQLite's SHARED_FIRST; each connection that has read locks it

Database connected(const path& file) {
    auto database = Database::open(file, OpenMode::create, std::chrono::milliseconds(0));
    REQUIRE(database);
    REQUIRE(
        database->execute("PRAGMA journal_mode = WAL; CREATE TABLE IF NOT EXISTS t (x); INSERT INTO t VALUES (1);"));
    return std::move(*database);
}

/// Destroyed while the program ends, after every static variable that was made later. If the registry were one
/// of those, the sanitizers of the preset clang would report that it is used after its end, and this executable
/// would fail.
std::unique_ptr<RegisteredFile> destroyed_at_exit;

/// Sees this process's own locks, because locks of open files conflict with those of processes. It is never closed.
int probe_of(const path& file) {
    auto probe = system::open_to_lock(file);
    REQUIRE(probe);
    return probe->release();
}

std::size_t open_descriptors() {
    const std::filesystem::directory_iterator all("/proc/self/fd");
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

} // namespace

TEST_CASE("RegisteredFile: may be destroyed during program exit.") {
    auto registered = RegisteredFile::of(std::filesystem::read_symlink("/proc/self/exe"));
    REQUIRE(registered);
    destroyed_at_exit = std::make_unique<RegisteredFile>(*std::move(registered));
}

TEST_CASE("InodeRegistry: read_start keeps SQLite's locks on the database, which a plain read drops.") {
    const ScratchFolder folder;
    const path file = folder / "x.db";
    const Database database = connected(file);
    const int probe = probe_of(file);
    REQUIRE(system::is_byte_locked_elsewhere(probe, shared_byte));
    CHECK(read_start(file, 15) == "SQLite format 3");
    CHECK(system::is_byte_locked_elsewhere(probe, shared_byte));
    std::filesystem::create_hard_link(file, folder / "link");
    CHECK(read_start(folder / "link", 6) == "SQLite"); // of the same inode
    CHECK(system::is_byte_locked_elsewhere(probe, shared_byte));
    CHECK_FALSE(RegisteredFile::of(folder / "link"));
    CHECK(system::is_byte_locked_elsewhere(probe, shared_byte));
    { CHECK(std::ifstream(file).get() == 'S'); } // the negative control
    CHECK_FALSE(system::is_byte_locked_elsewhere(probe, shared_byte));
}

TEST_CASE("InodeRegistry: one descriptor per file is kept, and only while a connection is open.") {
    const ScratchFolder folder;
    const path file = folder / "x.db";
    const std::size_t before = open_descriptors();
    {
        const Database one = connected(file);
        const Database moved = [&] {
            Database other = connected(file);
            return Database(std::move(other));
        }();
        const std::size_t open = open_descriptors();
        for (int i = 0; i < 3; ++i) CHECK(read_start(file, 6) == "SQLite");
        CHECK(open_descriptors() == open);
    }
    CHECK(open_descriptors() == before);
    CHECK(read_start(file, 6) == "SQLite");
    CHECK(open_descriptors() == before);
    CHECK(read_start(folder / "gone", 6).empty());
}

} // namespace evenfold::storage::sqlite

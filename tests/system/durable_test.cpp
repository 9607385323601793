#include "evenfold/system/durable.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "evenfold/system/notification.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"

using namespace evenfold::system;

namespace {

std::string bytes_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

} // namespace

TEST_CASE("write_durably: replaces a file atomically, and leaves it unchanged on failure.") {
    const evenfold::journal::ScratchFolder folder;
    const auto file = folder / "file";
    REQUIRE(write_durably(file, folder / "fresh", "one"));
    REQUIRE(write_durably(file, folder / "fresh", "two"));
    CHECK(bytes_of(file) == "two");
    CHECK_FALSE(std::filesystem::exists(folder / "fresh"));
    const auto refused = write_durably(file, folder / "missing" / "fresh", "three");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == FailureKind::not_found);
    CHECK(refused.error().what.find("open to write") != std::string::npos);
    CHECK(bytes_of(file) == "two");
}

TEST_CASE("make_folders: creates missing folders; sync_up_to skips paths that do not exist.") {
    const evenfold::journal::ScratchFolder folder;
    REQUIRE(make_folders(folder / "a/b/c"));
    CHECK(std::filesystem::is_directory(folder / "a/b/c"));
    CHECK(make_folders(folder / "a/b/c")); // again
    CHECK(sync_up_to(folder / "a/b/c/gone", folder.path()));
    CHECK_FALSE(sync_path(folder / "a/b/c/gone"));
    CHECK(check_may_write_in(folder.path(), folder / "x"));
    CHECK_FALSE(check_may_write_in(folder / "gone", folder / "gone/x"));
}

TEST_CASE("notify_waiters: wakes a watch of this file that was created before, and no other.") {
    const evenfold::journal::ScratchFolder folder;
    const auto file = folder / "file";
    std::ofstream(file).flush();
    auto watch = FileWatch::on(file);
    REQUIRE(watch);
    CHECK(watch->wait(std::chrono::milliseconds(0)) == WakeReason::timed_out);
    notify_waiters(file);
    CHECK(watch->wait(std::chrono::minutes(1)) == WakeReason::notified);
    CHECK(watch->drain());
    notify_waiters(folder / "other");
    CHECK(watch->wait(std::chrono::milliseconds(0)) == WakeReason::timed_out);
    std::filesystem::remove(file);
    CHECK_FALSE(watch->drain());
    CHECK_FALSE(FileWatch::on(folder / "gone" / "file"));
}

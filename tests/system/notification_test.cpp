#include "evenfold/system/notification.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <future>

#include "evenfold/tests/journal/scratch_folder.hpp"

using namespace evenfold::system;

namespace {

constexpr std::chrono::milliseconds long_time = std::chrono::minutes(2);

} // namespace

TEST_CASE("FileWatch: a notification wakes, and other files of the folder do not") {
    for (const bool exists : {true, false}) {
        const evenfold::journal::ScratchFolder folder;
        const auto file = folder / "lock";
        std::ofstream(folder / "other").flush();
        if (exists) std::ofstream(file).flush();
        auto watch = FileWatch::on(file);
        REQUIRE(watch);
        CHECK(watch->drain());
        notify_waiters(folder / "other");
        CHECK(watch->wait(std::chrono::milliseconds(20)) == WakeReason::timed_out);
        auto woken = std::async(std::launch::async, [&] { return watch->wait(long_time); });
        if (exists)
            notify_waiters(file);
        else
            std::ofstream(file).flush();
        CHECK(woken.get() == WakeReason::notified);
        CHECK(watch->drain() == exists); // a file that appears needs a watch of its own
    }
}

TEST_CASE("FileWatch: a watched file that is removed is lost") {
    const evenfold::journal::ScratchFolder folder;
    std::ofstream(folder / "lock").flush();
    auto watch = FileWatch::on(folder / "lock");
    REQUIRE(watch);
    std::filesystem::remove(folder / "lock");
    CHECK(watch->wait(long_time) == WakeReason::notified);
    CHECK_FALSE(watch->drain());
    CHECK(watch->drain());
}

TEST_CASE("FileWatch: a notification does not follow a link or block on a pipe") {
    const evenfold::journal::ScratchFolder folder;
    std::ofstream(folder / "target").flush();
    std::filesystem::create_symlink("target", folder / "lock");
    auto watch = FileWatch::on(folder / "target");
    REQUIRE(watch);
    notify_waiters(folder / "lock");
    CHECK(watch->wait(std::chrono::milliseconds(20)) == WakeReason::timed_out);
}

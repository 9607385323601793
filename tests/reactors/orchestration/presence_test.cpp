#include "evenfold/reactors/orchestration/presence.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <thread>

#include "evenfold/tests/journal/scratch_folder.hpp"
#include "evenfold/tests/support/ids.hpp"

namespace evenfold::orchestration {
namespace {

/// Two programs that share one journal; each opens the file itself.
struct Two {
    journal::ScratchFolder folder;
    Presence one = opened(folder / "journal.db");
    Presence other = opened(folder / "journal.db");

    static Presence opened(const std::filesystem::path& journal) {
        std::ofstream(journal, std::ios::app).put('x');
        auto presence = Presence::open(journal);
        REQUIRE(presence);
        return *presence;
    }
};

} // namespace

TEST_CASE("Presence: one is at work on a thread; another sees that, and may be at work on another.") {
    const Two two;
    const auto thread = tests::id<ThreadId>(1);
    CHECK_FALSE(two.other.is_elsewhere(thread));
    CHECK(two.one.claim(thread));
    CHECK(two.one.claim(thread)); // already claimed
    CHECK_FALSE(two.other.claim(thread));
    CHECK(two.other.is_elsewhere(thread));
    CHECK_FALSE(two.one.is_elsewhere(thread));
    CHECK(two.other.claim(tests::id<ThreadId>(2)));
}

TEST_CASE("Presence: a thread is tended by one, and not while somebody is at work on it; a claim outlasts that.") {
    const Two two;
    const auto thread = tests::id<ThreadId>(1);
    CHECK(two.one.acquire_recovery(thread));
    CHECK_FALSE(two.other.acquire_recovery(thread));
    CHECK(two.other.claim(thread));
    std::jthread leaving([&] { two.one.leave(thread); });
    CHECK(two.other.outlast_tender(thread));
    CHECK_FALSE(two.one.acquire_recovery(thread));
}

TEST_CASE("Presence: a journal that is not there is named.") {
    const auto none = Presence::open("/nowhere/journal.db");
    REQUIRE_FALSE(none);
    CHECK(none.error().what.find("/nowhere/journal.db") != std::string::npos);
}

} // namespace evenfold::orchestration

#include "evenfold/reactors/orchestration/thread_claims.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <thread>

#include "evenfold/tests/journal/scratch_folder.hpp"
#include "evenfold/tests/support/ids.hpp"

namespace evenfold::orchestration {
namespace {

/// Two programs that share one journal; each opens the file itself.
struct TwoPrograms {
    journal::ScratchFolder folder;
    ThreadClaims one = opened(folder / "journal.db");
    ThreadClaims other = opened(folder / "journal.db");

    static ThreadClaims opened(const std::filesystem::path& journal) {
        std::ofstream(journal, std::ios::app).put('x');
        auto thread_claims = ThreadClaims::open(journal);
        REQUIRE(thread_claims);
        return *thread_claims;
    }
};

} // namespace

TEST_CASE("ThreadClaims: one program claims a thread; another program sees that, and can claim other threads.") {
    const TwoPrograms two;
    const auto thread = tests::id<ThreadId>(1);
    CHECK_FALSE(two.other.is_claimed_elsewhere(thread));
    CHECK(two.one.claim(thread));
    CHECK(two.one.claim(thread)); // already claimed
    CHECK_FALSE(two.other.claim(thread));
    CHECK(two.other.is_claimed_elsewhere(thread));
    CHECK_FALSE(two.one.is_claimed_elsewhere(thread));
    CHECK(two.other.claim(tests::id<ThreadId>(2)));
}

TEST_CASE(
    "ThreadClaims: one program at a time recovers a thread, and only while it is not claimed; a claim waits for it.") {
    const TwoPrograms two;
    const auto thread = tests::id<ThreadId>(1);
    CHECK(two.one.acquire_recovery(thread));
    CHECK_FALSE(two.other.acquire_recovery(thread));
    CHECK(two.other.claim(thread));
    std::jthread leaving([&] { two.one.release_recovery(thread); });
    CHECK(two.other.wait_for_recovery(thread));
    CHECK_FALSE(two.one.acquire_recovery(thread));
}

TEST_CASE("ThreadClaims: the failure for a missing journal names it.") {
    const auto none = ThreadClaims::open("/nowhere/journal.db");
    REQUIRE_FALSE(none);
    CHECK(none.error().what.find("/nowhere/journal.db") != std::string::npos);
}

} // namespace evenfold::orchestration

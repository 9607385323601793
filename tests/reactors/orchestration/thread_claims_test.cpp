#include "evenfold/reactors/orchestration/thread_claims.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <thread>

#include "evenfold/tests/journal/scratch_folder.hpp"
#include "evenfold/tests/support/ids.hpp"

namespace evenfold::orchestration {
namespace {

/// TwoPrograms programs that share one journal; each opens the file itself.
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

TEST_CASE("ThreadClaims: one is at work on a thread; another sees that, and may be at work on another.") {
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

TEST_CASE("ThreadClaims: a thread is tended by one, and not while somebody is at work on it; a claim outlasts that.") {
    const TwoPrograms two;
    const auto thread = tests::id<ThreadId>(1);
    CHECK(two.one.acquire_recovery(thread));
    CHECK_FALSE(two.other.acquire_recovery(thread));
    CHECK(two.other.claim(thread));
    std::jthread leaving([&] { two.one.release_recovery(thread); });
    CHECK(two.other.wait_for_recovery(thread));
    CHECK_FALSE(two.one.acquire_recovery(thread));
}

TEST_CASE("ThreadClaims: a journal that is not there is named.") {
    const auto none = ThreadClaims::open("/nowhere/journal.db");
    REQUIRE_FALSE(none);
    CHECK(none.error().what.find("/nowhere/journal.db") != std::string::npos);
}

} // namespace evenfold::orchestration

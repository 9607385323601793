// The locks that programs on several machines share beside a journal.
#include <doctest/doctest.h>

#include <cstdint>
#include <memory>
#include <string>

#include "evenfold/tests/journal/postgres/postgres_journals.hpp"

namespace evenfold::journal {

namespace {

constexpr std::int64_t claimed_lock = (std::int64_t{1} << 61U) + 12345;

std::shared_ptr<ProgramLocks> opened_locks(const std::string& url) {
    auto locks = open_postgres_locks(url);
    REQUIRE_MESSAGE(locks, locks.error().what);
    return *locks;
}

/// Ends the sessions that hold advisory locks, as a network does that was cut.
void cut_sessions_with_locks(const std::string& url) {
    TableAccess owner(url);
    REQUIRE(!owner.run("DO $$ BEGIN PERFORM pg_terminate_backend(pid, 5000) FROM pg_locks "
                       "WHERE locktype = 'advisory' AND pid <> pg_backend_pid(); END $$"));
}

} // namespace

TEST_CASE("ProgramLocks: one program at a time has a lock of a journal, until it unlocks it or ends.") {
    EVENFOLD_REQUIRE_SERVER(server);
    const std::string url = server->url(server->new_journal());
    { REQUIRE(open_journal(url)); }
    auto one = opened_locks(url);
    const auto other = opened_locks(url);
    CHECK(one->try_lock(claimed_lock));
    CHECK(one->try_lock(claimed_lock)); // again
    CHECK_FALSE(one->is_locked_elsewhere(claimed_lock));
    CHECK(other->is_locked_elsewhere(claimed_lock));
    CHECK_FALSE(other->try_lock(claimed_lock));
    CHECK(other->try_lock(claimed_lock + 1));
    one->unlock(claimed_lock);
    CHECK_FALSE(other->is_locked_elsewhere(claimed_lock));
    CHECK(other->try_lock(claimed_lock));
    other->unlock(claimed_lock);
    CHECK(one->try_lock(claimed_lock));
    one.reset();
    while (!other->try_lock(claimed_lock)) {} // until the server has noticed it
}

TEST_CASE("ProgramLocks: those of another journal, and the lock of the writer, are others.") {
    EVENFOLD_REQUIRE_SERVER(server);
    const std::string url = server->url(server->new_journal());
    const auto journal = open_journal(url);
    const std::string elsewhere = server->url(server->new_journal());
    { REQUIRE(open_journal(elsewhere)); }
    const auto one = opened_locks(url);
    const auto other = opened_locks(elsewhere);
    CHECK(one->try_lock(0));
    CHECK(other->try_lock(0));
    CHECK(!kind_of_append(*journal, 1));
    CHECK(journal->hold());
}

TEST_CASE("ProgramLocks: after a lost connection a program has its locks again, unless another one has got them.") {
    EVENFOLD_REQUIRE_SERVER(server);
    const std::string url = server->url(server->new_journal());
    { REQUIRE(open_journal(url)); }
    const auto one = opened_locks(url);
    const auto other = opened_locks(url);
    REQUIRE(one->try_lock(claimed_lock));
    cut_sessions_with_locks(url);
    CHECK_FALSE(one->is_locked_elsewhere(claimed_lock)); // connects, and takes it again
    CHECK(other->is_locked_elsewhere(claimed_lock));
    cut_sessions_with_locks(url);
    CHECK(other->try_lock(claimed_lock)); // the control: the lock had ended with its connection
    CHECK(one->is_locked_elsewhere(claimed_lock));
    CHECK_FALSE(one->try_lock(claimed_lock));
}

} // namespace evenfold::journal

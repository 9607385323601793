#include "evenfold/system/recursive_timed_mutex.hpp"

#include <doctest/doctest.h>

#include <future>

using evenfold::system::RecursiveTimedMutex;

namespace {

bool is_free_elsewhere(RecursiveTimedMutex& mutex) {
    return std::async(std::launch::async,
                      [&] {
                          const std::unique_lock lock(mutex, std::chrono::milliseconds(1));
                          return lock.owns_lock() && mutex.is_owned_here();
                      })
        .get();
}

} // namespace

TEST_CASE("RecursiveTimedMutex: the owner may lock it again; other threads time out until it is unlocked as often.") {
    RecursiveTimedMutex mutex;
    CHECK(is_free_elsewhere(mutex));
    CHECK_FALSE(mutex.is_owned_here());
    std::unique_lock outer(mutex, evenfold::system::wait_max);
    REQUIRE(outer.owns_lock());
    CHECK(mutex.is_owned_here());
    {
        const std::unique_lock inner(mutex, std::chrono::milliseconds(1));
        CHECK(inner.owns_lock());
    }
    CHECK_FALSE(is_free_elsewhere(mutex));
    outer.unlock();
    CHECK(is_free_elsewhere(mutex));
}

#include "evenfold/system/recursive_timed_mutex.hpp"

#include <algorithm>

namespace evenfold::system {

namespace {

/// Returns an address that no other running thread returns.
const void* this_thread_mark() {
    thread_local const char mark = 0;
    return &mark;
}

} // namespace

bool RecursiveTimedMutex::try_lock_for(std::chrono::milliseconds limit) {
    const void* const me = this_thread_mark();
    std::unique_lock lock(mutex_);
    const auto bounded = std::min<std::chrono::milliseconds>(limit, wait_max);
    if (!unlocked_.wait_for(lock, bounded, [&] { return depth_ == 0 || owner_ == me; })) return false;
    owner_ = me;
    ++depth_;
    return true;
}

void RecursiveTimedMutex::unlock() {
    {
        const std::scoped_lock lock(mutex_);
        if (--depth_ > 0) return;
        owner_ = nullptr;
    }
    unlocked_.notify_one();
}

bool RecursiveTimedMutex::is_owned_here() {
    const std::scoped_lock lock(mutex_);
    return owner_ == this_thread_mark();
}

} // namespace evenfold::system

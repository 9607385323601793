/// A recursive mutex with timed locking that knows its owner.
/// Shape: use it with std::unique_lock, which takes the time limit. Unlock it as often as it was locked, on the same
/// thread.
/// std::recursive_timed_mutex is not used because it cannot return whether the calling thread owns it.
///
///     const std::unique_lock lock(mutex, std::chrono::seconds(30));
///     if (!lock) return std::unexpected(busy());
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace evenfold::system {

/// The upper bound of time limits. A longer one would overflow the clock's arithmetic.
inline constexpr std::chrono::hours wait_max{24 * 365};

class RecursiveTimedMutex {
public:
    /// Blocks until this thread owns it, at most `limit`. Returns whether it does.
    [[nodiscard]] bool try_lock_for(std::chrono::milliseconds limit);

    /// Releases one lock. The last release allows another thread to lock.
    void unlock();

    /// Returns whether the calling thread owns the mutex.
    [[nodiscard]] bool is_owned_here();

private:
    std::mutex mutex_;
    std::condition_variable unlocked_;
    const void* owner_ = nullptr; // the thread's mark
    int depth_ = 0;
};

} // namespace evenfold::system

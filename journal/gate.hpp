/// A lock that waits no longer than it is told to, and that its holder may enter again.
/// Shapes: entered as often as left, by one thread; the first waiter that the system wakes is next.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace evenfold::journal {

/// The longest that anything here waits: a longer time would overflow the clock's arithmetic.
inline constexpr std::chrono::hours wait_max{24 * 365};

class Gate {
public:
    /// Inside afterwards, alone; false when another thread was inside for all of `at_most`.
    [[nodiscard]] bool enter(std::chrono::milliseconds at_most);

    /// Once for each time that this thread has entered.
    void leave();

    /// Whether this thread is inside.
    [[nodiscard]] bool holds_this_thread();

private:
    std::mutex mutex_;
    std::condition_variable left_;
    const void* inside_ = nullptr; // the thread's mark
    int depth_ = 0;
};

/// Inside a gate while it lives, if it got in.
class Pass {
public:
    Pass(Gate& gate, std::chrono::milliseconds at_most) : gate_(gate), entered_(gate.enter(at_most)) {}
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;
    ~Pass() {
        if (entered_) gate_.leave();
    }

    [[nodiscard]] bool entered() const { return entered_; }

private:
    Gate& gate_;
    bool entered_;
};

} // namespace evenfold::journal

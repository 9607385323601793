#include "evenfold/journal/gate.hpp"

#include <algorithm>

namespace evenfold::journal {

namespace {

/// Something that each running thread has for itself.
const void* this_thread_mark() {
    thread_local const char mark = 0;
    return &mark;
}

} // namespace

bool Gate::enter(std::chrono::milliseconds at_most) {
    const void* const me = this_thread_mark();
    std::unique_lock hold(mutex_);
    const auto limit = std::min<std::chrono::milliseconds>(at_most, wait_max);
    if (!left_.wait_for(hold, limit, [&] { return depth_ == 0 || inside_ == me; })) return false;
    inside_ = me;
    ++depth_;
    return true;
}

void Gate::leave() {
    {
        const std::scoped_lock hold(mutex_);
        if (--depth_ > 0) return;
        inside_ = nullptr;
    }
    left_.notify_one();
}

bool Gate::holds_this_thread() {
    const std::scoped_lock hold(mutex_);
    return inside_ == this_thread_mark();
}

} // namespace evenfold::journal

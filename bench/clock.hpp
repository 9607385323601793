/// The clock that benches read, and what a reading costs.
/// Shape: nanoseconds of the steady clock. A reading takes some twenty of them where the kernel lets programs read it,
/// and hundreds where it does not.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace evenfold::bench {

[[nodiscard]] inline std::int64_t now_ns() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

/// What the clock says between two readings when nothing is done: the median, which is taken off what is measured.
[[nodiscard]] double clock_cost_ns();

/// The most that a reading may cost where single events are timed; past it they are timed in batches.
inline constexpr double clock_cost_max_ns = 100;

/// The processor's time of this thread; a reading asks the kernel.
[[nodiscard]] std::int64_t processor_ns();

/// The time of work that computes. From a millisecond on it is the processor's: what others do on the machine
/// meanwhile, and waiting, is not in it. Shorter work is timed by the clock on the wall, which is cheaper to read.
class Stopwatch {
public:
    [[nodiscard]] double ns() const {
        constexpr std::int64_t long_ns = 1'000'000;
        const std::int64_t wall = now_ns() - wall_;
        return static_cast<double>(wall < long_ns ? wall : std::min(wall, processor_ns() - processor_));
    }

private:
    std::int64_t processor_ = processor_ns();
    std::int64_t wall_ = now_ns();
};

/// The compiler must take `value` for read and changed.
template <class T>
void keep(T& value) {
    asm volatile("" : : "g"(&value) : "memory"); // NOLINT(hicpp-no-assembler): there is no other way to say it
}

} // namespace evenfold::bench

/// The clock of the benches, and the cost of a reading.
/// Shape: nanoseconds of the steady clock. A reading takes about twenty of them if programs can read the clock without
/// a system call, and hundreds if not.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "evenfold/core/platform/language.hpp"

namespace evenfold::bench {

[[nodiscard]] inline std::int64_t now_ns() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

/// Returns the median difference of two consecutive readings. It is subtracted from measured times.
[[nodiscard]] double clock_cost_ns();

/// Maximum cost of a reading for timing single events. If it is exceeded, events are timed in batches.
inline constexpr double clock_cost_max_ns = 100;

/// Returns the CPU time of this thread. A reading is a system call.
[[nodiscard]] std::int64_t processor_ns();

/// Measures the time of computation. From a millisecond on it is CPU time, which excludes waiting and the work of other
/// processes. Shorter work is timed by the wall clock, because that is cheaper to read.
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

/// Makes the compiler assume that `value` is read and changed.
template <class T>
void do_not_optimize(T& value) {
    asm volatile("" : : "g"(&value) : "memory"); // NOLINT(hicpp-no-assembler): no library function does this
}

} // namespace evenfold::bench

#include "evenfold/bench/clock.hpp"

#include <ctime>
#include <vector>

#include "evenfold/bench/statistics.hpp"

namespace evenfold::bench {

std::int64_t processor_ns() {
    timespec at{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
    return std::int64_t{at.tv_sec} * 1'000'000'000 + at.tv_nsec;
}

double clock_cost_ns() {
    constexpr int readings = 10'001;
    std::vector<double> between;
    between.reserve(readings);
    for (int left = readings; left > 0; --left) {
        const std::int64_t begin = now_ns();
        between.push_back(static_cast<double>(now_ns() - begin));
    }
    return median(between);
}

} // namespace evenfold::bench

#include "evenfold/bench/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace evenfold::bench {
namespace {

constexpr double bars_per_octave = 4;

/// Returns the probability that at most `heads` of `count` fair coins show heads.
double at_most(std::size_t heads, std::size_t count) {
    double sum = 0;
    double chance = -static_cast<double>(count) * std::numbers::ln2; // of exactly k heads, as a logarithm
    for (std::size_t k = 0; k <= heads; ++k) {
        sum += std::exp(chance);
        chance += std::log(static_cast<double>(count - k) / static_cast<double>(k + 1));
    }
    return sum;
}

double bound(double bar) {
    return std::exp2(bar / bars_per_octave);
}

double bar_of(double value) {
    return std::floor(std::log2(std::max(value, 1.0)) * bars_per_octave);
}

} // namespace

double quantile(std::span<const double> sorted, double share) {
    if (sorted.empty()) return 0;
    const double position = share * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(position);
    const std::size_t above = std::min(below + 1, sorted.size() - 1);
    return sorted[below] + (position - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

double median(std::vector<double> values) {
    std::ranges::sort(values);
    return quantile(values, 0.5);
}

Estimate estimate(std::vector<double> values, double confidence) {
    if (values.empty()) return {.median = 0, .low = 0, .high = 0, .confidence = 0};
    std::ranges::sort(values);
    // The pair `outside` from each end misses the true median if at most `outside` values fall on one side of it.
    std::size_t outside = 0;
    const auto holds = [&](std::size_t left_out) { return 1 - 2 * at_most(left_out, values.size()); };
    while (2 * (outside + 1) < values.size() && holds(outside + 1) >= confidence) ++outside;
    return {.median = quantile(values, 0.5),
            .low = values[outside],
            .high = values[values.size() - 1 - outside],
            .confidence = std::max(0.0, holds(outside))};
}

std::vector<Bar> bars_of(std::span<const double> sorted) {
    if (sorted.empty()) return {};
    const double first = bar_of(sorted.front());
    const double last = bar_of(sorted.back());
    std::vector<Bar> bars;
    for (double bar = first; bar <= last; ++bar) bars.push_back({bound(bar), bound(bar + 1), 0});
    for (const double value : sorted) ++bars[static_cast<std::size_t>(bar_of(value) - first)].count;
    return bars;
}

std::vector<double> median_times(std::span<const Times> repetitions, double clock_ns) {
    if (repetitions.empty()) return {};
    std::vector<double> of_all(repetitions.front().size());
    std::vector<std::uint32_t> of_one(repetitions.size());
    const auto middle = of_one.begin() + static_cast<std::ptrdiff_t>(of_one.size() / 2);
    for (std::size_t index = 0; index < of_all.size(); ++index) {
        for (std::size_t which = 0; which < repetitions.size(); ++which) of_one[which] = repetitions[which][index];
        std::ranges::nth_element(of_one, middle);
        of_all[index] = std::max(0.0, static_cast<double>(*middle) - clock_ns);
    }
    return of_all;
}

} // namespace evenfold::bench

/// Summaries of many measurements: quantiles, and the confidence interval of a median.
/// Shape: plain numbers in, plain numbers out. No distribution is assumed, because none fits the times of a machine.
/// Source: the interval of a median from order statistics (W. R. Thompson, 1936); quantiles of type 7 (R. J. Hyndman
/// and Y. Fan, 1996).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "evenfold/bench/figures.hpp"

namespace evenfold::bench {

/// Returns the quantile at `share` (0 to 1) of `sorted`, interpolated between two values; 0 if it is empty.
[[nodiscard]] double quantile(std::span<const double> sorted, double share);

/// Returns the median; 0 if there are no values.
[[nodiscard]] double median(std::vector<double> values);

/// Returns the median of `values`, and the narrowest pair of them that contains the true median with probability >=
/// `confidence`, if the values are independent and identically distributed. If there are too few, returns the minimum
/// and maximum, with their actual confidence.
[[nodiscard]] Estimate estimate(std::vector<double> values, double confidence);

/// Returns a histogram of `sorted`: four bars per doubling of the value, from 1 on.
[[nodiscard]] std::vector<Bar> bars_of(std::span<const double> sorted);

/// Times of the same work in the same order, in one repetition.
using Times = std::vector<std::uint32_t>;

/// Returns the median over the repetitions at each position, less `clock_ns`, at least 0. This removes disturbances of
/// single repetitions and keeps the costs that occur in each.
[[nodiscard]] std::vector<double> median_times(std::span<const Times> repetitions, double clock_ns);

} // namespace evenfold::bench

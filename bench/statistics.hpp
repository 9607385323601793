/// What is said of many measurements: quantiles, and how sure a median is.
/// Shape: plain numbers in, plain numbers out. No distribution is assumed: of what a machine does, none would hold.
/// Source: the interval of a median from order statistics (W. R. Thompson, 1936); quantiles of type 7 (R. J. Hyndman
/// and Y. Fan, 1996).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "evenfold/bench/figures.hpp"

namespace evenfold::bench {

/// The value below which `share` (0 to 1) of the `sorted` lie, between two of them where it falls between; 0 of none.
[[nodiscard]] double quantile(std::span<const double> sorted, double share);

[[nodiscard]] double median(std::vector<double> values);

/// The median of `values`, and the narrowest pair of them that holds the true one in at least `confidence` of all
/// cases, if they were drawn alike and apart. Too few for that: the least and the greatest, with what they hold.
[[nodiscard]] Estimate estimate(std::vector<double> values, double confidence);

/// How many of the `sorted` lie in each of the bars that cover them: four bars each time the value doubles, from 1 on.
[[nodiscard]] std::vector<Bar> bars_of(std::span<const double> sorted);

/// Times of the same work in the same order, once a repetition.
using Times = std::vector<std::uint32_t>;

/// Of each place the median over the repetitions, less `clock_ns`, at least 0. What disturbs one repetition is gone;
/// what the work itself does in each stays.
[[nodiscard]] std::vector<double> typical(std::span<const Times> repetitions, double clock_ns);

} // namespace evenfold::bench

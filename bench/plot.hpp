/// Plots of a report as SVG, for an HTML page.
/// Shapes: an <svg> element of the given width in pixels, with axes, units and labels. Colours come from the page's
/// variables --ink, --faint, --line and --mark. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "evenfold/bench/figures.hpp"

namespace evenfold::bench {

/// Returns at most `most` round numbers from `low` to `high`, evenly spaced.
[[nodiscard]] std::vector<double> round_steps(double low, double high, std::size_t most);

/// Returns `text` escaped for HTML and SVG.
[[nodiscard]] std::string escaped(std::string_view text);

/// Plots the cost of an event over its position in the log.
[[nodiscard]] std::string position_plot(const Report& report, double width);

/// Plots the times of the first `most` kinds of the report on a logarithmic axis: a dot at the median, a line to the
/// 99th percentile.
[[nodiscard]] std::string kinds_plot(const Report& report, double width, std::size_t most);

/// Plots the distribution of event times on a logarithmic axis, with the median and the 99th percentile.
[[nodiscard]] std::string distribution_plot(const Report& report, double width);

} // namespace evenfold::bench

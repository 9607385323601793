/// Plots of a report as SVG, to stand in a page.
/// Shapes: an <svg> element as wide as it is told, in pixels, with axes, units and labels; colours come from the page's
/// variables --ink, --faint, --line and --mark. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "evenfold/bench/figures.hpp"

namespace evenfold::bench {

/// Round numbers from `low` to `high`, at most `most` of them, evenly apart.
[[nodiscard]] std::vector<double> round_steps(double low, double high, std::size_t most);

/// `text` as it must stand in HTML and SVG.
[[nodiscard]] std::string escaped(std::string_view text);

/// What an event costs, over its place in the log.
[[nodiscard]] std::string position_plot(const Report& report, double width);

/// What events of each kind take, over a logarithmic axis: a dot at the median, a line to the 99th percentile. The
/// first `most` kinds of the report.
[[nodiscard]] std::string kinds_plot(const Report& report, double width, std::size_t most);

/// How many events took how long, over a logarithmic axis, with the median and the 99th percentile.
[[nodiscard]] std::string distribution_plot(const Report& report, double width);

} // namespace evenfold::bench

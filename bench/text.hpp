/// Figures as text for a terminal.
/// Shapes: lines and a table of kinds; warnings come first. Pure functions of the figures.
#pragma once

#include <string>
#include <vector>

#include "evenfold/bench/difference.hpp"
#include "evenfold/bench/figures.hpp"

namespace evenfold::bench {

[[nodiscard]] std::string to_text(const Report& report);
[[nodiscard]] std::string to_text(const ComparisonReport& comparison);

/// Returns the changes, one per line, the worst first.
[[nodiscard]] std::string to_text(const Difference& difference);

/// Returns the machine and the build in one line.
[[nodiscard]] std::string to_text(const Machine& machine);

/// Returns the method of measurement in one line.
[[nodiscard]] std::string to_text(const Method& method);

/// Returns the rows with aligned columns: the first column to the left, others to the right. All rows must have the
/// same number of cells.
[[nodiscard]] std::string aligned(const std::vector<std::vector<std::string>>& rows);

/// Print to standard output.
void print(const Report& report);
void print(const ComparisonReport& comparison);

} // namespace evenfold::bench

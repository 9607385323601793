/// Figures for a person at a terminal.
/// Shapes: lines and a table of kinds; warnings come first. Pure functions of what was measured.
#pragma once

#include <string>
#include <vector>

#include "evenfold/bench/difference.hpp"
#include "evenfold/bench/figures.hpp"

namespace evenfold::bench {

[[nodiscard]] std::string to_text(const Report& report);
[[nodiscard]] std::string to_text(const Versus& versus);

/// What changed, a line each, the worst first.
[[nodiscard]] std::string to_text(const Difference& difference);

/// Where and how it was built, in a line.
[[nodiscard]] std::string to_text(const Machine& machine);

/// What was measured in which way, in a line.
[[nodiscard]] std::string to_text(const Method& method);

/// Rows of as many cells, each column as wide as it must be: the first to the left, others to the right.
[[nodiscard]] std::string aligned(const std::vector<std::vector<std::string>>& rows);

/// To standard output.
void print(const Report& report);
void print(const Versus& versus);

} // namespace evenfold::bench

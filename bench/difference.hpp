/// Compares a report with an earlier one of the same log, to find figures that got slower.
/// Shape: a factor for each figure that both reports have; above 1 is worse. Changes within the clock's resolution are
/// ignored.
/// Errors: reports of different logs are refused, because their figures are not comparable.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "evenfold/bench/figures.hpp"

namespace evenfold::bench {

enum class Unit : std::uint8_t { nanoseconds, bytes, allocations };

/// One figure, before and now.
struct FigureChange {
    std::string figure;
    Unit unit;
    double before;
    double now;
    double factor; // `now` relative to `before`; 1 within the resolution
};

struct Difference {
    std::vector<FigureChange> changes; // the worst first
    std::vector<std::string> notes;    // reasons why the factors are less meaningful than they seem
};

/// Compares `now` with `before`. Fails if the logs differ; the error says how.
[[nodiscard]] std::expected<Difference, std::string> difference(const Report& before, const Report& now);

/// Returns the changes whose factor exceeds `factor`.
[[nodiscard]] std::vector<FigureChange> worse_than(const Difference& difference, double factor);

/// Returns an amount as text by its unit: `41 ns`, `21.4 kB`, `0.03`.
[[nodiscard]] std::string amount_text(Unit unit, double amount);

} // namespace evenfold::bench

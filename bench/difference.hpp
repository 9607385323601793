/// What got slower: a report against an earlier one of the same log.
/// Shape: a factor for each figure that both have; above 1 is worse. What is within the clock's grain is no change.
/// Errors: reports of different logs are refused, since their figures do not compare.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "evenfold/bench/figures.hpp"

namespace evenfold::bench {

enum class Unit : std::uint8_t { nanoseconds, bytes, allocations };

/// One figure, before and now.
struct Change {
    std::string figure;
    Unit unit;
    double before;
    double now;
    double factor; // what it is now against before; 1 within the grain
};

struct Difference {
    std::vector<Change> changes;    // the worst first
    std::vector<std::string> notes; // why the factors say less than they seem to
};

/// `now` against `before`. An error says in which way the logs differ.
[[nodiscard]] std::expected<Difference, std::string> difference(const Report& before, const Report& now);

/// Those past `factor`.
[[nodiscard]] std::vector<Change> worse_than(const Difference& difference, double factor);

/// `41 ns`, `21.4 kB`, `0.03`, by its unit.
[[nodiscard]] std::string amount_text(Unit unit, double amount);

} // namespace evenfold::bench

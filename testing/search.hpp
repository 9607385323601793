/// The search for a history that breaks a law, and its reduction to the smallest that still does.
/// Shape: case n of seed s is one history, the same on every machine; EVENFOLD_SEED and EVENFOLD_CASES override what
/// the test says.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "evenfold/testing/dice.hpp"

namespace evenfold::testing {

/// How long to search, and from where.
struct Effort {
    std::uint64_t seed = 1;
    std::uint64_t cases = 500;
    std::uint64_t reductions_max = 4000; // histories tried to make a counterexample smaller
};

/// `effort` as the environment has it: EVENFOLD_SEED and EVENFOLD_CASES. What is no number there is left out.
[[nodiscard]] Effort from_environment(Effort effort);

/// What breaks a law: the rows of the smallest history found, and its case.
struct Counterexample {
    std::vector<Row> rows;
    std::uint64_t seed = 0; // that finds it as the first case
};

/// The smallest of the rows like `rows` for which `broken` is still true, which it is for `rows`.
[[nodiscard]] std::vector<Row>
reduced(std::vector<Row> rows, std::uint64_t tries_max, const std::function<bool(const std::vector<Row>&)>& broken);

} // namespace evenfold::testing

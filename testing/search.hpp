/// The search for a history that breaks a law, and its reduction to a minimal one.
/// Shape: case n of seed s is one history, the same on every machine; EVENFOLD_SEED and EVENFOLD_CASES override the
/// values in the test.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "evenfold/testing/dice.hpp"

namespace evenfold::testing {

/// The number of cases of a search, and its first seed.
struct Effort {
    std::uint64_t seed = 1;
    std::uint64_t cases = 500;
    std::uint64_t reductions_max = 4000; // histories tried to make a counterexample smaller
    bool fixed = false;                  // ignore the environment
};

/// Returns the number in the environment variable `name`, or `otherwise` if it is not set. Throws
/// std::invalid_argument, which names the variable, if it is not a number or is below `least`.
[[nodiscard]] std::uint64_t number_from_environment(const char* name, std::uint64_t otherwise, std::uint64_t least);

/// Returns `effort` with EVENFOLD_SEED and EVENFOLD_CASES applied, unless it is fixed. Every search calls it. Errors as
/// above.
[[nodiscard]] Effort from_environment(Effort effort);

/// The current law and seed of a search. Until it is destroyed, a fatal signal first writes both to standard error,
/// then goes to its previous handler. If several exist, the last one is reported.
class Asking {
public:
    Asking();
    ~Asking();
    Asking(const Asking&) = delete;
    Asking& operator=(const Asking&) = delete;

    std::string_view law; // empty: the history is being drawn
    std::uint64_t seed = 0;

private:
    const Asking* outer_;
};

/// Returns the smallest rows found for which `broken` still returns true. It must return true for `rows`.
[[nodiscard]] std::vector<Row>
reduced(std::vector<Row> rows, std::uint64_t tries_max, const std::function<bool(const std::vector<Row>&)>& broken);

} // namespace evenfold::testing

/// The search for a history that breaks a law, and its reduction to a minimal one.
/// Shape: case n of seed s is one history, the same on every machine; EVENFOLD_SEED and EVENFOLD_CASES override the
/// values in the test.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "evenfold/testing/choices.hpp"

namespace evenfold::testing {

/// The number of cases of a search, and its first seed.
struct SearchEffort {
    std::uint64_t seed = 1;
    std::uint64_t cases = 500;
    std::uint64_t reductions_max = 4000; // histories tried to make a counterexample smaller
    unsigned seconds_max = 30;           // for one history, under all laws; 0 is any time
    bool fixed = false;                  // ignore the environment
};

/// Returns the number in the environment variable `name`, or `otherwise` if it is not set. Throws
/// std::invalid_argument, which names the variable, if the value is not a number or is below `least`.
[[nodiscard]] std::uint64_t number_from_environment(const char* name, std::uint64_t otherwise, std::uint64_t least);

/// Returns `effort` with EVENFOLD_SEED and EVENFOLD_CASES applied, unless it is fixed. Every search calls it. Throws as
/// number_from_environment does.
[[nodiscard]] SearchEffort from_environment(SearchEffort effort);

/// Returns the seed of case `n` of a search: that of the search for n = 0, so that each case can be searched alone. No
/// case of one seed is a case of the next.
[[nodiscard]] std::uint64_t seed_of_case(std::uint64_t seed, std::uint64_t n);

/// Returns the smallest choices found for which `broken` still returns true. It must return true for `choice_lists`.
[[nodiscard]] std::vector<Choices> reduced(std::vector<Choices> choice_lists, std::uint64_t tries_max,
                                           const std::function<bool(const std::vector<Choices>&)>& broken);

/// Returns the shortest list of these commands found, in order, for which `broken` still returns true.
[[nodiscard]] std::vector<const void*> reduced(std::vector<const void*> commands, std::uint64_t tries_max,
                                               const std::function<bool(const std::vector<const void*>&)>& broken);

} // namespace evenfold::testing

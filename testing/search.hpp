/// The search for a history that breaks a law, and its reduction to the smallest that still does.
/// Shape: case n of seed s is one history, the same on every machine; EVENFOLD_SEED and EVENFOLD_CASES override what
/// the test says.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "evenfold/testing/dice.hpp"

namespace evenfold::testing {

/// How long to search, and from where.
struct Effort {
    std::uint64_t seed = 1;
    std::uint64_t cases = 500;
    std::uint64_t reductions_max = 4000; // histories tried to make a counterexample smaller
    bool fixed = false;                  // whatever the environment says
};

/// The number that the environment gives `name`, else `otherwise`. Throws std::invalid_argument, which names the
/// variable, where it is no number or below `least`.
[[nodiscard]] std::uint64_t number_from_environment(const char* name, std::uint64_t otherwise, std::uint64_t least);

/// `effort` as EVENFOLD_SEED and EVENFOLD_CASES have it, unless it is fixed: what every search does itself. Errors as
/// above.
[[nodiscard]] Effort from_environment(Effort effort);

/// What a search is at. While this lives, a signal that ends the program first tells law and seed on the standard
/// error, then goes to who had it before; of several at once it is the last one's.
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

/// The smallest of the rows like `rows` for which `broken` is still true, which it is for `rows`.
[[nodiscard]] std::vector<Row>
reduced(std::vector<Row> rows, std::uint64_t tries_max, const std::function<bool(const std::vector<Row>&)>& broken);

} // namespace evenfold::testing

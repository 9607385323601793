#include "evenfold/bench/allocations.hpp"

#include <doctest/doctest.h>

#include <array>
#include <memory>

// `assert` in an example is a check of these tests.
#undef assert
#define assert(...) CHECK(static_cast<bool>(__VA_ARGS__))

namespace evenfold {

TEST_CASE("Header examples: allocations.") {
#include "evenfold/header_examples/bench/allocations.hpp"
    CHECK(numbers);
}

} // namespace evenfold

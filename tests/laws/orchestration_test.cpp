#include "evenfold/core/decider/orchestration.hpp"

#include "evenfold/core/events/orchestration.hpp"
#include "evenfold/testing/doctest.hpp"
#include "evenfold/tests/laws/histories.hpp"
#include "evenfold/tests/laws/suite.hpp"

namespace evenfold::orchestration::tests {
namespace {

/// All laws over that many histories; `drawn` as the name says.
void check(const testing::Drawn<Core>& drawn, std::uint64_t cases) {
    CHECK_LAWS(Core, .laws = all_laws(), .drawn = drawn,
               .effort = testing::from_environment({.seed = 1, .cases = cases, .reductions_max = 4000}));
}

} // namespace

TEST_CASE("orchestration: the laws of every domain hold over histories drawn from its shape alone.") {
    CHECK_LAWS(Orchestration);
}

TEST_CASE("orchestration: L1 to L38 hold over histories as they were measured.") {
    check(as_measured(), 400);
}

TEST_CASE("orchestration: L1 to L38 hold over histories of short turns.") {
    check(with_short_turns(), 400);
}

TEST_CASE("orchestration: L1 to L38 hold over histories of all kinds of commands.") {
    check(of_all_kinds(), 400);
}

} // namespace evenfold::orchestration::tests

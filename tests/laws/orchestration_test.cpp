#include "evenfold/core/decider/orchestration.hpp"

#include "evenfold/core/events/orchestration.hpp"
#include "evenfold/testing/doctest.hpp"
#include "evenfold/tests/support/random_commands.hpp"

namespace evenfold::orchestration::tests {
namespace {

using testing::Dice;
using testing::Drawn;
using testing::Search;

} // namespace

TEST_CASE("orchestration: the laws of every domain hold over histories drawn from its shape alone.") {
    CHECK_LAWS(Orchestration);
}

TEST_CASE("orchestration: the laws of every domain hold over histories that make sense.") {
    Search<Orchestration> search;
    search.effort = testing::from_environment({.seed = 1, .cases = 100});
    search.drawn.commands_max = 200;
    search.drawn.command = [](Dice& dice, const Model& model) {
        return random_command(static_cast<std::uint32_t>(dice.below(UINT32_MAX)), model);
    };
    for (const auto& finding : testing::broken_laws(search)) FAIL_CHECK(to_text(finding));
}

} // namespace evenfold::orchestration::tests

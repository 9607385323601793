#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/testing/doctest.hpp"
#include "evenfold/tests/testing/composition/composed.hpp"

namespace evenfold::notes {

TEST_CASE("Compose: the grouping of domains does not matter.") {
    for (const auto& history : histories<Left>(50)) {
        Right::Model model;
        for (const auto& step : history.steps) {
            const auto answer = Right::decide(step.command, model);
            CHECK(answer == step.decision);
            if (!answer) continue;
            for (const auto& event : *answer) model = Right::project(std::move(model), event);
        }
        CHECK(std::get<0>(model) == std::get<0>(std::get<0>(history.model)));
        CHECK(std::get<0>(std::get<1>(model)) == std::get<1>(std::get<0>(history.model)));
        CHECK(std::get<1>(std::get<1>(model)) == std::get<1>(history.model));
    }
}

} // namespace evenfold::notes

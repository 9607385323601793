#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/testing/doctest.hpp"
#include "evenfold/tests/testing/composition/composed.hpp"

namespace evenfold::notes {

TEST_CASE("Composition: every composition obeys the laws of all domains.") {
    CHECK_LAWS(Both, few<Both>());
    CHECK_LAWS(Counters, few<Counters>());
    CHECK_LAWS(Once, few<Once>());
}

TEST_CASE("Compose: one domain composed is that domain.") {
    for (const auto& history : histories<Counter>(50)) {
        Compose<Counter>::Model model;
        for (const auto& step : history.steps) {
            const auto answer = Compose<Counter>::decide(step.command, model);
            CHECK(answer == step.decision);
            if (!answer) continue;
            for (const auto& event : *answer) model = Compose<Counter>::project(std::move(model), event);
        }
        CHECK(std::get<0>(model) == history.model);
    }
}

TEST_CASE("Compose: a command of one domain neither changes nor depends on another's model.") {
    std::size_t moved = 0;
    for (const auto& history : histories<Both>(50)) {
        Both::Model model;
        for (const auto& step : history.steps) {
            const Both::Model before = model;
            if (step.decision) {
                for (const auto& event : *step.decision) model = Both::project(std::move(model), event);
            }
            const bool counts = std::holds_alternative<Add>(step.command);
            if (counts) CHECK(std::get<0>(model) == std::get<0>(before));
            if (!counts) CHECK(std::get<1>(model) == std::get<1>(before));
            if (counts) CHECK(Both::decide(step.command, {Desk{}, std::get<1>(before)}) == step.decision);
            moved += model == before ? 0 : 1;
        }
    }
    CHECK(moved > 100);
}

} // namespace evenfold::notes

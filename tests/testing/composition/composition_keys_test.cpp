#include <map>

#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/testing/doctest.hpp"
#include "evenfold/tests/testing/composition/composed.hpp"

namespace evenfold::notes {

TEST_CASE("Many: keys are independent, and each behaves as the domain.") {
    std::size_t refused = 0;
    for (const auto& history : histories<Counters>(50)) {
        std::map<CounterId, Counter::Model> each;
        for (const auto& step : history.steps) {
            const auto& [key, ask] = std::get<Keyed<CounterId, Add>>(step.command);
            const auto alone = Counter::decide(ask, each[key]);
            REQUIRE(alone.has_value() == step.decision.has_value());
            if (!alone) {
                CHECK(alone.error() == step.decision.error());
                ++refused;
                continue;
            }
            std::vector<Counters::Event> expected;
            for (const auto& event : *alone)
                expected.push_back(Keyed<CounterId, Added>{.key = key, .content = std::get<Added>(event)});
            CHECK(expected == *step.decision);
            for (const auto& event : *alone) each[key] = Counter::project(each[key], event);
        }
        for (const auto& [key, model] : each) {
            const Counter::Model* found = Counters::find(history.model, key);
            CHECK((found ? *found : Counter::Model{}) == model);
        }
    }
    CHECK(refused > 50);
}

TEST_CASE(
    "Idempotent: an accepted command again, at any later time, changes nothing; its id with another is refused.") {
    std::size_t again = 0;
    for (const auto& history : histories<Once>(50)) {
        for (const auto& step : history.steps) {
            if (!step.decision) continue;
            CHECK(Once::decide(step.command, history.model) == std::vector<Once::Event>{});
            auto other = step.command;
            other.body = Add{std::get<Add>(other.body).amount + 1};
            CHECK(Once::decide(other, history.model) ==
                  std::unexpected<Once::Error>(CommandIdConflict{step.command.id}));
            ++again;
        }
    }
    CHECK(again > 100);
}

TEST_CASE("Idempotent: without repeats it behaves as the domain, and records each accepted command.") {
    for (const auto& history : histories<Counter>(50)) {
        Once::Model model{};
        std::uint8_t number = 0;
        for (const auto& step : history.steps) {
            CommandId id{};
            id.uuid.bytes[15] = ++number;
            const auto answer = Once::decide({.id = id, .body = step.command}, model);
            REQUIRE(answer.has_value() == step.decision.has_value());
            if (!answer) {
                CHECK(answer.error() == composition::widen<Once::Error>(step.decision.error()));
                continue;
            }
            std::vector<Once::Event> expected;
            for (const auto& event : *step.decision) expected.push_back(composition::widen<Once::Event>(event));
            expected.push_back(CommandDone{.id = id, .body = to_text(digest(step.command))});
            CHECK(*answer == expected);
            for (const auto& event : *answer) model = Once::project(std::move(model), event);
        }
        CHECK(model.model == history.model);
    }
}

TEST_CASE("Idempotent: a refused command may be submitted again, and may then be accepted.") {
    const Once::Command ask{.id = CommandId{testing::id("00000000-0000-0000-0000-000000000001")}, .body = Add{5}};
    const Once::Model full{.model = {.total = 20}, .done = {}};
    CHECK(Once::decide(ask, full) == std::unexpected<Once::Error>(TooMuch{20}));
    const Once::Model less{.model = {.total = 2}, .done = full.done};
    CHECK(Once::decide(ask, less).value().size() == 2);
}

} // namespace evenfold::notes

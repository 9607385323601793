#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/testing/doctest.hpp"
#include "evenfold/tests/testing/composed.hpp"

namespace evenfold::notes {

TEST_CASE("Composition: what is composed obeys the laws of every domain.") {
    CHECK_LAWS(Both, few<Both>());
    CHECK_LAWS(Counters, few<Counters>());
    CHECK_LAWS(Once, few<Once>());
}

TEST_CASE("Compose: one domain composed is that domain.") {
    for (const auto& history : histories<Counter>(50)) {
        Compose<Counter>::Model model;
        for (const auto& step : history.steps) {
            const auto answer = Compose<Counter>::decide(step.command, model);
            CHECK(answer == step.answer);
            if (!answer) continue;
            for (const auto& event : *answer) model = Compose<Counter>::project(std::move(model), event);
        }
        CHECK(std::get<0>(model) == history.model);
    }
}

TEST_CASE("Compose: however domains are grouped, the same happens.") {
    for (const auto& history : histories<Left>(50)) {
        Right::Model model;
        for (const auto& step : history.steps) {
            const auto answer = Right::decide(step.command, model);
            CHECK(answer == step.answer);
            if (!answer) continue;
            for (const auto& event : *answer) model = Right::project(std::move(model), event);
        }
        CHECK(std::get<0>(model) == std::get<0>(std::get<0>(history.model)));
        CHECK(std::get<0>(std::get<1>(model)) == std::get<1>(std::get<0>(history.model)));
        CHECK(std::get<1>(std::get<1>(model)) == std::get<1>(history.model));
    }
}

TEST_CASE("Compose: a command of one domain moves no other's model, and its answer does not depend on it.") {
    std::size_t moved = 0;
    for (const auto& history : histories<Both>(50)) {
        Both::Model model;
        for (const auto& step : history.steps) {
            const Both::Model before = model;
            if (step.answer) {
                for (const auto& event : *step.answer) model = Both::project(std::move(model), event);
            }
            const bool counts = std::holds_alternative<Add>(step.command);
            if (counts) CHECK(std::get<0>(model) == std::get<0>(before));
            if (!counts) CHECK(std::get<1>(model) == std::get<1>(before));
            if (counts) CHECK(Both::decide(step.command, {Desk{}, std::get<1>(before)}) == step.answer);
            moved += model == before ? 0 : 1;
        }
    }
    CHECK(moved > 100);
}

TEST_CASE("Many: keys do not touch each other, and each is the domain.") {
    std::size_t refused = 0;
    for (const auto& history : histories<Counters>(50)) {
        std::map<CounterId, Counter::Model> each;
        for (const auto& step : history.steps) {
            const auto& [key, ask] = std::get<Keyed<CounterId, Add>>(step.command);
            const auto alone = Counter::decide(ask, each[key]);
            REQUIRE(alone.has_value() == step.answer.has_value());
            if (!alone) {
                CHECK(alone.error() == step.answer.error());
                ++refused;
                continue;
            }
            std::vector<Counters::Event> expected;
            for (const auto& event : *alone)
                expected.push_back(Keyed<CounterId, Added>{.key = key, .content = std::get<Added>(event)});
            CHECK(expected == *step.answer);
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
            if (!step.answer) continue;
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

TEST_CASE("Idempotent: without repeats it is the domain, and says of each accepted command that it is done.") {
    for (const auto& history : histories<Counter>(50)) {
        Once::Model model{};
        std::uint8_t number = 0;
        for (const auto& step : history.steps) {
            CommandId id{};
            id.uuid.bytes[15] = ++number;
            const auto answer = Once::decide({.id = id, .body = step.command}, model);
            REQUIRE(answer.has_value() == step.answer.has_value());
            if (!answer) {
                CHECK(answer.error() == composition::widened<Once::Error>(step.answer.error()));
                continue;
            }
            std::vector<Once::Event> expected;
            for (const auto& event : *step.answer) expected.push_back(composition::widened<Once::Event>(event));
            expected.push_back(CommandDone{.id = id, .body = to_text(digest(step.command))});
            CHECK(*answer == expected);
            for (const auto& event : *answer) model = Once::project(std::move(model), event);
        }
        CHECK(model.model == history.model);
    }
}

TEST_CASE("Idempotent: what was refused may be asked again, and may be accepted then.") {
    const Once::Command ask{.id = CommandId{testing::id("00000000-0000-0000-0000-000000000001")}, .body = Add{5}};
    const Once::Model full{.model = {.total = 20}, .done = {}};
    CHECK(Once::decide(ask, full) == std::unexpected<Once::Error>(TooMuch{20}));
    const Once::Model less{.model = {.total = 2}, .done = full.done};
    CHECK(Once::decide(ask, less).value().size() == 2);
}

TEST_CASE("Composition: permissions and streams are those of the domains.") {
    const CounterId key{testing::id("c0000000-0000-0000-0000-000000000001")};
    using Parts = Many<CounterId, Guarded>;
    using Told = Idempotent<Guarded>;
    using Joined = Compose<Guarded, Switch>;
    const Keyed<CounterId, Add> large{.key = key, .content = Add{9}};
    CHECK(forbid<Parts>(Actor::user, large) == Parts::Error(TooMuch{9}));
    CHECK(!forbid<Parts>(Actor::user, Keyed<CounterId, Add>{.key = key, .content = Add{1}}));
    CHECK(forbid<Told>(Actor::user, {.id = {}, .body = Add{9}}) == Told::Error(TooMuch{9}));
    CHECK(!forbid<Told>(Actor::user, {.id = {}, .body = Add{1}}));
    CHECK(forbid<Joined>(Actor::user, Add{9}) == Joined::Error(TooMuch{9}));
    CHECK(!forbid<Joined>(Actor::user, Flip{}));

    Parts::Model parts{};
    parts.parts.insert({.id = key, .model = {.total = 3}});
    const std::string of_key = to_text(key);
    CHECK(stream_of<Parts>(Keyed<CounterId, Added>{.key = key, .content = Added{1}}, parts) == of_key + "/counter 3");
    CHECK(stream_of<Parts>(Keyed<CounterId, Added>{.key = key, .content = Added{1}}, {}) == of_key + "/counter 0");
    CHECK(stream_of<Counters>(Keyed<CounterId, Added>{.key = key, .content = Added{1}}, {}) == of_key + "/domain");
    CHECK(stream_of<Many<std::uint32_t, Switch>>(Keyed<std::uint32_t, Flipped>{.key = 7, .content = {}}, {}) ==
          "7/domain");
    CHECK(stream_of<Told>(Added{1}, {.model = {.total = 4}, .done = {}}) == "counter 4");
    CHECK(stream_of<Told>(CommandDone{}, {}) == "commands");
    CHECK(stream_of<Once>(CommandDone{}, {}) == "domain");
    CHECK(stream_of<Joined>(Added{1}, {Counter::Model{.total = 5}, false}) == "counter 5");
}

} // namespace evenfold::notes

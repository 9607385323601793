#include "evenfold/core/composition/compose.hpp"
#include "evenfold/core/composition/idempotent.hpp"
#include "evenfold/core/composition/many.hpp"
#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/testing/doctest.hpp"
#include "evenfold/tests/testing/notes.hpp"

namespace evenfold::notes {

using testing::History;
using testing::Random;

struct Add {
    EVENFOLD_STRUCT(Add, (std::uint32_t, amount));
    friend bool operator==(const Add&, const Add&) = default;
};
struct Added {
    EVENFOLD_STRUCT(Added, (std::uint32_t, amount));
    friend bool operator==(const Added&, const Added&) = default;
};
struct TooMuch {
    EVENFOLD_STRUCT(TooMuch, (std::uint64_t, total));
    friend bool operator==(const TooMuch&, const TooMuch&) = default;
};

struct Counter {
    struct Model {
        EVENFOLD_STRUCT(Model, (std::uint64_t, total));
        friend bool operator==(const Model&, const Model&) = default;
    };
    using Command = std::variant<Add>;
    using Event = std::variant<Added, Unknown>;
    using Error = std::variant<TooMuch>;

    static std::expected<std::vector<Event>, Error> decide(const Command& asked, const Model& model) {
        const std::uint32_t amount = std::get<Add>(asked).amount;
        if (model.total + amount > 20) return std::unexpected<Error>(TooMuch{model.total});
        return std::vector<Event>{Added{amount}};
    }
    static Model project(Model model, const Event& event) {
        if (const auto* added = std::get_if<Added>(&event)) model.total += added->amount;
        return model;
    }
};

/// As a counter, of types of its own.
struct Flip {
    EVENFOLD_STRUCT(Flip);
    friend bool operator==(const Flip&, const Flip&) = default;
};
struct Flipped {
    EVENFOLD_STRUCT(Flipped);
    friend bool operator==(const Flipped&, const Flipped&) = default;
};
struct Switch {
    using Model = bool;
    using Command = std::variant<Flip>;
    using Event = std::variant<Flipped>;
    using Error = std::variant<TooMuch>;

    static std::expected<std::vector<Event>, Error> decide(const Command&, const Model&) {
        return std::vector<Event>{Flipped{}};
    }
    static Model project(Model model, const Event&) { return !model; }
};

namespace {

using Both = Compose<Notes, Counter>;
using Left = Compose<Compose<Notes, Counter>, Switch>;
using Right = Compose<Notes, Compose<Counter, Switch>>;
using CounterId = Id<struct CounterTag>;
using Counters = Many<CounterId, Counter>;
using Once = Idempotent<Counter>;

static_assert(std::is_same_v<Left::Command, Right::Command> && std::is_same_v<Left::Event, Right::Event>);
static_assert(std::is_same_v<Compose<Counter>::Event, Counter::Event>);

template <Domain D>
std::vector<History<D>> histories(std::uint64_t cases) {
    std::vector<History<D>> all;
    const testing::Drawn<D> how;
    for (std::uint64_t seed = 1; seed <= cases; ++seed) {
        Random random(seed);
        all.push_back(testing::draw_history(random, how).history);
    }
    return all;
}

template <Domain D>
testing::Search<D> few() {
    testing::Search<D> search;
    search.effort.cases = 25;
    return search;
}

} // namespace

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
    for (const auto& history : histories<Counters>(50)) {
        std::map<CounterId, Counter::Model> each;
        for (const auto& step : history.steps) {
            const auto& [key, ask] = std::get<Keyed<CounterId, Add>>(step.command);
            const auto alone = Counter::decide(ask, each[key]);
            CHECK(alone.has_value() == step.answer.has_value());
            if (!alone) continue;
            for (const auto& event : *alone) each[key] = Counter::project(each[key], event);
        }
        for (const auto& [key, model] : each) {
            const Counter::Model* found = Counters::find(history.model, key);
            CHECK((found ? *found : Counter::Model{}) == model);
        }
    }
}

TEST_CASE("Idempotent: any command again, at any later time, changes nothing.") {
    for (const auto& history : histories<Once>(50)) {
        for (const auto& step : history.steps) {
            if (!step.answer) continue;
            const auto again = Once::decide(step.command, history.model);
            REQUIRE(again);
            CHECK(again->empty());
            auto other = step.command;
            other.body = Add{std::get<Add>(other.body).amount + 1};
            CHECK(Once::decide(other, history.model) ==
                  Once::decide(other, history.model)); // whatever it says, it says it again
            CHECK(!Once::decide(other, history.model));
        }
    }
}

} // namespace evenfold::notes

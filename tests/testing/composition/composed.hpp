/// Small domains, and compositions of them and of Notes.
/// Cost: the kit's functions for each are compiled in the files composed_*.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "evenfold/core/composition/compose.hpp"
#include "evenfold/core/composition/idempotent.hpp"
#include "evenfold/core/composition/many.hpp"
#include "evenfold/testing/laws.hpp"
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

/// A second small domain, with its own types.
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

/// A counter with its own `forbid` and `stream_of`.
struct Guarded : Counter {
    static std::optional<Error> forbid(Actor, const Command& asked) {
        const std::uint32_t amount = std::get<Add>(asked).amount;
        if (amount > 8) return TooMuch{amount};
        return std::nullopt;
    }
    static std::string stream_of(const Event&, const Model& model) { return "counter " + std::to_string(model.total); }
};

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
    const testing::HistoryOptions<D> how;
    for (std::uint64_t seed = 1; seed <= cases; ++seed) {
        Random random(seed);
        all.push_back(testing::generate_history(random, how).history);
    }
    return all;
}

template <Domain D>
testing::Search<D> few() {
    testing::Search<D> search;
    search.effort.cases = 25;
    return search;
}

} // namespace evenfold::notes

namespace evenfold {
extern template struct Compose<notes::Notes, notes::Counter>;
extern template struct Compose<notes::Both, notes::Switch>;
extern template struct Compose<notes::Counter, notes::Switch>;
extern template struct Compose<notes::Notes, Compose<notes::Counter, notes::Switch>>;
extern template const Shape& shape_of<notes::Left::Command>();
extern template const Shape& shape_of<notes::Left::Event>();
} // namespace evenfold

namespace evenfold::testing {
extern template const AnyTestable& any_testable<notes::Counter>();
extern template const AnyTestable& any_testable<notes::Both>();
extern template const AnyTestable& any_testable<notes::Left>();
extern template const AnyTestable& any_testable<notes::Counters>();
extern template const AnyTestable& any_testable<notes::Once>();
} // namespace evenfold::testing

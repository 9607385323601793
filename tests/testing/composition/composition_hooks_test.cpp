#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/testing/doctest.hpp"
#include "evenfold/tests/testing/composition/composed.hpp"

namespace evenfold::notes {

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

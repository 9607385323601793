#include <doctest/doctest.h>

#include <algorithm>
#include <fmt/format.h>

#include "evenfold/codec/event.hpp"
#include "evenfold/core/decider/orchestration.hpp"
#include "evenfold/core/reflection/digest.hpp"
#include "evenfold/tests/codec/json_texts.hpp"
#include "evenfold/tests/support/arbitrary.hpp"
#include "evenfold/tests/support/for_seeds.hpp"
#include "evenfold/tests/support/law.hpp"

namespace evenfold::codec {
namespace {

using namespace orchestration;
using tests::for_seeds;
using tests::law;

/// Checks that a random value of type T survives a round trip through JSON: same value, same digest, same JSON. The
/// JSON must be as nlohmann writes it.
template <class T>
void check_round_trip(std::uint64_t seed) {
    const auto value = tests::anything<T>(seed);
    const std::string json = encode(value);
    const auto back = decode<T>(json);
    law(back.has_value(), back ? "" : to_text(back.error()));
    law(back->unknown_fields.empty(), back->unknown_fields);
    law(back->value == value, json);
    law(digest(back->value) == digest(value), json);
    law(encode(back->value) == json, json);
    law(compact(json) == json, json);
}

} // namespace

TEST_CASE("Codec: every command, event, error and effect of orchestration survives a round trip.") {
    CHECK(for_seeds("commands survive a round trip", &check_round_trip<Command>));
    CHECK(for_seeds("events survive a round trip", &check_round_trip<Event>));
    CHECK(for_seeds("errors survive a round trip", &check_round_trip<Error>));
    CHECK(for_seeds("effects survive a round trip", &check_round_trip<Effect>));
}

TEST_CASE("Codec: every model of orchestration survives a round trip.") {
    CHECK(for_seeds("models survive a round trip", [](std::uint64_t seed) { check_round_trip<Model>(seed); }));
}

TEST_CASE("Codec: every event of orchestration survives a round trip through its stored form.") {
    CHECK(for_seeds("stored events survive a round trip", [](std::uint64_t seed) {
        const auto event = tests::anything<Event>(seed);
        const StoredForm stored = to_stored(shape_of<Event>(), &event);
        Event back;
        const auto unknown = from_stored(shape_of<Event>(), &back, stored);
        law(unknown.has_value(), unknown ? "" : to_text(unknown.error()));
        law(unknown->empty(), *unknown);
        law(back == event, stored.data);
        law(to_stored(shape_of<Event>(), &back) == stored, stored.data);
    }));
}

TEST_CASE("Codec: random commands cover every alternative, so that the laws above test all of them.") {
    const std::size_t commands = std::variant_size_v<Command>;
    std::vector<bool> seen(commands);
    for (std::uint64_t seed = 0; seed < 1000; ++seed) seen[tests::anything<Command>(seed).index()] = true;
    CHECK(std::ranges::count(seen, true) == static_cast<std::ptrdiff_t>(commands));
}

TEST_CASE("Codec: orchestration law L9: a field that a later build has added survives, in every event.") {
    CHECK(for_seeds("unknown fields survive", [](std::uint64_t seed) {
        const auto event = tests::anything<Event>(seed);
        if (std::holds_alternative<Unknown>(event)) return;
        StoredForm stored = to_stored(shape_of<Event>(), &event);
        stored.data.pop_back();
        stored.data += fmt::format(R"({}"of a later build":[{{"n":{}}}]}})", stored.data == "{" ? "" : ",", seed);
        Event back;
        const auto unknown = from_stored(shape_of<Event>(), &back, stored);
        law(unknown.has_value(), stored.data);
        law(back == event, stored.data);
        law(to_stored(shape_of<Event>(), &back, *unknown) == stored, stored.data);
    }));
}

} // namespace evenfold::codec

#include <doctest/doctest.h>

#include <algorithm>
#include <fmt/format.h>

#include "evenfold/codec/event.hpp"
#include "evenfold/core/decider/orchestration.hpp"
#include "evenfold/core/values/digest.hpp"
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
void comes_back(std::uint64_t seed) {
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

TEST_CASE("Codec: any command, event, error and effect of orchestration comes back.") {
    CHECK(for_seeds("commands come back", &comes_back<Command>));
    CHECK(for_seeds("events come back", &comes_back<Event>));
    CHECK(for_seeds("errors come back", &comes_back<Error>));
    CHECK(for_seeds("effects come back", &comes_back<Effect>));
}

TEST_CASE("Codec: any model of orchestration comes back.") {
    CHECK(for_seeds("models come back", [](std::uint64_t seed) { comes_back<Model>(seed); }));
}

TEST_CASE("Codec: any event of orchestration comes back from its stored form.") {
    CHECK(for_seeds("stored events come back", [](std::uint64_t seed) {
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

TEST_CASE("Codec: anything drawn comes to every alternative, so the laws above are about all of them.") {
    const std::size_t commands = std::variant_size_v<Command>;
    std::vector<bool> seen(commands);
    for (std::uint64_t seed = 0; seed < 1000; ++seed) seen[tests::anything<Command>(seed).index()] = true;
    CHECK(std::ranges::count(seen, true) == static_cast<std::ptrdiff_t>(commands));
}

TEST_CASE("Codec: orchestration law L9: a field that a later build has added survives, in any event.") {
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

#include "evenfold/codec/decode_plan.hpp"

#include <doctest/doctest.h>

#include "evenfold/codec/event.hpp"
#include "evenfold/core/events/orchestration.hpp"
#include "evenfold/core/events/unknown.hpp"
#include "evenfold/tests/codec/fast_decoder_check.hpp"
#include "evenfold/tests/codec/sample.hpp"
#include "evenfold/tests/support/for_seeds.hpp"

namespace evenfold::codec {
namespace {

using tests::for_seeds;
using tests::law;

DecodePlan plan_of(const Shape& shape) {
    return DecodePlan(std::get<StructureShape>(shape.kind));
}

/// Returns whether the plan accepts `json`. If it does, fails the property unless the plain decoder returns the same
/// object.
template <class T>
bool plan_agrees(std::string_view json) {
    static const DecodePlan plan = plan_of(shape_of<T>());
    T planned{};
    if (!plan.try_decode(&planned, json)) return false;
    T plain{};
    const auto unknown = decode(shape_of<T>(), &plain, json);
    law(unknown && unknown->empty(), std::string(json));
    law(encode(plain) == encode(planned), std::string(json));
    return true;
}

template <class T>
void check_plan(std::uint64_t seed, DecoderTally& tally) {
    const std::string json = encode(tests::anything<T>(seed));
    law(plan_agrees<T>(json), "not accepted: " + json);
    check_changed_texts(&plan_agrees<T>, json, seed, tally);
}

} // namespace

TEST_CASE("DecodePlan: accepts everything that encode writes, and agrees with the plain decoder.") {
    DecoderTally tally;
    CHECK(for_seeds("every kind", [&](std::uint64_t seed) { check_plan<sample::Everything>(seed, tally); }));
    CHECK(for_seeds("items", [&](std::uint64_t seed) { check_plan<sample::Item>(seed, tally); }));
    CHECK(tally.accepted > 100); // otherwise the changes above would prove nothing
    CHECK(tally.left > 100);
}

TEST_CASE("DecodePlan: accepts each stored event.") {
    const auto& kind = std::get<VariantShape>(shape_of<orchestration::Event>().kind);
    CHECK(for_seeds("events", [&](std::uint64_t seed) {
        const auto event = tests::anything<orchestration::Event>(seed);
        if (std::holds_alternative<Unknown>(event)) return;
        const std::size_t index = kind.index(&event);
        const Shape& shape = kind.alternatives[index]();
        const std::string json = encode(shape, kind.value(to_read(&event)));
        orchestration::Event read;
        law(plan_of(shape).try_decode(kind.emplace(&read, index), json), "not accepted: " + json);
        law(encode(event) == encode(read), json);
    }));
}

TEST_CASE("EventReader: an event that is filled again keeps nothing of the one before.") {
    const EventReader reader(shape_of<orchestration::Event>());
    orchestration::Event read;
    CHECK(for_seeds("events", [&](std::uint64_t seed) {
        const auto next = tests::anything<orchestration::Event>(seed);
        const auto after = tests::anything<orchestration::Event>(~seed);
        // The same type again, then a text delta with a parent and one without, then any event.
        const orchestration::TextAppended with_parent{
            .turn = {}, .seq = seed, .block = 1, .text = "a text of more than fifteen bytes", .parent = "call"};
        const orchestration::TextAppended without{.turn = {}, .seq = seed, .block = 2, .text = "b", .parent = {}};
        for (const orchestration::Event& event :
             {next, next, orchestration::Event(with_parent), orchestration::Event(without),
              orchestration::Event(with_parent), after}) {
            const StoredForm stored = to_stored(shape_of<orchestration::Event>(), &event);
            law(reader.read(&read, stored).has_value(), stored.data);
            law(encode(event) == encode(read), stored.data);
        }
    }));
}

TEST_CASE("DecodePlan: leaves other orders, spaces, nulls and large numbers to the other decoders.") {
    CHECK(plan_agrees<sample::Circle>(R"({"radius":7})"));
    for (const std::string_view json :
         {R"({"radius":256})", R"({"radius":07})", R"({"radius":7} )", R"({ "radius":7})", R"({"radius":7,"more":1})",
          R"({"radius":})", R"({"radius":-1})", R"({"radius":7)", R"({"radius":7]})", R"({})", "", "{", R"({"radius")",
          R"({"radius":00000000000000000007})", R"({"radius":99999999999999999999})"}) {
        CAPTURE(json);
        CHECK_FALSE(plan_agrees<sample::Circle>(json));
    }
}

} // namespace evenfold::codec

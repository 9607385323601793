#include <doctest/doctest.h>

#include <memory>

#include "evenfold/codec/codec.hpp"
#include "evenfold/codec/event.hpp"
#include "evenfold/codec/fingerprint.hpp"
#include "evenfold/tests/codec/sample.hpp"

namespace evenfold::codec {
namespace {

using namespace sample;

constexpr auto no_colour = static_cast<Colour>(7);

struct Painting {
    BOOST_HANA_DEFINE_STRUCT(Painting, (std::vector<std::optional<Colour>>, colours), (std::string, title));
};
using Painted = std::variant<Circle, Painting>;

/// A list in a list, as deep as its values say.
struct Nested {
    BOOST_HANA_DEFINE_STRUCT(Nested, (std::vector<Nested>, inner));
    friend bool operator==(const Nested&, const Nested&) = default;
};

/// Returns a value whose JSON has twice as many levels of brackets, without the innermost list.
Nested nested(std::size_t levels) {
    Nested value;
    for (std::size_t level = 1; level < levels; ++level) value = Nested{{std::move(value)}};
    return value;
}

template <class T>
std::string error_of(const T& value) {
    const auto json = try_encode(value);
    return json ? "none: " + *json : to_text(json.error());
}

/// Throws when it is copied, so that a variant loses its value.
struct Thrower {
    Thrower() : flag(false) {}
    Thrower(const Thrower&) { throw 1; }
    Thrower& operator=(const Thrower&) = default;
    BOOST_HANA_DEFINE_STRUCT(Thrower, (bool, flag));
};

} // namespace

TEST_CASE("EncodeError: a value that has JSON has the same from encode and try_encode.") {
    const Everything everything{};
    CHECK(try_encode(everything) == encode(everything));
    const Numbers numbers{};
    CHECK(try_encode(numbers, R"([["/more",1]])") == encode(numbers, R"([["/more",1]])"));
    CHECK(try_fingerprint(shape_of<Numbers>(), &numbers) == fingerprint(numbers));
}

TEST_CASE("EncodeError: a number that is no enumerator is refused with its path, and encode writes null.") {
    CHECK(error_of(no_colour) == "Colour: expected one of red, default, dark_blue; got the value 7");
    const Painted painted = Painting{.colours = {Colour::red, no_colour, no_colour}, .title = "x"};
    CHECK(error_of(painted) == "Painting/colours/1: expected one of red, default, dark_blue; got the value 7");
    CHECK(encode(painted) == R"({"type":"Painting","colours":["red",null,null],"title":"x"})");
    CHECK_FALSE(try_fingerprint(shape_of<Painted>(), &painted));
    const auto stored = try_to_stored(shape_of<Painted>(), &painted);
    REQUIRE_FALSE(stored);
    CHECK(stored.error().type == "Painting");
    CHECK(stored.error().path == "/colours/1");
    Everything everything{};
    everything.colour = no_colour;
    CHECK(error_of(everything).starts_with("Everything/colour: expected one of "));
}

TEST_CASE("EncodeError: the levels of nesting that a decoder refuses are refused before they are stored.") {
    const Nested deepest = nested(256); // 512 levels
    const auto json = try_encode(deepest);
    REQUIRE(json);
    CHECK(decode<Nested>(*json).value().value == deepest);
    std::string path;
    for (int level = 0; level < 256; ++level) path += "/inner/0";
    CHECK(error_of(nested(257)) == "Nested" + path + ": expected at most 512 levels of nesting; got more");
    CHECK_FALSE(decode<Nested>(R"({"inner":[)" + *json + "]}")); // control: nothing decodes one level more
    const std::vector<std::vector<std::string>> bytes{{"\xff"}};
    CHECK(error_of(bytes) == R"(none: [[{"$hex":"ff"}]])");
}

TEST_CASE("EncodeError: a variant without a value is refused.") {
    std::variant<Circle, Thrower> shape;
    const Thrower thrower{};
    try {
        shape.emplace<Thrower>(thrower);
    } catch (int) {
        CHECK(shape.valueless_by_exception());
    }
    CHECK(error_of(shape) == "variant: expected an alternative; got a variant without a value");
    CHECK(encode(shape) == "null");
    CHECK(to_text(try_to_stored(shape_of<std::variant<Circle, Thrower>>(), &shape).error()) ==
          "variant: expected an event; got a variant without a value");
}

TEST_CASE("Codec: instants of all years survive a round trip, and have fingerprints of their own.") {
    constexpr std::int64_t last = 253'402'300'799'999; // of the year 9999
    for (const std::int64_t ms : {INT64_MIN, std::int64_t{-1}, last, last + 1, INT64_MAX - 5, INT64_MAX}) {
        const Instant at{ms};
        CHECK(decode<Instant>(try_encode(at).value()).value().value == at);
        CHECK(fingerprint(at) != fingerprint(Instant{ms ^ 2}));
    }
    CHECK(encode(Instant{INT64_MAX}) == R"("+292278994-08-17T07:12:55.807Z")");
}

} // namespace evenfold::codec

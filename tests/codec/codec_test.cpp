#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "evenfold/codec/codec.hpp"
#include "evenfold/codec/fingerprint.hpp"
#include "evenfold/core/reflection/digest.hpp"
#include "evenfold/core/text/utf8.hpp"
#include "evenfold/tests/codec/sample.hpp"
#include "evenfold/tests/support/arbitrary.hpp"

namespace evenfold::codec {
namespace {

using namespace sample;
using namespace std::string_literals;

struct Texts {
    BOOST_HANA_DEFINE_STRUCT(Texts, (std::string, text), (std::optional<std::string>, note));
    friend bool operator==(const Texts&, const Texts&) = default;
};

/// The same struct before `note` was added.
struct OlderTexts {
    BOOST_HANA_DEFINE_STRUCT(OlderTexts, (std::string, text));
};

/// Returns whether `value` can be decoded from its JSON and encoded to the same JSON again.
template <class T>
bool round_trips(const T& value) {
    const std::string json = encode(value);
    const auto back = decode<T>(json);
    return back && back->value == value && back->unknown_fields.empty() && encode(back->value) == json;
}

std::string text_json(const std::string& text) {
    return encode(Texts{.text = text, .note = {}});
}

} // namespace

TEST_CASE("Codec: every kind has the JSON that docs/codec.md specifies.") {
    Everything all{
        .numbers = {.flag = true, .i8 = -128, .i64 = INT64_MIN, .u8 = 255, .u32 = 1, .u64 = UINT64_MAX, .real = 0.5},
        .text = "caf\xc3\xa9",
        .uuid = {},
        .item = item_id(7),
        .at = {0},
        .colour = Colour::default_,
        .note = {},
        .figure = Circle{3},
        .figures = {Typed{"round"}, Slot<std::uint16_t>(Assigned<std::uint16_t>{9}), true},
        .items = {},
        .ids = {},
        .order = {},
        .boxed = Indirect<Item>(Item{.id = item_id(1), .name = ""})};
    all.items.insert({.id = item_id(3), .name = "c"});
    all.items.insert({.id = item_id(2), .name = "b"});
    all.ids.insert(item_id(5));
    all.ids.insert(item_id(4));
    all.order.insert("z");
    all.order.insert("a");
    CHECK(encode(all) ==
          R"({"numbers":{"flag":true,"i8":-128,"i64":-9223372036854775808,"u8":255,"u32":1,)"
          R"("u64":18446744073709551615,"real":0.5},"text":"café","uuid":"00000000-0000-0000-0000-000000000000",)"
          R"("item":"00000000-0000-0000-0000-000000000007","at":"1970-01-01T00:00:00.000Z","colour":"default",)"
          R"("figure":{"type":"Circle","radius":3},)"
          R"("figures":[{"type":"Typed","value":{"type":"round"}},)"
          R"({"type":"variant","value":{"type":"Assigned","value":9}},{"type":"bool","value":true}],)"
          R"("items":[{"id":"00000000-0000-0000-0000-000000000002","name":"b"},)"
          R"({"id":"00000000-0000-0000-0000-000000000003","name":"c"}],)"
          R"("ids":["00000000-0000-0000-0000-000000000004","00000000-0000-0000-0000-000000000005"],)"
          R"("order":["z","a"],"boxed":{"id":"00000000-0000-0000-0000-000000000001","name":""}})");
    CHECK(round_trips(all));
}

TEST_CASE("Codec: random values survive a round trip, with the same digest.") {
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        const auto value = tests::anything<Everything>(seed);
        CAPTURE(seed);
        CHECK(round_trips(value));
        CHECK(digest(decode<Everything>(encode(value)).value().value) == digest(value));
    }
}

TEST_CASE("Codec: the limits of numbers survive a round trip, and numbers beyond them are refused.") {
    using Real = std::numeric_limits<double>;
    for (const double real :
         {0.0, -0.0, 0.1, 1e300, Real::max(), Real::denorm_min(), Real::infinity(), -Real::infinity()})
        CHECK(round_trips(
            Numbers{.flag = false, .i8 = 127, .i64 = INT64_MAX, .u8 = 0, .u32 = 0, .u64 = 0, .real = real}));
    Numbers strange{};
    strange.real = Real::quiet_NaN();
    CHECK(std::isnan(decode<Numbers>(encode(strange)).value().value.real));

    const auto refused = [](std::string_view name, std::string_view number) {
        std::string json = encode(Numbers{});
        const std::string field = "\"" + std::string(name) + "\":";
        const std::size_t at = json.find(field) + field.size();
        json.replace(at, json.find_first_of(",}", at) - at, number);
        const auto decoded = decode<Numbers>(json);
        return !decoded && decoded.error().path == "/" + std::string(name) &&
               decoded.error().kind == DecodeErrorKind::wrong_shape;
    };
    for (const auto* beyond : {"128", "-129", "1.0", "99999999999999999999", "\"1\"", "null"})
        CHECK(refused("i8", beyond));
    for (const auto* beyond : {"9223372036854775808", "1e3", "-9223372036854775809"}) CHECK(refused("i64", beyond));
    for (const auto* beyond : {"256", "-1", "-0.0"}) CHECK(refused("u8", beyond));
    for (const auto* beyond : {"18446744073709551616", "-1", "0.5"}) CHECK(refused("u64", beyond));
    for (const auto* other : {"0", "\"true\"", "null"}) CHECK(refused("flag", other));
    for (const auto* other : {"\"nan\"", "true", "null"}) CHECK(refused("real", other));
}

TEST_CASE("Codec: texts of any bytes survive a round trip.") {
    CHECK(text_json("") == R"({"text":""})");
    CHECK(text_json("a\0b"s) == R"({"text":"a\u0000b"})");
    CHECK(text_json("\xff\x00\x41"s) == R"({"text":{"$hex":"ff0041"}})");
    for (const std::string& text :
         {"\xc0\x80"s, "\xed\xa0\x80"s, "\xf4\x90\x80\x80"s, "\xe2\x82"s, "\x80"s, "\xf0\x8f\xbf\xbf"s}) {
        CHECK_FALSE(utf8::is_valid(text));
        CHECK(round_trips(Texts{.text = text, .note = text}));
    }
    for (const std::string& text :
         {"\xf4\x8f\xbf\xbf"s, "\xc2\x80"s, "\xef\xbf\xbf"s, R"({"$hex":"00"})"s, "\r\n\"\\\x7f"s}) {
        CHECK(utf8::is_valid(text));
        CHECK(round_trips(Texts{.text = text, .note = text}));
    }
    CHECK(decode<Texts>(R"({"text":{"$hex":"FF"}})").value().value.text == "\xff");
    CHECK(decode<Texts>(R"({"text":{"$hex":"41"}})").value().value.text == "A");
    for (const auto* digits : {"f", "0g", "-1", "+1", "0x", " 1"}) {
        const auto decoded = decode<Texts>(R"({"text":{"$hex":")"s + digits + "\"}}");
        REQUIRE_FALSE(decoded);
        CHECK(decoded.error().expected == "pairs of hexadecimal digits in $hex");
    }
}

TEST_CASE("Codec: an absent optional is left out, and null is read as absent.") {
    CHECK(encode(Texts{.text = "a", .note = "b"}) == R"({"text":"a","note":"b"})");
    CHECK(decode<Texts>(R"({"text":"a","note":null})").value().value == Texts{.text = "a", .note = {}});
    CHECK(decode<Texts>(R"({"note":"b","text":"a"})").value().value == Texts{.text = "a", .note = "b"});
}

TEST_CASE("Codec: unknown fields are restored at their paths, at any depth.") {
    const std::string json = R"({"text":"a","new":{"a/b":[1,{"~":2}]},"w/o~":null})";
    const auto decoded = decode<Texts>(json).value();
    CHECK(decoded.value.text == "a");
    CHECK(encode(decoded.value, decoded.unknown_fields) == json);

    using Figures = std::vector<Figure>;
    const std::string deep =
        R"([{"type":"Circle","radius":1,"centre":[0,0]},{"type":"Typed","value":{"type":"t","x":1}},)"
        R"({"type":"bool","value":true,"beside":7}])";
    const auto figures = decode<Figures>(deep).value();
    CHECK(encode(figures.value, figures.unknown_fields) == deep);

    Figures fewer = figures.value;
    fewer.resize(1);
    CHECK(encode(fewer, figures.unknown_fields) == R"([{"type":"Circle","radius":1,"centre":[0,0]}])");
}

TEST_CASE("Codec: malformed lists of unknown fields are ignored.") {
    const Texts value{.text = "a", .note = {}};
    for (const auto* strange : {"{", "[]", "{}", "[[1,2]]", R"([["no pointer",1]])", R"([["/a~2",1]])",
                                R"([["/a~",1]])", R"([["/text/0",1]])", R"([["",1]])", R"([["/gone/x",1]])"})
        CHECK(encode(value, strange) == R"({"text":"a"})");
}

TEST_CASE("Codec: an unknown field never replaces a field that the shape has.") {
    const Texts value{.text = "a", .note = {}};
    for (const auto* strange : {R"([["/text",{}]])", R"([["/note","b"]])", R"([["/note",{}]])", R"([["/text/x",1]])"})
        CHECK(encode(value, strange) == R"({"text":"a"})");
    CHECK(encode(value, R"([["/x",1],["/x",2],["/x/y",3],["",4]])") == R"({"text":"a","x":1})");

    const std::vector<Figure> figures{Circle{.radius = 1}, true};
    for (const auto* strange : {R"([["/0/radius",2]])", R"([["/0/type","Typed"]])", R"([["/1/type","Circle"]])",
                                R"([["/1/value",false]])", R"([["/1/value/x",1]])"})
        CHECK(encode(figures, strange) == encode(figures));
}

TEST_CASE("Codec: an unknown field is dropped if its path leads nowhere.") {
    const std::vector<Figure> figures{Circle{.radius = 1}};
    for (const auto* strange :
         {R"([["/99999999999999999999999999/x",1]])", R"([["/18446744073709551615/x",1]])", R"([["/1/x",1]])",
          R"([["/00/x",1]])", R"([["/-/x",1]])", R"([["/-1/x",1]])", R"([["//x",1]])", R"([["/0",{}]])"})
        CHECK(encode(figures, strange) == encode(figures));
    CHECK(encode(figures, R"([["/0/x",1]])") == R"([{"type":"Circle","radius":1,"x":1}])");
}

TEST_CASE("Codec: truncated, invalid and too deeply nested JSON is refused.") {
    const std::string whole = encode(tests::anything<Everything>(3));
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const auto decoded = decode<Everything>(whole.substr(0, length));
        REQUIRE_FALSE(decoded);
        CHECK(decoded.error().kind == DecodeErrorKind::not_json);
        CHECK(decoded.error().type == "Everything");
    }
    const std::string deep = R"({"text":"a","x":)" + std::string(200'000, '[');
    CHECK(decode<Texts>(deep).error().expected == "at most 512 levels of nesting");
    const std::string deepest = std::string(511, '[') + std::string(511, ']');
    CHECK(decode<Texts>(R"({"text":"a","x":)" + deepest + "}"));
    CHECK(decode<Texts>(R"({"text":"a","x":["a]]]]"]})"));
    CHECK(decode<Texts>(R"({"text":"a","x":1e999})").error().kind == DecodeErrorKind::not_json);
    CHECK(decode<Texts>("{\"text\":\"\xff\"}").error().kind == DecodeErrorKind::not_json);
    CHECK(decode<Texts>(R"({"text":"a"} {})").error().got == "a syntax error at byte 14");
    CHECK(decode<Texts>(R"({"text":"a","text":"b"})").value().value.text == "b");
}

TEST_CASE("Fingerprint: an added optional field that is absent does not change it, but any other difference does.") {
    const std::string known = "6193c97585a0f731ce7b500bb69d2476816afb14c8d95ac8e6e865f680e9e438";
    CHECK(fingerprint(OlderTexts{.text = "a"}) == known);
    CHECK(fingerprint(Texts{.text = "a", .note = {}}) == known);
    CHECK(fingerprint(Texts{.text = "a", .note = ""}) != known);
    CHECK(fingerprint(Texts{.text = "b", .note = {}}) != known);
}

TEST_CASE("Codec: randomly changed bytes are refused, or decoded to a value that survives a round trip.") {
    const std::string whole = encode(tests::anything<Everything>(11));
    tests::Engine engine(1);
    std::size_t refused = 0;
    for (int round = 0; round < 2000; ++round) {
        std::string changed = whole;
        for (int change = 0; change < 3; ++change)
            changed[engine() % changed.size()] = static_cast<char>(engine() % 256);
        const auto decoded = decode<Everything>(changed);
        if (!decoded) {
            ++refused;
            CHECK(utf8::is_valid(to_text(decoded.error())));
        } else {
            CHECK(decode<Everything>(encode(decoded->value, decoded->unknown_fields)).value() == *decoded);
        }
    }
    CHECK(refused > 100);
}

} // namespace evenfold::codec

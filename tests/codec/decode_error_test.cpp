#include <doctest/doctest.h>

#include "evenfold/codec/codec.hpp"
#include "evenfold/core/text/utf8.hpp"
#include "evenfold/tests/codec/sample.hpp"
#include "evenfold/tests/support/arbitrary.hpp"

namespace evenfold::codec {
namespace {

using namespace sample;
using namespace std::string_literals;

struct Slashed {
    BOOST_HANA_DEFINE_STRUCT(Slashed, (std::vector<std::vector<Item>>, rows), (std::optional<Colour>, colour));
};

/// Returns the JSON of a plain Everything, in which the first `from` behind `after` is replaced by `to`.
std::string changed(std::string_view after, std::string_view from, std::string_view to) {
    Everything everything{};
    tests::fill_plainly(shape_of<Everything>(), &everything);
    std::string json = encode(everything);
    const std::size_t at = json.find(from, json.find(after));
    REQUIRE(at != std::string::npos);
    return json.replace(at, from.size(), to);
}

std::string message_of(std::string_view json) {
    const auto decoded = decode<Everything>(json);
    return decoded ? "nothing" : to_text(decoded.error());
}

template <class T>
DecodeError error_of(std::string_view json) {
    const auto decoded = decode<T>(json);
    return decoded ? DecodeError{} : decoded.error();
}

} // namespace

TEST_CASE("DecodeError: the message names the type, the path, the expected form and the text that was found.") {
    CHECK(message_of(changed("numbers", "true", "1")) == "Everything/numbers/flag: expected true or false; got 1");
    CHECK(message_of(changed("i8", "2", "1000")) ==
          "Everything/numbers/i8: expected an integer that fits the field; got 1000");
    CHECK(message_of(changed("u8", "4", "-4")) ==
          "Everything/numbers/u8: expected an integer >= 0 that fits the field; got -4");
    CHECK(message_of(changed("real", "7.5", "[]")) == "Everything/numbers/real: expected a number; got an array");
    CHECK(message_of(changed("text", "\"text 8\"", "{}")) == "Everything/text: expected a string; got an object");
    CHECK(message_of(changed("uuid", "0009\"", "9\"")) == "Everything/uuid: expected an id such as "
                                                          "0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a77; "
                                                          "got \"00000000-0000-0000-0000-000000009\"");
    CHECK(message_of(changed("item", "000a\"", "a\"")).starts_with("Everything/item: expected an id such as "));
    CHECK(message_of(changed("\"at\"", "T00", "T24")) ==
          "Everything/at: expected an instant such as 2026-11-21T02:12:00.000Z; "
          "got \"1970-01-01T24:00:00.011Z\"");
    CHECK(message_of(changed("colour", "\"red\"", "\"default_\"")) ==
          "Everything/colour: expected one of red, default, dark_blue; got \"default_\"");
    CHECK(message_of(changed("colour", "\"red\"", "0")) ==
          "Everything/colour: expected one of red, default, dark_blue; got 0");
    CHECK(message_of(changed("note", "\"text 13\"", "false")) == "Everything/note: expected a string; got false");
    CHECK(message_of(changed("figure", "\"bool\"", "\"Square\"")) ==
          "Everything/figure/type: expected one of Circle, Typed, variant, bool; got \"Square\"");
    CHECK(message_of(changed("figure", "\"bool\"", "null")) ==
          "Everything/figure/type: expected the name of a type; got null");
    CHECK(message_of(changed("figure", "\"type\":\"bool\",", "")) ==
          "Everything/figure/type: expected the name of a type; got nothing");
    CHECK(message_of(changed("figure", ",\"value\":false", "")) ==
          "Everything/figure/value: expected a value; got nothing");
    CHECK(message_of(changed("figures", "true", "null")) ==
          "Everything/figures/0/value: expected true or false; got null");
    CHECK(message_of(changed("items", "\"text 18\"", "2")) == "Everything/items/0/name: expected a string; got 2");
    CHECK(message_of(changed("", "\"ids\":[", "\"ids\":[true,")).starts_with("Everything/ids/0: expected an id"));
    CHECK(message_of(changed("", "\"order\":[", "\"order\":[\"a\",7,")) ==
          "Everything/order/1: expected a string; got 7");
    CHECK(message_of(changed("", "\"boxed\":{", "\"boxed\":{\"id\":3,"))
              .starts_with("Everything/boxed/id: expected an id") == false); // of two equal keys the later one counts
    CHECK(message_of(changed("boxed", "\"id\"", "\"di\"")) ==
          "Everything/boxed/id: expected a value; got nothing (unknown field: /boxed/di)");
    CHECK(message_of("[]") == "Everything: expected an object; got an array");
    CHECK(message_of("{") == "Everything: expected valid JSON; got a syntax error at byte 2");
    CHECK(message_of("") == "Everything: expected valid JSON; got a syntax error at byte 1");
}

TEST_CASE("DecodeError: names that only a later build may have are of kind unknown_name.") {
    CHECK(error_of<Slashed>(R"({"rows":[],"colour":"violet"})").kind == DecodeErrorKind::unknown_name);
    CHECK(error_of<Figure>(R"({"type":"Square"})") == DecodeError{.kind = DecodeErrorKind::unknown_name,
                                                                  .type = "variant",
                                                                  .path = "/type",
                                                                  .expected = "one of Circle, Typed, variant, bool",
                                                                  .got = "\"Square\""});
    CHECK(error_of<Figure>(R"({"type":"Circle","radius":256})") ==
          DecodeError{.kind = DecodeErrorKind::wrong_shape,
                      .type = "Circle",
                      .path = "/radius",
                      .expected = "an integer >= 0 that fits the field",
                      .got = "256"});
    CHECK(error_of<Slashed>(R"({"rows":[],"colour":7})").kind == DecodeErrorKind::wrong_shape);
    CHECK(error_of<Slashed>("nothing").kind == DecodeErrorKind::not_json);
}

TEST_CASE("DecodeError: for a missing field, the message lists the unknown fields beside it, with escaped names.") {
    const auto error = error_of<Slashed>(R"({"row/s":[],"colour":"red","~":1})");
    CHECK(error.path == "/rows");
    CHECK(error.got == "nothing (unknown field: /row~1s, /~0)");
    CHECK(error_of<Slashed>(R"({"rows":[[],[{"id":0}]]})").path == "/rows/1/0/id");
}

TEST_CASE("DecodeError: a long text is cut between characters.") {
    for (std::size_t shift = 0; shift < 4; ++shift) {
        std::string name(shift, 'x');
        for (int count = 0; count < 40; ++count) name += "\xf0\x9f\x8c\xb1";
        const auto error = error_of<Slashed>(R"({"rows":[],"colour":")" + name + "\"}");
        CHECK(error.got.size() <= 60);
        CHECK(error.got.ends_with("..."));
        CHECK(utf8::is_valid(error.got));
    }
}

TEST_CASE("DecodeError: the message for invalid bytes is UTF-8.") {
    CHECK(utf8::is_valid(to_text(error_of<Slashed>("{\"rows\":\"\xff\xfe"))));
    CHECK(utf8::is_valid(to_text(error_of<Slashed>("\xff"))));
}

} // namespace evenfold::codec

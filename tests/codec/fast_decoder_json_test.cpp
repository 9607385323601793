#include <doctest/doctest.h>

#include "evenfold/tests/codec/fast_decoder_check.hpp"
#include "evenfold/tests/codec/json_texts.hpp"
#include "evenfold/tests/codec/sample.hpp"
#include "evenfold/tests/support/for_seeds.hpp"

namespace evenfold::codec {
namespace {

using tests::for_seeds;
using tests::law;

/// A tree of unbounded depth.
struct Tree {
    BOOST_HANA_DEFINE_STRUCT(Tree, (std::vector<Tree>, below));
};

} // namespace

TEST_CASE("FastDecoder: accepts fields in any order, with spaces between them.") {
    CHECK(for_seeds("in any order", [](std::uint64_t seed) {
        const auto value = tests::anything<sample::Numbers>(seed);
        law(fast_decoder_agrees<sample::Numbers>(sorted(encode(value))), "not accepted");
        law(fast_decoder_agrees<sample::Numbers>(" " + indent_json(encode(value)) + "\r\n\t"), "not accepted");
    }));
}

TEST_CASE("FastDecoder: leaves invalid and ambiguous JSON to the plain decoder.") {
    const auto leaves = []<class T>(std::string_view json) {
        CAPTURE(json);
        CHECK_FALSE(fast_decoder_agrees<T>(json));
    };
    for (const std::string_view number :
         {"01", "-01", "00", "1.0", "1e2", "+1", "-", "", "0x1", "18446744073709551616"})
        leaves.operator()<std::uint64_t>(number);
    for (const std::string_view number : {"9223372036854775808", "-9223372036854775809", "--1", "-", "1-"})
        leaves.operator()<std::int64_t>(number);
    for (const std::string_view number : {"1", "-0", "1.", ".5", "1e", "1.e1", "01.5", "1e999", "inf", "nan", "0x1p3"})
        leaves.operator()<double>(number);
    for (const std::string_view text :
         {"\"", "\"a", "\"a\n\"", "\"\x01\"", R"("\ud800")", R"("\u00e9")", R"("\u12")", R"("\x41")", R"("\)",
          "\"\xc3\"", "\"\xff\"", "\"\xed\xa0\x80\"", "\"\xc3\\n\xa9\"", R"({"$hex":"f"})", R"({"$hex":"fg"})",
          R"({"$hex":"ff","$hex":"00"})", "\"a\"b", "\"a\" \"b\"", "\xef\xbb\xbf\"a\""})
        leaves.operator()<std::string>(text);
    leaves.operator()<std::string>(std::string_view("\"a\0\"", 4));
    leaves.operator()<std::string>(std::string_view("\"a\"\0", 4));
    for (const std::string_view item :
         {R"({"radius":1,"radius":2})", R"({"radius":1,})", R"({,"radius":1})", R"({"radius":1 "radius":1})", "{}",
          R"({"radius":1,"other":2})", R"({"radiu\u0073":1})", R"({"radius":256})", R"({"radius":1)"})
        leaves.operator()<sample::Circle>(item);
    for (const std::string_view list : {"[1,]", "[,1]", "[1 2]", "[1", "1]", "[1]]"})
        leaves.operator()<std::vector<std::uint64_t>>(list);
}

TEST_CASE("FastDecoder: accepts nesting as deep as the plain decoder does, and no deeper.") {
    const auto nested = [](std::size_t trees) {
        std::string json;
        for (std::size_t count = 1; count < trees; ++count) json += R"({"below":[)";
        json += R"({"below":[]})";
        for (std::size_t count = 1; count < trees; ++count) json += "]}";
        return json;
    };
    CHECK(fast_decoder_agrees<Tree>(nested(256)));
    CHECK_FALSE(fast_decoder_agrees<Tree>(nested(257)));
    CHECK_FALSE(decode<Tree>(nested(257)));
}

} // namespace evenfold::codec

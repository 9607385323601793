#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/providers/wire/json_repair.hpp"
#include "evenfold/providers/wire/json_scan.hpp"
#include "evenfold/providers/wire/json_text.hpp"
#include "evenfold/providers/wire/json_value.hpp"

// Texts are parsed as nlohmann parses them, and each value keeps its spelling.

using namespace evenfold::providers;
using nlohmann::json;

namespace {

/// Pieces of which texts are made: a text may be valid, and its keys may repeat.
const std::vector<std::string> pieces = {"{",
                                         "}",
                                         "[",
                                         "]",
                                         ",",
                                         ":",
                                         " ",
                                         "\n\t\r ",
                                         "\"a\"",
                                         R"("\u0061")",
                                         "\"\"",
                                         "\"a much longer key, with its spaces\"",
                                         R"("\"\\\/\b\f\n\r\t")",
                                         R"("\ud83d\ude00 \u00e9\u20AC\u0000")",
                                         R"("\ud83d")",
                                         R"("\ude00")",
                                         R"("\ud83dx")",
                                         R"("\ud83d\u0041")",
                                         R"("\x")",
                                         R"("\u12G4")",
                                         "\"é€😀\"",
                                         "\"\x7F\"",
                                         "\"\x01\"",
                                         "\"\xC3(\"",
                                         "\"\xED\xA0\x80\"",
                                         "\"\xF0\x9F\"",
                                         "0",
                                         "-0",
                                         "-1",
                                         "01",
                                         "1.10",
                                         "1.",
                                         ".5",
                                         "+1",
                                         "-",
                                         "1e5",
                                         "1E-5",
                                         "1e+",
                                         "1e-400",
                                         "18446744073709551615",
                                         "18446744073709551616",
                                         "-9223372036854775808",
                                         "-9223372036854775809",
                                         "true",
                                         "false",
                                         "null",
                                         "nul",
                                         "truex",
                                         "NaN",
                                         "'a'",
                                         "/**/",
                                         "\xEF\xBB\xBF"};

/// Returns a random valid text, with blanks between its tokens.
std::string valid_text(std::size_t depth) {
    static const std::vector<std::string> scalars = {"\"\"",
                                                     "\"plain\"",
                                                     R"("\u0061\n")",
                                                     "\"é€😀 and more than one word of text\"",
                                                     R"("\ud83d\ude00")",
                                                     "0",
                                                     "-0",
                                                     "-12",
                                                     "1.10",
                                                     "1e-400",
                                                     "1E+20",
                                                     "true",
                                                     "false",
                                                     "null",
                                                     "18446744073709551615",
                                                     "-9223372036854775808"};
    static const std::vector<std::string> keys = {"\"a\"", R"("\u0061")", "\"b\"", "\"\"", R"("\ud83d\ude00")"};
    static const std::vector<std::string> blanks = {"", "", " ", "\n  "};
    const auto blank = [] { return *rc::gen::elementOf(blanks); };
    const auto kind = *rc::gen::inRange(0, depth == 0 ? 2 : 4);
    if (kind < 2) return blank() + *rc::gen::elementOf(scalars) + blank();
    std::string text = kind == 2 ? "[" : "{";
    const auto count = *rc::gen::inRange(0, 4);
    for (int at = 0; at < count; ++at) {
        if (at > 0) text += ",";
        if (kind == 3) text += blank() + *rc::gen::elementOf(keys) + blank() + ":";
        text += valid_text(depth - 1);
    }
    return blank() + text + (count == 0 ? blank() : "") + (kind == 2 ? "]" : "}") + blank();
}

/// Returns whether `value` reads as `expected`, which nlohmann parsed from the same text.
bool reads_as(JsonValue value, const json& expected) {
    if (json::parse(value.spelling(), nullptr, false) != expected) return false;
    if (value.is_string() != expected.is_string() || value.is_number() != expected.is_number()) return false;
    if (value.is_null() != expected.is_null() || value.is_true() != (expected == true)) return false;
    if (value.is_array() != expected.is_array() || value.is_object() != expected.is_object()) return false;
    if (text_of(value) != expected.dump()) return false;
    if (expected.is_string()) return value.text() == expected.get_ref<const std::string&>();
    if (!value.text().empty()) return false;
    if (expected.is_number()) {
        const bool has_count = expected.is_number_unsigned();
        if (value.number() != expected.get<double>() || value.count().has_value() != has_count) return false;
        if (has_count && value.count() != expected.get<std::uint64_t>()) return false;
        return !expected.is_number_integer() || has_count || value.integer() == expected.get<std::int64_t>();
    }
    std::size_t at = 0;
    for (const JsonValue each : value.elements()) {
        if (at == expected.size() || !reads_as(each, expected[at++])) return false;
    }
    if (expected.is_array()) return at == expected.size() && value.is_empty() == expected.empty();
    if (!value.elements().empty() || !value.find("no such key").is_absent()) return false;
    if (!expected.is_object()) return true;
    if (value.is_empty() != expected.empty()) return false;
    return std::ranges::all_of(expected.items(),
                               [&](const auto& member) { return reads_as(value.find(member.key()), member.value()); });
}

/// Returns whether `text` is read as nlohmann reads it, or refused because nlohmann refuses it. nlohmann takes a NUL
/// after the value as the end of the text, and refuses numbers that are too large.
bool agrees(std::string_view text) {
    if (repair_json(text).numbers) return true;
    JsonIndex index;
    const json expected = json::parse(text, nullptr, false);
    const bool is_valid = !expected.is_discarded() && text.find('\0') == std::string_view::npos;
    if (index.read(text) != is_valid) return false;
    return !is_valid || reads_as(JsonValue(index), expected);
}

} // namespace

TEST_CASE("JsonValue: every text of random pieces is read or refused as by nlohmann") {
    CHECK(rc::check([] {
        std::string text;
        for (const std::string& piece : *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(pieces)))
            text += piece;
        RC_ASSERT(agrees(text));
        RC_ASSERT(agrees("[" + text + "]"));
        RC_ASSERT(agrees("{\"a\":" + text + "}"));
    }));
    for (const std::string& piece : pieces) {
        CAPTURE(piece);
        CHECK(agrees(piece));
        CHECK(agrees("[" + piece + ",1]"));
        CHECK(agrees("{" + piece + ":" + piece + "}"));
    }
}

TEST_CASE("JsonValue: valid texts, all of their beginnings, and texts with one changed byte, are read as by nlohmann") {
    CHECK(rc::check([] {
        const std::string text = valid_text(4);
        RC_ASSERT(agrees(text));
        for (std::size_t size = 0; size < text.size(); ++size) RC_ASSERT(agrees(text.substr(0, size)));
        for (int round = 0; round < 20 && !text.empty(); ++round) {
            std::string changed = text;
            const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
            changed[at] =
                *rc::gen::oneOf(rc::gen::arbitrary<char>(), rc::gen::elementOf(std::string("{}[]\",:\\ 0e-t")));
            RC_ASSERT(agrees(changed));
        }
    }));
}

TEST_CASE("JsonValue: a quote, an escape and a control character are found at each position of a long string") {
    for (const std::string& mark : {std::string("\\n"), std::string("\\ud83d\\ude00"), std::string("é"),
                                    std::string("\x1F"), std::string("\xFF"), std::string("\"")}) {
        for (std::size_t before = 0; before < 40; ++before) {
            for (const std::size_t after : {0U, 1U, 7U, 8U, 20U}) {
                const std::string text = '"' + std::string(before, 'x') + mark + std::string(after, 'y') + '"';
                CAPTURE(text);
                CHECK(agrees(text));
                CHECK(agrees("{" + text + ":[" + text + "]}"));
            }
        }
    }
}

TEST_CASE("JsonValue: of members with one key the last counts, and escapes in keys are replaced") {
    JsonIndex index;
    REQUIRE(index.read(R"({"a":1,"\u0061":2.50,"b":{"a":[ 3 , "x\n" ]}})"));
    const JsonValue root(index);
    CHECK(root.find("a").spelling() == "2.50");
    CHECK(root.find("b").find("a").spelling() == R"([ 3 , "x\n" ])");
    std::vector<std::string> spelled;
    for (const JsonValue each : root.find("b").find("a").elements()) spelled.emplace_back(each.spelling());
    CHECK(spelled == std::vector<std::string>{"3", R"("x\n")"});
    CHECK(root.find(std::string_view("a")).spelling() == "2.50");
    const auto [b, c, a] = root.find_each("b", "c", "a");
    CHECK(b.is_object());
    CHECK(c.is_absent());
    CHECK(a.spelling() == "2.50");
    CHECK(b.find_each("x")[0].is_absent());
    CHECK(a.find_each("a")[0].is_absent());
    CHECK(root.find("c").is_absent());
    CHECK(root.find("c").find("d").elements().empty());
    CHECK(text_of(root.find("c")) == "null");
    CHECK(text_of(root) == R"({"a":2.5,"b":{"a":[3,"x\n"]}})");
}

TEST_CASE("JsonValue: a number beyond the range of a double is the largest, and keeps its spelling") {
    constexpr double greatest = std::numeric_limits<double>::max();
    JsonIndex index;
    REQUIRE(index.read("[1e400,-1e400,1e-400]"));
    std::vector<double> numbers;
    for (const JsonValue each : JsonValue(index).elements()) numbers.push_back(each.number().value_or(std::nan("")));
    CHECK(numbers == std::vector<double>{greatest, -greatest, 0});
    CHECK(JsonValue(index).spelling() == "[1e400,-1e400,1e-400]");
    CHECK(text_of(JsonValue(index)) == "[1.7976931348623157e+308,-1.7976931348623157e+308,0.0]");
}

TEST_CASE("JsonIndex: the special characters of a block are found, each at each position") {
    const auto is_special = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '"' || c == '\\'; };
    for (std::size_t at = 0; at < json_block_bytes; ++at) {
        for (int byte = 0; byte < 256; ++byte) {
            std::string block(json_block_bytes, 'x');
            block[at] = static_cast<char>(byte);
            block[(at * 7 + 3) % json_block_bytes] = '"';
            std::uint64_t expected = 0;
            for (std::size_t bit = 0; bit < json_block_bytes; ++bit)
                expected |= std::uint64_t{is_special(block[bit])} << bit;
            const bool is_ascii = std::ranges::all_of(block, [](char c) { return (c & 0x80) == 0; });
            std::uint64_t beyond = 0;
            std::uint64_t beyond_in_words = 0;
            CAPTURE(at);
            CAPTURE(byte);
            REQUIRE(special_bits(block.data(), beyond) == expected);
            REQUIRE(special_bits_by_words(block.data(), beyond_in_words) == expected);
            REQUIRE((beyond == 0) == is_ascii);
            REQUIRE((beyond_in_words == 0) == is_ascii);
        }
    }
}

TEST_CASE("JsonIndex: an index can be used again, also after a long or an invalid text") {
    JsonIndex index;
    const std::string text = R"(["\u00e9", "\u20ac", "x"])";
    const auto check = [&] {
        REQUIRE(index.read(text));
        CHECK(reads_as(JsonValue(index), json::parse(text)));
    };
    check();
    CHECK_FALSE(index.read("[1,"));
    check();
    const std::string many = "[" + std::string(200'000, '1').replace(1, 199'999, 199'999, ' ') + "]";
    REQUIRE(index.read(many));
    std::string escaped = "[\"\"";
    for (int at = 0; at < 100'000; ++at) escaped += R"(,"\t")";
    escaped += "]";
    REQUIRE(index.read(escaped));
    for (const JsonValue each : JsonValue(index).elements()) {
        if (each.text() != "\t" && !each.text().empty()) FAIL("an escape was not replaced");
    }
    check();
}

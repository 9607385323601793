#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>

#include "evenfold/codec/event.hpp"
#include "evenfold/core/decider/orchestration.hpp"
#include "evenfold/core/erased/any_domain.hpp"
#include "evenfold/tests/codec/sample.hpp"
#include "evenfold/tests/support/arbitrary.hpp"
#include "evenfold/tests/support/build_paths.hpp"
#include "evenfold/tests/support/for_seeds.hpp"
#include "evenfold/tests/support/law.hpp"

namespace evenfold::codec {
namespace {

using namespace orchestration;
using tests::for_seeds;
using tests::law;

/// A tree: nesting without an end.
struct Tree {
    BOOST_HANA_DEFINE_STRUCT(Tree, (std::vector<Tree>, below));
};

/// Whether the quick reader has answered. The plain one is asked the same and has to say the same; the objects are
/// compared by what they are written as, for not all of them are equal to themselves.
bool quick_is_right(const Shape& shape, AnyPointer (*make)(), std::string_view json) {
    const AnyPointer quick = make();
    if (!decode_quickly(shape, quick.get(), json)) return false;
    const AnyPointer plain = make();
    const auto unknown = decode(shape, plain.get(), json);
    law(unknown.has_value(), std::string(json) + (unknown ? "" : "\n" + to_text(unknown.error())));
    law(unknown->empty(), std::string(json));
    law(encode(shape, plain.get()) == encode(shape, quick.get()), std::string(json));
    return true;
}
template <class T>
bool quick_is_right(std::string_view json) {
    return quick_is_right(shape_of<T>(), [] { return make_any<T>(); }, json);
}

/// One small thing about `json` changed: what a reader could stumble over.
std::string mutated(std::string json, std::mt19937_64& engine) {
    static constexpr std::array<std::string_view, 32> pieces{"\"",
                                                             "\\",
                                                             "{",
                                                             "}",
                                                             "[",
                                                             "]",
                                                             ",",
                                                             ":",
                                                             "0",
                                                             "-",
                                                             "1e3",
                                                             ".5",
                                                             " ",
                                                             "\n",
                                                             "\x01",
                                                             "\xc3",
                                                             "\xff",
                                                             "null",
                                                             "NaN",
                                                             "true",
                                                             "\\u0000",
                                                             "\\u00e9",
                                                             "\\ud83d",
                                                             "\\n",
                                                             "\\x",
                                                             "\xc3\xa9",
                                                             "\xed\xa0\x80",
                                                             R"({"$hex":"ff"})",
                                                             R"("$hex")",
                                                             R"("type":)",
                                                             "00",
                                                             "99999999999999999999"};
    const auto place = [&] { return static_cast<std::size_t>(engine() % (json.size() + 1)); };
    const auto piece = pieces[engine() % pieces.size()];
    switch (engine() % 6) {
    case 0: json.insert(place(), piece); break;
    case 1: json.erase(place(), 1 + engine() % 3); break;
    case 2: json.replace(place(), 1, piece); break;
    case 3: json.resize(place()); break;
    case 4: { // a part twice: a key, a value, a bracket
        const std::size_t from = place();
        json.insert(place(), json.substr(from, 1 + engine() % 24));
        break;
    }
    default: json.insert(std::min(json.find_first_of(",:}]", place()), json.size()), piece);
    }
    return json;
}

/// Of a text changed in one place, and in another.
struct Tally {
    std::size_t answered = 0;
    std::size_t left = 0;

    void count(bool has_answered) { ++(has_answered ? answered : left); }
};

void is_right_about_changes(bool (*is_right)(std::string_view), const std::string& json, std::uint64_t seed,
                            Tally& tally) {
    std::mt19937_64 engine(seed);
    for (int change = 0; change < 20; ++change) {
        const std::string once = mutated(json, engine);
        tally.count(is_right(once));
        tally.count(is_right(mutated(once, engine)));
    }
}

template <class T>
void is_right(std::uint64_t seed, Tally& tally) {
    const std::string json = encode(tests::anything<T>(seed));
    law(quick_is_right<T>(json), "no answer to " + json);
    is_right_about_changes(&quick_is_right<T>, json, seed, tally);
}

/// The same text with the fields of all objects in another order.
std::string sorted(const std::string& json) {
    return nlohmann::json::parse(json).dump();
}

std::string content(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

} // namespace

TEST_CASE("Quick codec: answers for all that is written, and never otherwise than the plain codec.") {
    Tally tally;
    CHECK(for_seeds("commands", [&](std::uint64_t seed) { is_right<Command>(seed, tally); }));
    CHECK(for_seeds("events", [&](std::uint64_t seed) { is_right<Event>(seed, tally); }));
    CHECK(for_seeds("errors", [&](std::uint64_t seed) { is_right<Error>(seed, tally); }));
    CHECK(for_seeds("effects", [&](std::uint64_t seed) { is_right<Effect>(seed, tally); }));
    CHECK(for_seeds("models", [&](std::uint64_t seed) { is_right<Model>(seed, tally); }));
    CHECK(for_seeds("every kind", [&](std::uint64_t seed) { is_right<sample::Everything>(seed, tally); }));
    CHECK(tally.answered > 100); // else the changes above would show nothing
    CHECK(tally.left > 100);
}

TEST_CASE("Quick codec: answers for the fields of an event in any order, with spaces between.") {
    CHECK(for_seeds("in any order", [](std::uint64_t seed) {
        const auto value = tests::anything<sample::Numbers>(seed);
        law(quick_is_right<sample::Numbers>(sorted(encode(value))), "no answer");
        law(quick_is_right<sample::Numbers>(" " + nlohmann::ordered_json::parse(encode(value)).dump(2) + "\r\n\t"),
            "no answer");
    }));
}

TEST_CASE("Quick codec: answers for each golden form of this version, and is right about changes to it.") {
    const Shape& variant = shape_of<Event>();
    const auto& kind = std::get<VariantShape>(variant.kind);
    Tally tally;
    std::size_t answered = 0;
    for (std::size_t index = 0; index < kind.alternatives.size(); ++index) {
        const Shape& shape = kind.alternatives[index]();
        if (shape.name == "Unknown") continue;
        const auto file = std::filesystem::path(tests::source_tree()) / "tests" / "golden" / "events" /
                          (std::string(shape.name) + ".v" + std::to_string(shape.version) + ".json");
        const std::string json = content(file);
        CAPTURE(file.filename().string());
        Event event;
        CHECK(decode_quickly(shape, kind.emplace(&event, index), json));
        // The same as an alternative of the variant, which says its type.
        const std::string typed =
            R"({"type":")" + std::string(shape.name) + '"' + (json == "{}\n" ? "" : ",") + json.substr(1);
        CHECK(quick_is_right<Event>(typed));
        for (std::uint64_t seed = 0; seed < 50; ++seed)
            is_right_about_changes(&quick_is_right<Event>, typed, seed, tally);
        ++answered;
    }
    CHECK(answered == kind.alternatives.size() - 1);
    CHECK(tally.answered > 0);
}

TEST_CASE("Quick codec: has no answer to what is no JSON, or has more than one reading.") {
    const auto leaves = []<class T>(std::string_view json) {
        CAPTURE(json);
        CHECK_FALSE(quick_is_right<T>(json));
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

TEST_CASE("Quick codec: follows nesting as deep as the plain codec does, and no deeper.") {
    const auto nested = [](std::size_t trees) {
        std::string json;
        for (std::size_t count = 1; count < trees; ++count) json += R"({"below":[)";
        json += R"({"below":[]})";
        for (std::size_t count = 1; count < trees; ++count) json += "]}";
        return json;
    };
    CHECK(quick_is_right<Tree>(nested(256)));
    CHECK_FALSE(quick_is_right<Tree>(nested(257)));
    CHECK_FALSE(decode<Tree>(nested(257)));
}

} // namespace evenfold::codec

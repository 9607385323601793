#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "evenfold/providers/wire/json_repair.hpp"
#include "evenfold/providers/wire/json_text.hpp"
#include "evenfold/providers/wire/lines.hpp"
#include "evenfold/providers/wire/sse.hpp"

using namespace evenfold::providers;

namespace {

std::vector<std::string> lines_of(LineEnd end, const std::vector<std::string>& pieces, std::size_t most = 100) {
    LineSplitter lines(end, most);
    std::vector<std::string> found;
    const auto receive = [&](const Line& line) {
        found.push_back(std::to_string(line.position.line) + "@" + std::to_string(line.position.offset) +
                        (line.too_long ? "!" : ":") + std::string(line.text));
    };
    for (const std::string& piece : pieces) lines.feed(piece, receive);
    lines.finish(receive);
    return found;
}

std::vector<std::string> frames_of(const std::string& bytes, std::size_t size, std::size_t most = 100) {
    SseParser sse(most);
    std::vector<std::string> found;
    const auto receive = [&](const SseEvent& frame) {
        found.push_back(std::string(frame.name) +
                        (frame.stray      ? "?"
                         : frame.too_long ? "!"
                                          : "=") +
                        std::string(frame.data));
    };
    for (std::size_t at = 0; at < bytes.size(); at += size) sse.feed(std::string_view(bytes).substr(at, size), receive);
    sse.finish(receive);
    return found;
}

using Strings = std::vector<std::string>;

bool is_readable(std::string_view text) {
    return JsonReader().read(text).has_value();
}

} // namespace

TEST_CASE("LineSplitter: LF and CRLF end a line, and the last line may lack an end") {
    CHECK(lines_of(LineEnd::newline, {"a\r\nb\n\n", "c", "d"}) == Strings{"1@0:a", "2@3:b", "3@5:", "4@6:cd"});
    CHECK(lines_of(LineEnd::newline, {"a\r", "\nb\rc\n"}) == Strings{"1@0:a", "2@3:b\rc"});
    CHECK(lines_of(LineEnd::newline, {}).empty());
    CHECK(lines_of(LineEnd::newline, {"\xEF", "\xBB\xBF"
                                              "a\n"}) == Strings{"1@0:a"});
}

TEST_CASE("LineSplitter: in an event stream CR, LF and CRLF end a line, also across chunks") {
    const Strings expected{"1@0:a", "2@2:b", "3@5:", "4@6:c"};
    CHECK(lines_of(LineEnd::any, {"a\rb\r\n\nc"}) == expected);
    CHECK(lines_of(LineEnd::any, {"a", "\r", "b", "\r", "\n", "\n", "c"}) == expected);
    CHECK(lines_of(LineEnd::any, {"\r", "\r"}) == Strings{"1@0:", "2@1:"});
}

TEST_CASE("LineSplitter: a line over the bound is empty and marked, and the next line is read") {
    CHECK(lines_of(LineEnd::newline, {"12345678\nab\n"}, 4) == Strings{"1@0!", "2@9:ab"});
    CHECK(lines_of(LineEnd::newline, {"123", "45", "678\nab\n"}, 4) == Strings{"1@0!", "2@9:ab"});
    CHECK(lines_of(LineEnd::newline, {"1234\n", "12", "345"}, 4) == Strings{"1@0:1234", "2@5!"});
}

TEST_CASE("SseParser: fields, comments and several data lines are read as in the standard") {
    const std::string bytes =
        "\xEF\xBB\xBF: hello\nheader: b\nevent: a\ndata: 1\ndata:2\ndata:  3\nid: 4\nretry: 5\nother\n\n"
        "event: lost\n\ndata\n\ndata: last\r\rdata: end";
    const Strings expected{"?", "a=1\n2\n 3", "=", "=last", "=end"};
    for (const std::size_t size : {1U, 2U, 3U, 5U, 1000U}) CHECK(frames_of(bytes, size) == expected);
}

TEST_CASE("SseParser: an event over the bound is marked, and the next event is read") {
    CHECK(frames_of("data: 1234567890\n\ndata: 1\n\n", 3, 8) == Strings{"!", "=1"});
    CHECK(frames_of("data: 12\ndata: 34\ndata: 56\ndata: 78\n\ndata: 1\n\n", 3, 8) == Strings{"!", "=1"});
}

TEST_CASE("JsonText: nesting is read up to its bound, and deeper nesting is refused") {
    const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    CHECK(is_readable(nested(nesting_max)));
    CHECK_FALSE(is_readable(nested(nesting_max + 1)));
    CHECK_FALSE(is_readable(std::string(1'000'000, '[')));
    CHECK(is_readable("\"" + std::string(1000, '[') + "\\\"{\""));
    CHECK(is_json(nested(1'000'000)));
}

TEST_CASE("JsonText: members keep their spelling") {
    constexpr std::string_view text = R"( {"a" : 1e400 , "b\"":"x\\\"}" ,"c":{"d":[1,{"e":[]}, "]" ]},"a":12.50})";
    CHECK(member_text(text, "a") == "12.50");
    CHECK(member_text(text, "b\\\"") == R"("x\\\"}")");
    CHECK(member_text(member_text(text, "c"), "d") == R"([1,{"e":[]}, "]" ])");
    CHECK(member_text(text, "z").empty());
    CHECK(member_text("[1]", "a").empty());
}

TEST_CASE("JsonText: the members of a truncated object are found up to its end") {
    const auto members = members_of(R"({"type":"x","message":{"role":"us)");
    REQUIRE(members.size() == 2);
    CHECK(members[0].is_complete);
    CHECK_FALSE(members[1].is_complete);
    CHECK(members_of("{\"ty").empty());
    CHECK(members_of("{").empty());
    CHECK(members_of("{\"a\":").size() == 1);
}

TEST_CASE("JsonText: damaged characters and numbers out of range are repaired, but not errors of structure") {
    CHECK(repair_json("\"a\xC3(\xE2\x82\"").text == "\"a\xEF\xBF\xBD(\xEF\xBF\xBD\xEF\xBF\xBD\"");
    CHECK(repair_json(R"("\ud83d\ude00\ud83d\\ud83d\udc00")").text == R"("\ud83d\ude00\ufffd\\ud83d\ufffd")");
    CHECK(repair_json(std::string("\"a\0b\"", 5)).text == R"("a\u0000b")");
    CHECK(is_readable("[1e400, -1e400]"));
    CHECK_FALSE(is_readable("\xED\xA0\x80\""));
    CHECK_FALSE(is_readable("{\"a\":"));
    CHECK_FALSE(is_readable(""));
    CHECK_FALSE(is_readable("nonsense"));
    JsonReader reader;
    CHECK(reader.read("[1e400]")->value.spelling() == "[1e400]");
    const auto repaired = reader.read("[\"\xFF\", 1.0]");
    REQUIRE(repaired.has_value());
    CHECK(repaired->is_repaired);
    CHECK(repaired->value.spelling() == "[\"\xEF\xBF\xBD\", 1.0]");
}

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "evenfold/providers/wire/objects.hpp"
#include "evenfold/tests/providers/reading.hpp"

using namespace evenfold::providers;
using namespace evenfold::providers::tests;
using evenfold::orchestration::provider::Notice;

namespace {

using Parts = std::vector<std::string>;

/// Returns the parts of `lines`: objects as they are, noise after `~`, damage after `!`.
Parts parts_of(const std::vector<std::string>& lines, std::size_t bytes_max = 1000) {
    ObjectSplitter objects(bytes_max);
    Parts parts;
    const auto add = [&](const LinePart& part) {
        const std::string mark = part.kind == LinePartKind::noise ? "~" : part.kind == LinePartKind::damage ? "!" : "";
        parts.push_back(mark + std::string(part.text));
    };
    for (const std::string& line : lines) objects.feed(line, {}, add);
    objects.finish(add);
    return parts;
}

const std::string said = R"({"type":"assistant","message":{"id":"m","content":[{"type":"text","text":"alpha"}]}})";
const std::string done = R"({"type":"result","subtype":"success","is_error":false,"result":"alpha"})";

} // namespace

TEST_CASE("ObjectSplitter: objects of a line are found between text, separators and each other") {
    CHECK(parts_of({R"({"a":1})"}) == Parts{R"({"a":1})"});
    CHECK(parts_of({R"({"a":{"b":[{}]}}{"c":"}{"}  {})"}) == Parts{R"({"a":{"b":[{}]}})", R"({"c":"}{"})", "{}"});
    CHECK(parts_of({R"([{"a":1},{"b":2}])"}) == Parts{R"({"a":1})", R"({"b":2})"});
    CHECK(parts_of({R"([INFO] sent {"a":1} in 3 ms)"}) == Parts{"~[INFO] sent", R"({"a":1})", "~in 3 ms"});
    CHECK(parts_of({"plain", "", "{prose} {}", "12"}) == Parts{"~plain", "~{prose}", "{}", "~12"});
}

TEST_CASE("ObjectSplitter: escape sequences are no text, and a brace in a window title begins no object") {
    CHECK(parts_of({"\x1B[2J\x1B[3J\x1B[H{\"a\":1}\x1B[0m"}) == Parts{"~", R"({"a":1})", "~"});
    CHECK(parts_of({"\x1B]0;{title\x07{\"a\":1}"}) == Parts{"~", R"({"a":1})"});
    CHECK(parts_of({"\x1B]0;title\x1B\\\x1B(B{\"a\":1}"}) == Parts{"~", R"({"a":1})"});
    CHECK(parts_of({"\x1B[1mWarning\x1B[0m: no"}) == Parts{"~Warning: no"});
    CHECK(parts_of({"\x1B", "\x1B[", "\x1B]"}) == Parts{"~", "~", "~"});
}

TEST_CASE("ObjectSplitter: an object continues over lines only if its first line ends after its brace") {
    const Parts pretty{"[",         "  {",     "    \"a\": {", "      \"b\": [",
                       "        1", "      ]", "    },",       "    \"c\": \"}\"",
                       "  },",      "  {",     "  }",          "]"};
    const Parts found = parts_of(pretty);
    REQUIRE(found.size() == 2);
    CHECK(found[0].starts_with("{\n    \"a\": {"));
    CHECK(found[0].ends_with("\"c\": \"}\"\n  }"));
    CHECK(parts_of({R"({"a":1,)", R"("b":2})"}) == Parts{R"(!{"a":1,)", R"(~"b":2})"});
}

TEST_CASE("ObjectSplitter: the beginning of an object without its end is damage, and the next line is read") {
    CHECK(parts_of({R"({"a":"cut o)", R"({"b":1})"}) == Parts{R"(!{"a":"cut o)", R"({"b":1})"});
    CHECK(parts_of({R"({"a":[)", R"({"b":1})"}) == Parts{R"(!{"a":[)", R"({"b":1})"});
    CHECK(parts_of({"{", "\"a\": 1,", R"({"b":1})"}) == Parts{"!{\n\"a\": 1,", R"({"b":1})"});
    CHECK(parts_of({"{", "\"a\": 1,"}) == Parts{"!{\n\"a\": 1,"});
    CHECK(parts_of({"{", "\"a\": \"12345\"", "}"}, 8) == Parts{"!{", "~\"a\": \"12345\"", "~}"});
    CHECK(parts_of({"{\"a\":" + std::string(100'000, '[')}).at(0).starts_with("!{\"a\":[["));
}

TEST_CASE("ObjectSplitter: a line of a megabyte takes linear time, whatever braces it contains") {
    for (const std::string piece : {"{", "{\"a\":", "[{", "{\"a", "\x1B]{", "{}x"}) {
        std::string line;
        while (line.size() < (1U << 20)) line += piece;
        CHECK(!parts_of({line}).empty());
    }
}

TEST_CASE("ClaudeStreamJson: escape sequences around an object are counted as noise, not as damage") {
    const Reading reading = read_claude("\x1B[2J\x1B[3J\x1B[H" + said + "\n" + done + "\n");
    CHECK(reading.text() == "alpha");
    CHECK(reading.skipped == SkipCounts{.noise_lines = 1});
    CHECK(reading.all<Notice>().empty());
}

TEST_CASE("ClaudeStreamJson: two objects of a line, an array, and a pretty-printed array are read alike") {
    const std::string array = "[" + said + "," + done + "]";
    const std::string pretty = "[\n  {\n    \"type\": \"assistant\",\n    \"message\": {\n      \"id\": \"m\",\n"
                               "      \"content\": [\n        {\n          \"type\": \"text\",\n"
                               "          \"text\": \"alpha\"\n        }\n      ]\n    }\n  },\n  {\n"
                               "    \"type\": \"result\",\n    \"subtype\": \"success\",\n    \"is_error\": false,\n"
                               "    \"result\": \"alpha\"\n  }\n]\n";
    const Reading expected = read_claude(said + "\n" + done + "\n");
    for (const std::string& bytes : {said + done + "\n", array, array + array.substr(0, 1) + "]\n", pretty}) {
        CAPTURE(bytes);
        const Reading reading = read_claude(bytes);
        CHECK(reading.items == expected.items);
        CHECK(reading.skipped == SkipCounts{});
        CHECK(read(claude_stream_json, bytes, [] { return 1; }).items == expected.items);
    }
}

TEST_CASE("ClaudeStreamJson: text of a log is kept in a notice, also beside an object") {
    const Reading reading = read_claude("debug: sent\n" + said + " trailing\n" + done + "\n");
    const auto notices = reading.all<Notice>();
    REQUIRE(notices.size() == 2);
    CHECK(notices[0].text.view().ends_with("debug: sent"));
    CHECK(notices[1].text.view().ends_with("trailing"));
    CHECK(reading.skipped == SkipCounts{.noise_lines = 2});
    CHECK(read_claude(said.substr(0, 60) + "\n" + done + "\n").skipped == SkipCounts{.unreadable_lines = 1});
}

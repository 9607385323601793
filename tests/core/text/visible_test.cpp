#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "evenfold/core/text/visible.hpp"

using namespace evenfold;
using namespace std::string_literals;

TEST_CASE("visible: control characters, bidi controls and characters without width become escapes.") {
    CHECK(visible("a\x1b[2Jb\x07\x7f\r"s) == "a\\x1b[2Jb\\x07\\x7f\\x0d");
    CHECK(visible("\0"s) == "\\x00");
    CHECK(visible("\xC2\x9B") == "\\u009b");            // CSI as one character
    CHECK(visible("a\xE2\x80\xAE\x62") == "a\\u202eb"); // right-to-left override
    CHECK(visible("\xE2\x81\xA6\xE2\x81\xA9") == "\\u2066\\u2069");
    CHECK(visible("\xE2\x80\x8B\xE2\x80\x8D\xEF\xBB\xBF") == "\\u200b\\u200d\\ufeff");
    CHECK(visible("\xD8\x9C\xC2\xAD\xE2\x80\xA8") == "\\u061c\\u00ad\\u2028");
    CHECK(visible("\xF3\xA0\x81\x81") == "\\U000e0041"); // a tag
}

TEST_CASE("visible: bytes that are not UTF-8 become escapes, because a terminal of one byte executes them.") {
    CHECK(visible("\x9b\x32J") == "\\x9b2J");
    CHECK(visible("\xE2\x80") == "\\xe2\\x80");
    CHECK(visible("\xC0\x9B") == "\\xc0\\x9b");
    CHECK(visible("\xFF") == "\\xff");
}

TEST_CASE("visible: letters of all scripts, line breaks and tabs stay as they are.") {
    for (const std::string text : {"", "plain\n\ttext", "caf\xC3\xA9", "\xE6\x97\xA5\xE6\x9C\xAC", "\xF0\x9F\x98\x80",
                                   "\xE2\x9D\xA4\xEF\xB8\x8F", "\xD7\xA9\xD7\x9C"})
        CHECK(visible(text) == text);
    const std::string escaped = visible("\x1b\xE2\x80\xAE");
    CHECK(visible(escaped) == escaped);
}

TEST_CASE("visible: JSON has the escapes of JSON, and surrogates beyond the basic plane.") {
    CHECK(visible("\"\x7f\xC2\x9B\xE2\x80\xAE\"", EscapeStyle::json) == R"("\u007f\u009b\u202e")");
    CHECK(visible("\"\xF3\xA0\x81\x81\"", EscapeStyle::json) == R"("\udb40\udc41")");
    CHECK(visible("{\n\t\"a\": 1\n}", EscapeStyle::json) == "{\n\t\"a\": 1\n}");
}

TEST_CASE("is_hidden: the bounds of each range are hidden, and their neighbours are not.") {
    for (const char32_t hidden : std::vector<char32_t>{0, 0x1F, 0x7F, 0x9F, 0xAD, 0x61C, 0x200B, 0x200F, 0x2028, 0x202E,
                                                       0x2060, 0x206F, 0xFEFF, 0xE0000, 0xE0FFF})
        CHECK_MESSAGE(is_hidden(hidden), static_cast<unsigned>(hidden));
    for (const char32_t shown : std::vector<char32_t>{' ', '~', 0xA0, 0xAC, 0xAE, 0x61B, 0x200A, 0x2010, 0x2027, 0x202F,
                                                      0x205F, 0x2070, 0xFE0F, 0xFF01, 0xE1000, 0x10FFFF})
        CHECK_MESSAGE(!is_hidden(shown), static_cast<unsigned>(shown));
}

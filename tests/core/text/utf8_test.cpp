#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/core/text/utf8.hpp"

using namespace evenfold;

namespace {

using Size = std::function<std::size_t(std::string_view)>;

constexpr std::uint32_t greatest_code_point = 0x10FFFF;

bool is_surrogate(std::uint32_t code_point) {
    return code_point >= 0xD800 && code_point <= 0xDFFF;
}

/// Returns `code_point` in exactly `size` bytes, 1 to 4, even if fewer would do.
std::string encoded(std::uint32_t code_point, std::size_t size) {
    constexpr std::array<std::uint32_t, 5> marks{0, 0, 0xC0, 0xE0, 0xF0};
    std::string bytes(size, '\0');
    for (std::size_t at = size - 1; at > 0; --at) {
        bytes[at] = static_cast<char>(0x80U | (code_point & 0x3FU));
        code_point >>= 6U;
    }
    bytes[0] = static_cast<char>(marks.at(size) | code_point);
    return bytes;
}

std::size_t shortest(std::uint32_t code_point) {
    if (code_point < 0x80) return 1;
    if (code_point < 0x800) return 2;
    return code_point < 0x10000 ? 3 : 4;
}

/// The independent oracle: takes the bits of the first 1 to 4 bytes as a code point, without validation, and compares
/// the bytes with the only valid encoding of it. It has no table of bounds for bytes.
std::size_t expected_size(std::string_view text) {
    for (std::size_t size = 1; size <= 4 && size <= text.size(); ++size) {
        constexpr std::array<std::uint32_t, 5> bits{0, 0x7F, 0x1F, 0x0F, 0x07};
        std::uint32_t code_point = static_cast<unsigned char>(text[0]) & bits.at(size);
        for (std::size_t at = 1; at < size; ++at) {
            code_point = code_point << 6U | (static_cast<unsigned char>(text[at]) & 0x3FU);
        }
        const bool exists = code_point <= greatest_code_point && !is_surrogate(code_point);
        if (exists && shortest(code_point) == size && encoded(code_point, size) == text.substr(0, size)) return size;
    }
    return 0;
}

std::size_t expected_valid_size(std::string_view text) {
    std::size_t at = 0;
    while (const std::size_t size = expected_size(text.substr(at))) at += size;
    return at;
}

/// Returns random bytes, often at the bounds of each class.
std::string random_text(std::mt19937& random) {
    constexpr std::string_view bounds =
        "\x7F\x80\x8F\x90\x9F\xA0\xBF\xC1\xC2\xDF\xE0\xE1\xEC\xED\xEE\xEF\xF0\xF1\xF3\xF4\xF5";
    std::uniform_int_distribution<std::size_t> length(0, 20);
    std::uniform_int_distribution<int> any(0, 255);
    std::uniform_int_distribution<std::size_t> bound(0, bounds.size() - 1);
    std::uniform_int_distribution<int> kind(0, 9);
    std::uniform_int_distribution<std::uint32_t> code_point(0, greatest_code_point);
    std::string text;
    while (text.size() < length(random)) {
        const int drawn = kind(random);
        if (drawn == 0) {
            const std::uint32_t point = code_point(random);
            text += encoded(point, shortest(point));
        } else {
            text += drawn < 3 ? static_cast<char>(any(random)) : bounds[bound(random)];
        }
    }
    return text;
}

/// Returns the number of random texts for which `size` differs from the oracle.
std::size_t differences(const Size& size) {
    std::mt19937 random(20261128);
    std::size_t count = 0;
    for (int run = 0; run < 200'000; ++run) {
        const std::string text = random_text(random);
        count += size(text) == expected_size(text) ? 0 : 1;
    }
    return count;
}

/// Returns a decoder with one mistake: it accepts `wrong` as a character of `size` bytes.
Size mistaken(std::function<bool(std::string_view)> wrong, std::size_t size) {
    return
        [=](std::string_view text) { return text.size() >= size && wrong(text) ? size : utf8::character_size(text); };
}

} // namespace

TEST_CASE("Utf8: each code point except surrogates is one character, and only in its shortest form") {
    std::size_t wrong = 0;
    for (std::uint32_t point = 0; point <= greatest_code_point; ++point) {
        const std::size_t right = is_surrogate(point) ? 0 : shortest(point);
        for (std::size_t size = shortest(point); size <= 4; ++size) {
            const std::string bytes = encoded(point, size);
            if (utf8::character_size(bytes) != (size == shortest(point) ? right : 0)) ++wrong;
            if (utf8::is_valid(bytes) != (size == right)) ++wrong;
        }
    }
    CHECK(wrong == 0);
}

TEST_CASE("Utf8: a code point beyond U+10FFFF is not a character") {
    for (const std::uint32_t point : {0x110000U, 0x13FFFFU, 0x140000U, 0x1FFFFFU}) {
        CHECK(utf8::character_size(encoded(point, 4)) == 0);
    }
    for (const char* bytes : {"\xF5\x80\x80\x80", "\xF8\x88\x80\x80\x80", "\xFC\x84\x80\x80\x80\x80", "\xFE", "\xFF"}) {
        CHECK(utf8::character_size(bytes) == 0);
    }
}

TEST_CASE("Utf8: a truncated character, or one with a wrong continuation byte, is not a character") {
    for (const std::uint32_t point : {0x80U, 0x7FFU, 0x800U, 0xD7FFU, 0xE000U, 0xFFFFU, 0x10000U, 0x10FFFFU}) {
        const std::string whole = encoded(point, shortest(point));
        CHECK(utf8::character_size(whole + "x") == whole.size());
        for (std::size_t size = 0; size < whole.size(); ++size) {
            CHECK(utf8::character_size(whole.substr(0, size)) == 0);
            CHECK(utf8::valid_size("ab" + whole.substr(0, size)) == 2);
            CHECK(utf8::is_valid(whole.substr(0, size)) == (size == 0));
        }
        for (std::size_t at = 1; at < whole.size(); ++at) {
            for (const char other : {'\0', 'x', '\x7F', '\xC0', '\xFF'}) {
                std::string damaged = whole;
                damaged[at] = other;
                CHECK(utf8::character_size(damaged) == 0);
            }
        }
    }
    for (int byte = 0x80; byte <= 0xBF; ++byte)
        CHECK(utf8::character_size(std::string(3, static_cast<char>(byte))) == 0);
}

TEST_CASE("Utf8: each sequence of two bytes is classified as by the oracle") {
    for (int first = 0; first < 256; ++first) {
        for (int second = 0; second < 256; ++second) {
            const std::string text{static_cast<char>(first), static_cast<char>(second)};
            if (utf8::character_size(text) != expected_size(text)) FAIL_CHECK(first << " " << second);
        }
    }
    CHECK(utf8::character_size({}) == 0);
    CHECK(utf8::character_size(std::string(1, '\0')) == 1);
}

TEST_CASE("Utf8: sizes of random bytes equal the oracle's, and those of a decoder with one mistake differ") {
    CHECK(differences(utf8::character_size) == 0);
    const auto starts = [](std::string_view lead, char least, char greatest) {
        return [=](std::string_view text) {
            const bool continues = utf8::is_continuation(text[2]) && utf8::is_continuation(text.back());
            return text.starts_with(lead) && text[1] >= least && text[1] <= greatest && continues;
        };
    };
    CHECK(differences(mistaken(starts("\xED", '\xA0', '\xBF'), 3)) > 0);                             // surrogates
    CHECK(differences(mistaken(starts("\xE0", '\x80', '\x9F'), 3)) > 0);                             // overlong
    CHECK(differences(mistaken(starts("\xF0", '\x80', '\x8F'), 4)) > 0);                             // overlong
    CHECK(differences(mistaken(starts("\xF4", '\x90', '\xBF'), 4)) > 0);                             // beyond U+10FFFF
    CHECK(differences([](std::string_view text) { return text.empty() ? 0 : std::size_t{1}; }) > 0); // bytes
}

TEST_CASE("Utf8: the valid beginning of random bytes ends where the oracle's does, at any alignment") {
    std::mt19937 random(7);
    std::size_t valid = 0;
    for (int run = 0; run < 50'000; ++run) {
        const std::string before(static_cast<std::size_t>(run) % 19, 'a');
        const std::string text = before + random_text(random);
        const std::size_t size = expected_valid_size(text);
        REQUIRE(utf8::valid_size(text) == size);
        REQUIRE(utf8::is_valid(text) == (size == text.size()));
        REQUIRE(utf8::is_valid(text.substr(0, size)));
        valid += size == text.size() ? 1 : 0;
    }
    CHECK(valid > 1000);
    CHECK(valid < 49'000);
}

TEST_CASE("Utf8: characters are counted, and a prefix never splits one") {
    constexpr std::string_view text = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z";
    constexpr std::array<std::size_t, 7> ends{0, 1, 3, 6, 10, 11, 11};
    CHECK(utf8::count(text) == 5);
    CHECK(utf8::count("") == 0);
    CHECK(utf8::count("\x80\xBF") == 0);
    for (std::size_t limit = 0; limit < ends.size(); ++limit) {
        CHECK(utf8::first_characters(text, limit) == text.substr(0, ends.at(limit)));
        CHECK(utf8::count(utf8::first_characters(text, limit)) == std::min<std::size_t>(limit, 5));
    }
}

TEST_CASE("Utf8: text is cut at the last boundary between characters within the limit") {
    constexpr std::string_view text = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z";
    constexpr std::array<std::size_t, 13> sizes{0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11};
    for (std::size_t limit = 0; limit < sizes.size(); ++limit) {
        CHECK(utf8::cut_size(text, limit) == sizes.at(limit));
        CHECK(utf8::is_valid(text.substr(0, utf8::cut_size(text, limit))));
    }
    CHECK(utf8::cut_size("\x80\x80\x80", 2) == 0);
    CHECK(utf8::cut_size("\xF0\x9F\x98\x80", 3) == 0);
}

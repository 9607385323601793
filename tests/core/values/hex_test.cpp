#include "evenfold/core/values/hex.hpp"

#include <doctest/doctest.h>

#include <cctype>

namespace evenfold {
namespace {

std::string all_bytes() {
    std::string bytes;
    for (int byte = 0; byte < 256; ++byte) bytes.push_back(static_cast<char>(byte));
    return bytes;
}

} // namespace

TEST_CASE("hex: each byte becomes two lower-case digits, most significant first.") {
    CHECK(hex::encode("").empty());
    CHECK(hex::encode(std::string_view("\0\x09\x0a\xff", 4)) == "00090aff");
    CHECK(hex::encode(std::array<std::uint8_t, 2>{0x0f, 0xa0}) == "0fa0");
}

TEST_CASE("hex: every byte survives encoding and decoding, in either case of the digits.") {
    std::string digits = hex::encode(all_bytes());
    CHECK(hex::decode(digits) == all_bytes());
    for (char& digit : digits) digit = static_cast<char>(std::toupper(static_cast<unsigned char>(digit)));
    CHECK(hex::decode(digits) == all_bytes());
}

TEST_CASE("hex: only the 22 hexadecimal digits are accepted, at both positions of a pair.") {
    std::size_t accepted = 0;
    for (const char byte : all_bytes()) {
        const bool is_digit = std::isxdigit(static_cast<unsigned char>(byte)) != 0;
        accepted += is_digit ? 1 : 0;
        CHECK(hex::decode(std::string{byte, '0'}).has_value() == is_digit);
        CHECK(hex::decode(std::string{'0', byte}).has_value() == is_digit);
    }
    CHECK(accepted == 22);
}

TEST_CASE("hex: an error names the first wrong character, or the odd length.") {
    CHECK(hex::decode("0x1f").error() == hex::HexDecodeError{.offset = 1});
    CHECK(hex::decode("00g0").error() == hex::HexDecodeError{.offset = 2});
    CHECK(hex::decode("123").error() == hex::HexDecodeError{.offset = 3, .odd_length = true});
    CHECK(to_text(hex::decode("0x1f").error()) == "expected pairs of hexadecimal digits: no digit at offset 1");
    CHECK(to_text(hex::decode("123").error()) ==
          "expected pairs of hexadecimal digits: 3 characters are an odd number");
}

} // namespace evenfold

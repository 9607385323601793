/// Encodes bytes as hexadecimal text, and decodes it. All other code uses these functions.
/// Shape: two digits per byte; writes lower case, reads either case; no prefix, no separators.
/// Errors: `decode` returns the offset of the first wrong character, or the length of a text with an odd length.
/// Cost: one table look-up per digit. std::to_chars is not used because it drops the leading zero of each byte.
///
///     hex::encode("\x0f\xa0");              // "0fa0"
///     hex::decode("0FA0").value();          // "\x0f\xa0"
///     to_text(hex::decode("0x1f").error()); // "expected pairs of hexadecimal digits: no digit at offset 1"
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>

#include "evenfold/core/platform/language.hpp"

namespace evenfold::hex {

/// The value in `digit_values` of a character that is not a hexadecimal digit. It has bits beyond the low four.
inline constexpr std::uint8_t no_digit = 0xff;

/// The value of each character as a hexadecimal digit of either case.
inline constexpr std::array<std::uint8_t, 256> digit_values = [] {
    std::array<std::uint8_t, 256> values{};
    values.fill(no_digit);
    for (std::uint8_t value = 0; value < 10; ++value) values[std::size_t{'0'} + value] = value;
    for (std::uint8_t value = 10; value < 16; ++value) {
        values[std::size_t{'a'} + value - 10] = value;
        values[std::size_t{'A'} + value - 10] = value;
    }
    return values;
}();

/// The two lower-case digits of each byte.
inline constexpr std::array<std::array<char, 2>, 256> byte_digits = [] {
    constexpr std::string_view digits = "0123456789abcdef";
    std::array<std::array<char, 2>, 256> all{};
    for (std::size_t byte = 0; byte < all.size(); ++byte) all[byte] = {digits[byte / 16], digits[byte % 16]};
    return all;
}();

/// Returns two lower-case digits per byte.
[[nodiscard]] std::string encode(std::string_view bytes);
[[nodiscard]] std::string encode(std::span<const std::uint8_t> bytes);

/// The reason for which a text is not hexadecimal.
struct HexDecodeError {
    std::size_t offset = 0; // of the first character that is no digit; the length of the text if that is odd
    bool odd_length = false;
    friend bool operator==(const HexDecodeError&, const HexDecodeError&) = default;
};

/// Returns a message that says what was expected and where it was missing.
[[nodiscard]] std::string to_text(const HexDecodeError& error);

/// Returns the bytes that `digits` spells. An odd length is reported before a wrong digit.
[[nodiscard]] std::expected<std::string, HexDecodeError> decode(std::string_view digits);

} // namespace evenfold::hex

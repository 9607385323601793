#include "evenfold/core/values/hex.hpp"

#include <fmt/format.h>

namespace evenfold::hex {

std::string encode(std::string_view bytes) {
    return encode(std::span(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()));
}

std::string encode(std::span<const std::uint8_t> bytes) {
    std::string text;
    text.reserve(2 * bytes.size());
    for (const std::uint8_t byte : bytes) text.append(byte_digits[byte].data(), 2);
    return text;
}

std::string to_text(const HexDecodeError& error) {
    if (error.odd_length)
        return fmt::format("expected pairs of hexadecimal digits: {} characters are an odd number", error.offset);
    return fmt::format("expected pairs of hexadecimal digits: no digit at offset {}", error.offset);
}

std::expected<std::string, HexDecodeError> decode(std::string_view digits) {
    if (digits.size() % 2 != 0) return std::unexpected(HexDecodeError{.offset = digits.size(), .odd_length = true});
    std::string bytes;
    bytes.reserve(digits.size() / 2);
    const auto value = [&](std::size_t offset) { return digit_values[static_cast<unsigned char>(digits[offset])]; };
    for (std::size_t offset = 0; offset < digits.size(); offset += 2) {
        const std::uint8_t high = value(offset);
        const std::uint8_t low = value(offset + 1);
        if (high == no_digit) return std::unexpected(HexDecodeError{.offset = offset});
        if (low == no_digit) return std::unexpected(HexDecodeError{.offset = offset + 1});
        bytes.push_back(static_cast<char>(high << 4U | low));
    }
    return bytes;
}

} // namespace evenfold::hex

/// Finds the end of the plain part of a JSON string, eight bytes at a time.
/// The fast decoder and the encoder use it. It is written by hand for the reasons in codec.hpp.
/// Format: words whose lowest byte comes first in memory. A mark is the high bit of a byte.
/// Source: the exact test for a byte less than n, S. E. Anderson, "Bit Twiddling Hacks".
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace evenfold::codec {

/// Returns a word with `byte` in each byte.
[[nodiscard]] constexpr std::uint64_t bytes_of(std::uint8_t byte) {
    return 0x0101010101010101U * byte;
}

inline constexpr std::uint64_t high_bits = bytes_of(0x80);

/// Marks the lowest byte of `word` that is less than `bound`. Higher marks may be wrong. `bound` must be <= 0x80.
[[nodiscard]] constexpr std::uint64_t marks_less(std::uint64_t word, std::uint8_t bound) {
    return (word - bytes_of(bound)) & ~word & high_bits;
}

/// Marks the lowest byte of `word` that a JSON string must escape.
[[nodiscard]] constexpr std::uint64_t marks_special(std::uint64_t word) {
    return marks_less(word ^ bytes_of('"'), 1) | marks_less(word ^ bytes_of('\\'), 1) | marks_less(word, ' ');
}

[[nodiscard]] inline std::uint64_t word_at(const char* bytes) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, sizeof word);
    if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
    return word;
}

/// Returns the number of bytes of `text` before the first quote, backslash or control character. Combines these bytes,
/// and possibly some later ones, into `bits` by bitwise or. If `bits` has no high bits, the counted bytes are ASCII.
[[nodiscard]] inline std::size_t plain_bytes(std::string_view text, std::uint64_t& bits) {
    std::size_t index = 0;
    for (; index + sizeof(std::uint64_t) <= text.size(); index += sizeof(std::uint64_t)) {
        const std::uint64_t word = word_at(text.data() + index);
        const std::uint64_t marks = marks_special(word);
        bits |= word;
        if (marks != 0) return index + static_cast<std::size_t>(std::countr_zero(marks)) / 8;
    }
    for (; index < text.size(); ++index) {
        const auto byte = static_cast<unsigned char>(text[index]);
        if (byte < ' ' || byte == '"' || byte == '\\') break;
        bits |= byte;
    }
    return index;
}

} // namespace evenfold::codec

/// The tokens of JSON text: strings, escapes, numbers and words.
/// Shape: a position in, the position after the token out. The end of the text is given, and nothing is read after it.
/// Written by hand for the reasons in json_index.hpp. On processors with SSE2, strings are read 16 bytes at a time.
/// Source: RFC 8259; the test for a byte less than n is from S. E. Anderson, "Bit Twiddling Hacks".
/// Errors: an invalid token has no end, that is, a null pointer.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace evenfold::providers {

/// A character, and the position after its escape.
struct EscapedCharacter {
    std::uint32_t code = 0;
    const char* end = nullptr;
};

/// Reads the escape after the backslash before `at`. A pair of surrogates is one escape; a lone surrogate is invalid.
[[nodiscard]] EscapedCharacter read_escape(const char* at, const char* end);

/// Writes `code` as UTF-8, and returns the position after it.
[[nodiscard]] char* write_character(char* to, std::uint32_t code);

/// Returns the position after the number that begins at `at`.
[[nodiscard]] const char* skip_number(const char* at, const char* end);

/// Returns the position after `word`, if the text begins with it.
[[nodiscard]] inline const char* skip_word(const char* at, const char* end, std::string_view word) {
    return std::string_view(at, static_cast<std::size_t>(end - at)).starts_with(word) ? at + word.size() : nullptr;
}

/// Returns a word with `byte` in each byte.
[[nodiscard]] constexpr std::uint64_t bytes_of(std::uint8_t byte) {
    return 0x0101010101010101U * byte;
}

inline constexpr std::uint64_t high_bits = bytes_of(0x80);

/// Marks the lowest byte of `word` that is less than `bound`, by its high bit. Higher marks may be wrong.
[[nodiscard]] constexpr std::uint64_t marks_less(std::uint64_t word, std::uint8_t bound) {
    return (word - bytes_of(bound)) & ~word & high_bits;
}

/// Returns the position of the first quote, backslash or control character. Sets bits of
/// `beyond_ascii` if a byte before it, or possibly one after it, is not ASCII.
[[nodiscard]] inline const char* skip_plain(const char* at, const char* end, std::uint64_t& beyond_ascii) {
#if defined(__SSE2__)
    for (; end - at >= 16; at += 16) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at)); // NOLINT(*-reinterpret-cast)
        const __m128i is_control = _mm_cmpeq_epi8(_mm_max_epu8(bytes, _mm_set1_epi8(0x1F)), _mm_set1_epi8(0x1F));
        const __m128i is_quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
        const __m128i is_backslash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
        const __m128i is_special = _mm_or_si128(is_control, _mm_or_si128(is_quote, is_backslash));
        const auto marks = static_cast<std::uint32_t>(_mm_movemask_epi8(is_special));
        beyond_ascii |= static_cast<std::uint32_t>(_mm_movemask_epi8(bytes));
        if (marks != 0) return at + std::countr_zero(marks);
    }
#endif
    for (; end - at >= 8; at += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, at, sizeof word);
        if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
        const std::uint64_t marks =
            marks_less(word ^ bytes_of('"'), 1) | marks_less(word ^ bytes_of('\\'), 1) | marks_less(word, ' ');
        beyond_ascii |= word & high_bits;
        if (marks != 0) return at + std::countr_zero(marks) / 8;
    }
    for (; at != end; ++at) {
        const auto byte = static_cast<unsigned char>(*at);
        if (byte < ' ' || byte == '"' || byte == '\\') break;
        beyond_ascii |= byte & 0x80U;
    }
    return at;
}

} // namespace evenfold::providers

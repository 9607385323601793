/// The tokens of JSON text: strings, escapes, numbers and words.
/// Shape: a position in, the position after the token out. A NUL ends the text, since no token contains it.
/// Written by hand for the reasons in json_index.hpp. On processors with SSE2, strings are read 16 bytes at a time.
/// Source: RFC 8259; the test for bytes that are zero is from H. S. Warren, "Hacker's Delight", 6-1.
/// Errors: an invalid token has no end, that is, a null pointer.
#pragma once

#include <bit>
#include <cstddef>
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
[[nodiscard]] EscapedCharacter read_escape(const char* at);

/// Writes `code` as UTF-8, and returns the position after it.
[[nodiscard]] char* write_character(char* to, std::uint32_t code);

/// Returns the position after the number that begins at `at`.
[[nodiscard]] const char* skip_number(const char* at);

/// Returns the position after `word`, if the text begins with it.
[[nodiscard]] const char* skip_word(const char* at, std::string_view word);

/// The size of a block of a text, whose bits are numbered like its bytes. A block is read independently of the others,
/// so that a processor can read several at once.
inline constexpr std::size_t json_block_bytes = 64;

/// Returns a word with `byte` in each byte.
[[nodiscard]] constexpr std::uint64_t bytes_of(std::uint8_t byte) {
    return 0x0101010101010101U * byte;
}

/// Returns a word with the high bit of each byte that is zero in `word`.
[[nodiscard]] constexpr std::uint64_t zero_bytes(std::uint64_t word) {
    return ~(((word & bytes_of(0x7F)) + bytes_of(0x7F)) | word) & bytes_of(0x80);
}

/// Returns the bits of the quotes, backslashes and control characters of the block that begins at `block`. Sets bits of
/// `beyond_ascii` if a byte is not ASCII.
[[nodiscard]] inline std::uint64_t special_bits_by_words(const char* block, std::uint64_t& beyond_ascii) {
    std::uint64_t bits = 0;
    for (std::size_t at = 0; at < json_block_bytes; at += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, block + at, sizeof word);
        if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
        const std::uint64_t special =
            zero_bytes(word & bytes_of(0xE0)) | zero_bytes(word ^ bytes_of('"')) | zero_bytes(word ^ bytes_of('\\'));
        bits |= ((special >> 7U) * 0x0102040810204080U >> 56U) << at; // the bits of eight bytes, moved together
        beyond_ascii |= word & bytes_of(0x80);
    }
    return bits;
}

#if defined(__SSE2__)
/// Returns the same, 16 bytes at a time.
[[nodiscard]] inline std::uint64_t special_bits(const char* block, std::uint64_t& beyond_ascii) {
    const __m128i last_control = _mm_set1_epi8(0x1F);
    std::uint64_t bits = 0;
    __m128i all = _mm_setzero_si128();
    for (std::size_t at = 0; at < json_block_bytes; at += sizeof(__m128i)) {
        const __m128i bytes =
            _mm_loadu_si128(reinterpret_cast<const __m128i*>(block + at)); // NOLINT(*-reinterpret-cast)
        const __m128i is_control = _mm_cmpeq_epi8(_mm_max_epu8(bytes, last_control), last_control);
        const __m128i is_quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
        const __m128i is_backslash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
        const __m128i is_special = _mm_or_si128(is_control, _mm_or_si128(is_quote, is_backslash));
        bits |= std::uint64_t{static_cast<std::uint32_t>(_mm_movemask_epi8(is_special))} << at;
        all = _mm_or_si128(all, bytes);
    }
    beyond_ascii |= static_cast<std::uint32_t>(_mm_movemask_epi8(all));
    return bits;
}
#else
[[nodiscard]] inline std::uint64_t special_bits(const char* block, std::uint64_t& beyond_ascii) {
    return special_bits_by_words(block, beyond_ascii);
}
#endif

} // namespace evenfold::providers

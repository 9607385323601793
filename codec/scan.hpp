/// Finds the end of the plain part of a JSON string, eight bytes at a time, or 32 on processors with SSE2.
/// The fast decoder and the encoder use it. It is written by hand for the reasons in codec.hpp.
/// Format: words whose lowest byte comes first in memory. A mark is the high bit of a byte.
/// Source: the exact test for a byte less than n, S. E. Anderson, "Bit Twiddling Hacks".
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

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

/// Returns the number of bytes from `at` to the first quote, backslash or control character, at most up to `end`. Sets
/// high bits in `bits` if a counted byte is not ASCII, and possibly if a later one is not.
[[nodiscard]] inline std::size_t plain_bytes_by_words(const char* at, const char* end, std::uint64_t& bits) {
    constexpr std::ptrdiff_t size = sizeof(std::uint64_t);
    const char* const begin = at;
    for (; end - at >= size; at += size) {
        const std::uint64_t word = word_at(at);
        const std::uint64_t marks = marks_special(word);
        bits |= word;
        if (marks != 0) return static_cast<std::size_t>(at - begin + std::countr_zero(marks) / 8);
    }
    for (; at != end; ++at) {
        const auto byte = static_cast<unsigned char>(*at);
        if (byte < ' ' || byte == '"' || byte == '\\') break;
        bits |= byte;
    }
    return static_cast<std::size_t>(at - begin);
}

#ifdef __SSE2__

/// One bit per byte of 32: whether a JSON string must escape it, and whether it is not ASCII.
struct ByteMarks {
    std::uint64_t special;
    std::uint64_t high;
};

[[nodiscard]] inline ByteMarks marks_of_32(const char* bytes) {
    ByteMarks marks{.special = 0, .high = 0};
    for (std::size_t from = 0; from < 32; from += 16) {
        const __m128i word = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + from));
        const __m128i quotes = _mm_cmpeq_epi8(word, _mm_set1_epi8('"'));
        const __m128i backslashes = _mm_cmpeq_epi8(word, _mm_set1_epi8('\\'));
        const __m128i controls = _mm_cmpeq_epi8(_mm_min_epu8(word, _mm_set1_epi8(' ' - 1)), word);
        const auto special = _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quotes, backslashes), controls));
        marks.special |= std::uint64_t{static_cast<std::uint32_t>(special)} << from;
        marks.high |= std::uint64_t{static_cast<std::uint32_t>(_mm_movemask_epi8(word))} << from;
    }
    return marks;
}

/// Does the same, 32 bytes at a time: a short text needs one step, so that its size is no branch to predict. The last
/// step may load bytes before `at`, back to `first`.
[[nodiscard]] inline std::size_t plain_bytes(const char* first, const char* at, const char* end, std::uint64_t& bits) {
    constexpr std::ptrdiff_t size = 32;
    const char* const begin = at;
    const auto count = [&](const ByteMarks& marks) {
        bits |= (marks.high & (marks.special - 1) & ~marks.special) != 0 ? high_bits : 0;
        return static_cast<std::size_t>(at - begin) + static_cast<std::size_t>(std::countr_zero(marks.special));
    };
    for (; end - at >= size; at += size) {
        const ByteMarks marks = marks_of_32(at);
        if (marks.special != 0) return count(marks);
        bits |= marks.high != 0 ? high_bits : 0;
    }
    if (end - first < size) return static_cast<std::size_t>(at - begin) + plain_bytes_by_words(at, end, bits);
    ByteMarks marks = marks_of_32(end - size);
    const auto other = static_cast<unsigned>(size - (end - at)); // bytes before `at`
    marks.high >>= other;
    marks.special = (marks.special >> other) | (std::uint64_t{1} << static_cast<unsigned>(end - at));
    return count(marks);
}

#else

[[nodiscard]] inline std::size_t plain_bytes(const char*, const char* at, const char* end, std::uint64_t& bits) {
    return plain_bytes_by_words(at, end, bits);
}

#endif

/// Does the same for the whole of `text`.
[[nodiscard]] inline std::size_t plain_bytes(std::string_view text, std::uint64_t& bits) {
    return plain_bytes(text.begin(), text.begin(), text.end(), bits);
}

} // namespace evenfold::codec

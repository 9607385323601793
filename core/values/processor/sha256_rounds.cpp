#include "evenfold/core/values/processor/sha256_rounds.hpp"

#include <bit>

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace evenfold::sha256_rounds {
namespace {

constexpr std::size_t block_bytes = 64;

alignas(16) constexpr std::array<std::uint32_t, 64> round_constants{
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

std::uint32_t word_of(const std::uint8_t* bytes) {
    return (std::uint32_t{bytes[0]} << 24U) | (std::uint32_t{bytes[1]} << 16U) | (std::uint32_t{bytes[2]} << 8U) |
           std::uint32_t{bytes[3]};
}

using Words = std::array<std::uint32_t, 16>; // the last sixteen words of the message schedule

/// Returns the word of round `i`, and stores it in place of the word of round `i` - 16.
std::uint32_t scheduled(Words& w, std::size_t i) {
    const std::uint32_t before_15 = w[(i + 1) % 16];
    const std::uint32_t before_2 = w[(i + 14) % 16];
    const std::uint32_t s0 = std::rotr(before_15, 7) ^ std::rotr(before_15, 18) ^ (before_15 >> 3U);
    const std::uint32_t s1 = std::rotr(before_2, 17) ^ std::rotr(before_2, 19) ^ (before_2 >> 10U);
    return w[i % 16] += s0 + w[(i + 9) % 16] + s1;
}

/// Performs one round. The caller rotates the words by passing them in another order to the next round.
void round(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t& d, std::uint32_t e, std::uint32_t f,
           std::uint32_t g, std::uint32_t& h, std::uint32_t word) {
    h += (std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25)) + (g ^ (e & (f ^ g))) + word;
    d += h;
    h += (std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22)) + ((a & b) | (c & (a | b)));
}

template <class Word>
void eight_rounds(HashState& s, std::size_t i, Word word) {
    auto& [a, b, c, d, e, f, g, h] = s;
    round(a, b, c, d, e, f, g, h, word(i));
    round(h, a, b, c, d, e, f, g, word(i + 1));
    round(g, h, a, b, c, d, e, f, word(i + 2));
    round(f, g, h, a, b, c, d, e, word(i + 3));
    round(e, f, g, h, a, b, c, d, word(i + 4));
    round(d, e, f, g, h, a, b, c, word(i + 5));
    round(c, d, e, f, g, h, a, b, word(i + 6));
    round(b, c, d, e, f, g, h, a, word(i + 7));
}

} // namespace

void compress_portable(HashState& state, const std::uint8_t* blocks, std::size_t count) {
    for (; count > 0; --count, blocks += block_bytes) {
        Words w{};
        HashState mixed = state;
        const auto given = [&](std::size_t i) { return round_constants[i] + (w[i] = word_of(blocks + 4 * i)); };
        const auto made = [&](std::size_t i) { return round_constants[i] + scheduled(w, i); };
        for (std::size_t i = 0; i < 16; i += 8) eight_rounds(mixed, i, given);
        for (std::size_t i = 16; i < 64; i += 8) eight_rounds(mixed, i, made);
        for (std::size_t i = 0; i < state.size(); ++i) state[i] += mixed[i];
    }
}

#if defined(__x86_64__)

bool has_instructions() {
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    constexpr unsigned ssse3_and_sse41 = (1U << 9U) | (1U << 19U);
    if (__get_cpuid(1, &a, &b, &c, &d) == 0 || (c & ssse3_and_sse41) != ssse3_and_sse41) return false;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b >> 29U & 1U) != 0;
}

__attribute__((target("sha,sse4.1"))) void
compress_with_instructions(HashState& state, const std::uint8_t* blocks, std::size_t count) {
    const auto load = [](const void* from) __attribute__((target("sha,sse4.1"))) {
        return _mm_loadu_si128(static_cast<const __m128i*>(from));
    };
    const __m128i order = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203); // most significant byte first
    const __m128i dcba = _mm_shuffle_epi32(load(state.data()), 0xb1);
    const __m128i hgfe = _mm_shuffle_epi32(load(state.data() + 4), 0x1b);
    __m128i abef = _mm_alignr_epi8(dcba, hgfe, 8); // the order that the instructions need
    __m128i cdgh = _mm_blend_epi16(hgfe, dcba, 0xf0);
    for (; count > 0; --count, blocks += block_bytes) {
        const __m128i abef_before = abef;
        const __m128i cdgh_before = cdgh;
        __m128i w[4]; // NOLINT(*-avoid-c-arrays): four words each, of a type that loses its alignment in an array
#pragma GCC unroll 16
        for (std::size_t i = 0; i < 16; ++i) { // four rounds each
            __m128i& four = w[i % 4];
            if (i < 4) {
                four = _mm_shuffle_epi8(load(blocks + 16 * i), order);
            } else {
                const __m128i before_7 = _mm_alignr_epi8(w[(i + 3) % 4], w[(i + 2) % 4], 4);
                four = _mm_add_epi32(_mm_sha256msg1_epu32(four, w[(i + 1) % 4]), before_7);
                four = _mm_sha256msg2_epu32(four, w[(i + 3) % 4]);
            }
            const __m128i words = _mm_add_epi32(four, load(round_constants.data() + 4 * i));
            cdgh = _mm_sha256rnds2_epu32(cdgh, abef, words);
            abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(words, 0x0e));
        }
        abef = _mm_add_epi32(abef, abef_before);
        cdgh = _mm_add_epi32(cdgh, cdgh_before);
    }
    const __m128i feba = _mm_shuffle_epi32(abef, 0x1b);
    const __m128i dchg = _mm_shuffle_epi32(cdgh, 0xb1);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(state.data()), _mm_blend_epi16(feba, dchg, 0xf0));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(state.data() + 4), _mm_alignr_epi8(dchg, feba, 8));
}

#else

bool has_instructions() {
    return false;
}

void compress_with_instructions(HashState& state, const std::uint8_t* blocks, std::size_t count) {
    compress_portable(state, blocks, count);
}

#endif

void compress(HashState& state, const std::uint8_t* blocks, std::size_t count) {
    static const bool by_instructions = has_instructions();
    if (by_instructions)
        compress_with_instructions(state, blocks, count);
    else
        compress_portable(state, blocks, count);
}

} // namespace evenfold::sha256_rounds

/// Copies of a few bytes. Pieces of text have lengths that nobody can guess, and a processor that guesses wrong at one
/// loses more time than the copy takes.
/// Cost: where the processor masks bytes (AVX-512), up to 32 without a branch on their number, up to 64 with one; else
/// as memcpy.
#pragma once

#include <cstddef>
#include <cstring>

namespace evenfold::short_copy {

inline constexpr std::size_t bytes_max = 64;

/// Whether this processor masks bytes.
extern const bool is_masked;

/// Up to bytes_max. Only where is_masked. Nothing outside of the two places is read or written.
void copy_masked(char* to, const char* from, std::size_t count);

/// Any number of bytes; the places do not overlap.
inline void copy(char* to, const char* from, std::size_t count) {
    if (is_masked && count <= bytes_max)
        copy_masked(to, from, count);
    else if (count > 0)
        std::memcpy(to, from, count);
}

} // namespace evenfold::short_copy

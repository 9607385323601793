#include "evenfold/core/values/processor/short_copy.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace evenfold::short_copy {

#if defined(__x86_64__)

const bool is_masked =
    __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("bmi2");

__attribute__((target("avx512bw,avx512vl,bmi2"))) void copy_masked(char* to, const char* from, std::size_t count) {
    constexpr std::size_t half = bytes_max / 2;
    const auto wanted = _bzhi_u64(~0ULL, static_cast<unsigned>(count));
    const auto low = static_cast<__mmask32>(wanted);
    const __m256i begin = _mm256_maskz_loadu_epi8(low, from);
    if (count > half) {
        const auto high = static_cast<__mmask32>(wanted >> half);
        _mm256_mask_storeu_epi8(to + half, high, _mm256_maskz_loadu_epi8(high, from + half));
    }
    _mm256_mask_storeu_epi8(to, low, begin);
}

#else

const bool is_masked = false;

void copy_masked(char* to, const char* from, std::size_t count) {
    std::memcpy(to, from, count);
}

#endif

} // namespace evenfold::short_copy

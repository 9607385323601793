/// Counts the heap allocations of the calling thread. In a program that links evenfold::bench_allocations, every form
/// of global operator new and delete is replaced by one that counts and forwards to malloc, aligned_alloc and free.
/// Counts per thread in plain integers: about a nanosecond per call. Calls of malloc by C code are not counted.
///
///     const bench::Allocations before = bench::allocations();
///     const auto numbers = std::make_unique<std::array<int, 100>>();
///     const bench::Allocations made = bench::allocations() - before;
///     assert(made.count == 1 && made.bytes == sizeof(*numbers));
#pragma once

#include <cstdint>

#include "evenfold/core/platform/language.hpp"

namespace evenfold::bench {

/// Heap allocations of a thread since it began. Subtract two readings to get the allocations between them.
struct Allocations {
    std::uint64_t count;     // calls of operator new, in any form
    std::uint64_t bytes;     // requested by these calls
    std::int64_t live_bytes; // still held, including malloc's rounding; negative if the thread freed memory of others
    friend bool operator==(const Allocations&, const Allocations&) = default;
};

/// Returns the allocations of this thread so far. Linked only with evenfold::bench_allocations; without it, the rest of
/// the kit reports "not counted".
[[nodiscard]] Allocations allocations() noexcept;

/// Switches counting on or off for all threads; initially it is on. While it is off, the allocator costs as much as
/// malloc, so a program may link this library and count only while it measures.
void count_allocations(bool wanted) noexcept;

[[nodiscard]] constexpr Allocations operator-(const Allocations& later, const Allocations& earlier) {
    return {later.count - earlier.count, later.bytes - earlier.bytes, later.live_bytes - earlier.live_bytes};
}

} // namespace evenfold::bench

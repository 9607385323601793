/// What the calling thread asks of the heap, counted: in a program that links evenfold::bench_allocations every form
/// of global operator new and delete is replaced by one that counts and forwards to malloc, aligned_alloc and free.
/// Counted by thread, in plain integers: about a nanosecond a call. What C code asks of malloc itself is not seen.
#pragma once

#include <cstdint>

namespace evenfold::bench {

/// What a thread has asked of the heap since it began. Differences of two readings are what was asked between them.
struct Allocations {
    std::uint64_t count; // calls of operator new, in any form
    std::uint64_t bytes; // that they asked for
    std::int64_t
        live_bytes; // what is still held, with what malloc rounds up; below zero where others' memory was freed
    friend bool operator==(const Allocations&, const Allocations&) = default;
};

/// What this thread has asked until here. Linked only with evenfold::bench_allocations; the rest of the kit says
/// "not counted" without it.
[[nodiscard]] Allocations allocations() noexcept;

/// Whether allocations are counted from here on, by any thread; at first they are. Where they are not, the allocator
/// costs what malloc does: a program may link this and count only where it measures.
void count_allocations(bool wanted) noexcept;

[[nodiscard]] constexpr Allocations operator-(const Allocations& later, const Allocations& earlier) {
    return {later.count - earlier.count, later.bytes - earlier.bytes, later.live_bytes - earlier.live_bytes};
}

} // namespace evenfold::bench

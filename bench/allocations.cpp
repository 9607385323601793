#include "evenfold/bench/allocations.hpp"

#include <malloc.h>

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace evenfold::bench {
namespace {

constinit thread_local Allocations counted{};
constinit std::atomic<bool> counting{true};

void* count_allocation(void* memory, std::size_t size) {
    if (!memory || !counting.load(std::memory_order_relaxed)) return memory;
    ++counted.count;
    counted.bytes += size;
    counted.live_bytes += static_cast<std::int64_t>(malloc_usable_size(memory));
    return memory;
}

void* allocate(std::size_t size) {
    return count_allocation(std::malloc(size > 0 ? size : 1), size);
}

/// aligned_alloc requires a multiple of the alignment.
void* allocate_aligned(std::size_t size, std::align_val_t alignment) {
    const auto step = static_cast<std::size_t>(alignment);
    const std::size_t whole = size > 0 ? (size + step - 1) / step * step : step;
    return whole >= size ? count_allocation(std::aligned_alloc(step, whole), size) : nullptr;
}

/// Retries as the standard requires: calls the new-handler until `allocate_once` succeeds or no handler is left.
template <class Allocate>
void* allocate_or_throw(Allocate allocate_once) {
    while (true) {
        if (void* memory = allocate_once()) return memory;
        const std::new_handler handler = std::get_new_handler();
        if (!handler) throw std::bad_alloc();
        handler();
    }
}

template <class Allocate>
void* allocate_or_null(Allocate allocate_once) noexcept {
    try {
        return allocate_or_throw(allocate_once);
    } catch (const std::bad_alloc&) {
        return nullptr;
    }
}

void release(void* memory) noexcept {
    if (memory && counting.load(std::memory_order_relaxed))
        counted.live_bytes -= static_cast<std::int64_t>(malloc_usable_size(memory));
    std::free(memory);
}

} // namespace

Allocations allocations() noexcept {
    return counted;
}

void count_allocations(bool wanted) noexcept {
    counting.store(wanted, std::memory_order_relaxed);
}

} // namespace evenfold::bench

// All forms are replaced, because the library's own version of a form need not forward to these.

using namespace evenfold::bench;

// NOLINTBEGIN(misc-new-delete-overloads)
void* operator new(std::size_t size) {
    return allocate_or_throw([=] { return allocate(size); });
}
void* operator new[](std::size_t size) {
    return allocate_or_throw([=] { return allocate(size); });
}
void* operator new(std::size_t size, std::align_val_t alignment) {
    return allocate_or_throw([=] { return allocate_aligned(size, alignment); });
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
    return allocate_or_throw([=] { return allocate_aligned(size, alignment); });
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    return allocate_or_null([=] { return allocate(size); });
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
    return allocate_or_null([=] { return allocate(size); });
}
void* operator new(std::size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
    return allocate_or_null([=] { return allocate_aligned(size, alignment); });
}
void* operator new[](std::size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
    return allocate_or_null([=] { return allocate_aligned(size, alignment); });
}

void operator delete(void* memory) noexcept {
    release(memory);
}
void operator delete[](void* memory) noexcept {
    release(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    release(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
    release(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
    release(memory);
}
void operator delete[](void* memory, std::align_val_t) noexcept {
    release(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
    release(memory);
}
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept {
    release(memory);
}
void operator delete(void* memory, const std::nothrow_t&) noexcept {
    release(memory);
}
void operator delete[](void* memory, const std::nothrow_t&) noexcept {
    release(memory);
}
void operator delete(void* memory, std::align_val_t, const std::nothrow_t&) noexcept {
    release(memory);
}
void operator delete[](void* memory, std::align_val_t, const std::nothrow_t&) noexcept {
    release(memory);
}
// NOLINTEND(misc-new-delete-overloads)

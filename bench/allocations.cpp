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

void* taken(void* place, std::size_t size) {
    if (!place || !counting.load(std::memory_order_relaxed)) return place;
    ++counted.count;
    counted.bytes += size;
    counted.live_bytes += static_cast<std::int64_t>(malloc_usable_size(place));
    return place;
}

void* plain(std::size_t size) {
    return taken(std::malloc(size > 0 ? size : 1), size);
}

/// aligned_alloc requires a multiple of the alignment.
void* aligned(std::size_t size, std::align_val_t alignment) {
    const auto step = static_cast<std::size_t>(alignment);
    const std::size_t whole = size > 0 ? (size + step - 1) / step * step : step;
    return whole >= size ? taken(std::aligned_alloc(step, whole), size) : nullptr;
}

/// Retries as the standard requires: calls the new-handler until `take` succeeds or no handler is left.
template <class Take>
void* insisting(Take take) {
    while (true) {
        if (void* place = take()) return place;
        const std::new_handler handler = std::get_new_handler();
        if (!handler) throw std::bad_alloc();
        handler();
    }
}

template <class Take>
void* or_nothing(Take take) noexcept {
    try {
        return insisting(take);
    } catch (const std::bad_alloc&) {
        return nullptr;
    }
}

void give_back(void* place) noexcept {
    if (place && counting.load(std::memory_order_relaxed))
        counted.live_bytes -= static_cast<std::int64_t>(malloc_usable_size(place));
    std::free(place);
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
    return insisting([=] { return plain(size); });
}
void* operator new[](std::size_t size) {
    return insisting([=] { return plain(size); });
}
void* operator new(std::size_t size, std::align_val_t alignment) {
    return insisting([=] { return aligned(size, alignment); });
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
    return insisting([=] { return aligned(size, alignment); });
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    return or_nothing([=] { return plain(size); });
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
    return or_nothing([=] { return plain(size); });
}
void* operator new(std::size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
    return or_nothing([=] { return aligned(size, alignment); });
}
void* operator new[](std::size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
    return or_nothing([=] { return aligned(size, alignment); });
}

void operator delete(void* place) noexcept {
    give_back(place);
}
void operator delete[](void* place) noexcept {
    give_back(place);
}
void operator delete(void* place, std::size_t) noexcept {
    give_back(place);
}
void operator delete[](void* place, std::size_t) noexcept {
    give_back(place);
}
void operator delete(void* place, std::align_val_t) noexcept {
    give_back(place);
}
void operator delete[](void* place, std::align_val_t) noexcept {
    give_back(place);
}
void operator delete(void* place, std::size_t, std::align_val_t) noexcept {
    give_back(place);
}
void operator delete[](void* place, std::size_t, std::align_val_t) noexcept {
    give_back(place);
}
void operator delete(void* place, const std::nothrow_t&) noexcept {
    give_back(place);
}
void operator delete[](void* place, const std::nothrow_t&) noexcept {
    give_back(place);
}
void operator delete(void* place, std::align_val_t, const std::nothrow_t&) noexcept {
    give_back(place);
}
void operator delete[](void* place, std::align_val_t, const std::nothrow_t&) noexcept {
    give_back(place);
}
// NOLINTEND(misc-new-delete-overloads)

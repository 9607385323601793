#include "evenfold/bench/allocations.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <memory>
#include <new>
#include <string>
#include <thread>
#include <vector>

using evenfold::bench::Allocations;
using evenfold::bench::allocations;

namespace {

struct alignas(64) Line {
    char bytes[64];
};

/// Returns the allocations that `work` makes.
template <class Work>
Allocations allocations_of(Work work) {
    const Allocations before = allocations();
    work();
    return allocations() - before;
}

void* volatile kept = nullptr; // prevents the compiler from removing the allocation

} // namespace

// A sanitizer would end the program if an allocation fails; this option makes it return null, as malloc does.
extern "C" const char* __asan_default_options() { // NOLINT
    return "allocator_may_return_null=1";
}
extern "C" const char* __tsan_default_options() { // NOLINT
    return "allocator_may_return_null=1";
}

TEST_CASE("allocations: each form of new is counted once, with the requested bytes") {
    const auto checked = [](std::uint64_t bytes, auto take, auto release) {
        CAPTURE(bytes);
        const Allocations taken = allocations_of([&] { kept = take(); });
        CHECK(taken.count == 1);
        CHECK(taken.bytes == bytes);
        CHECK(taken.live_bytes >= static_cast<std::int64_t>(bytes));
        const Allocations released = allocations_of([&] { release(kept); });
        CHECK(released == Allocations{0, 0, -taken.live_bytes});
    };
    const auto line = std::align_val_t{64};
    checked(1, [] { return ::operator new(1); }, [](void* place) { ::operator delete(place); });
    checked(100, [] { return ::operator new(100); }, [](void* place) { ::operator delete(place, 100); });
    checked(200, [] { return ::operator new[](200); }, [](void* place) { ::operator delete[](place); });
    checked(300, [] { return ::operator new[](300); }, [](void* place) { ::operator delete[](place, 300); });
    checked(65, [&] { return ::operator new(65, line); }, [&](void* place) { ::operator delete(place, line); });
    checked(66, [&] { return ::operator new(66, line); }, [&](void* place) { ::operator delete(place, 66, line); });
    checked(67, [&] { return ::operator new[](67, line); }, [&](void* place) { ::operator delete[](place, line); });
    checked(68, [&] { return ::operator new[](68, line); }, [&](void* place) { ::operator delete[](place, 68, line); });
    checked(
        70, [] { return ::operator new(70, std::nothrow); },
        [](void* place) { ::operator delete(place, std::nothrow); });
    checked(
        71, [] { return ::operator new[](71, std::nothrow); },
        [](void* place) { ::operator delete[](place, std::nothrow); });
    checked(
        72, [&] { return ::operator new(72, line, std::nothrow); },
        [&](void* place) { ::operator delete(place, line, std::nothrow); });
    checked(
        73, [&] { return ::operator new[](73, line, std::nothrow); },
        [&](void* place) { ::operator delete[](place, line, std::nothrow); });
}

TEST_CASE("allocations: a known sequence has the expected counts") {
    const Allocations asked = allocations_of([] {
        std::vector<std::uint64_t> numbers;
        numbers.reserve(10);                            // 80 bytes
        std::string text(100, 'x');                     // 101
        const auto number = std::make_unique<int>(7);   // 4
        const auto line = std::make_unique<Line>();     // 64, aligned
        const auto lines = std::make_unique<Line[]>(2); // 128, aligned
        kept = numbers.data();
        kept = text.data();
        kept = number.get();
        kept = line.get();
        kept = lines.get();
    });
    CHECK(asked == Allocations{5, 80 + 101 + 4 + 64 + 128, 0});
}

TEST_CASE("allocations: aligned memory is aligned, and zero bytes are allocated") {
    const auto line = std::make_unique<Line[]>(3);
    CHECK(reinterpret_cast<std::uintptr_t>(line.get()) % 64 == 0);
    void* nothing = ::operator new(0);
    CHECK(nothing != nullptr);
    ::operator delete(nothing);
    ::operator delete(nullptr);
}

TEST_CASE("allocations: a failed allocation throws as the standard requires, and is not counted") {
    const volatile std::size_t too_much = std::numeric_limits<std::size_t>::max() - 100;
    const Allocations asked = allocations_of([&] {
        CHECK(::operator new(too_much, std::nothrow) == nullptr);
        CHECK(::operator new(too_much, std::align_val_t{64}, std::nothrow) == nullptr);
    });
    CHECK(asked.count == 0);
    CHECK_THROWS_AS(kept = ::operator new(too_much), std::bad_alloc);
    CHECK_THROWS_AS(kept = ::operator new(too_much, std::align_val_t{64}), std::bad_alloc);
}

TEST_CASE("allocations: counting can be switched off") {
    const Allocations asked = allocations_of([] {
        evenfold::bench::count_allocations(false);
        ::operator delete(::operator new(100));
        evenfold::bench::count_allocations(true);
    });
    CHECK(asked == Allocations{});
    CHECK(allocations_of([] { ::operator delete(::operator new(100)); }).count == 1);
}

TEST_CASE("allocations: each thread has its own counts") {
    std::vector<std::string> made;
    const Allocations here =
        allocations_of([&] { std::thread([&] { made.resize(1000, std::string(100, 'x')); }).join(); });
    CHECK(here.count < 10); // starting a thread allocates, too
    const Allocations freed = allocations_of([&] { made = {}; });
    CHECK(freed.live_bytes < -100'000); // another thread's memory
}

#include "evenfold/testing/ambient/calls.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define EVENFOLD_UNCOUNTED "the thread sanitizer needs these calls for itself"
#elif __has_feature(address_sanitizer)
#define EVENFOLD_STRONG
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define EVENFOLD_UNCOUNTED "the thread sanitizer needs these calls for itself"
#elif !defined(__GLIBC__) && !defined(EVENFOLD_UNCOUNTED)
#define EVENFOLD_UNCOUNTED "calls are counted with the GNU C library only"
#endif

namespace evenfold::testing {
namespace {

constinit thread_local AmbientCalls counted{};

} // namespace

AmbientCalls ambient_calls() noexcept {
    return counted;
}

} // namespace evenfold::testing

#ifdef EVENFOLD_UNCOUNTED

std::string_view evenfold::testing::why_not_counted() {
    return EVENFOLD_UNCOUNTED;
}

#else

#include <dlfcn.h>

namespace evenfold::testing {
namespace {

[[noreturn]] void give_up() {
    std::fputs("evenfold: calls cannot be counted in a program that links the C library statically: set its CMake "
               "property EVENFOLD_PRODUCT to ON, or link the C library dynamically\n",
               stderr);
    std::abort();
}

/// Counts a call and returns the function that it replaces, which `next` keeps. No static local with a guard is used,
/// because the C library may call these functions while it looks for one.
void* count_and_find(std::atomic<void*>& next, const char* symbol, std::string_view name, std::string_view source) {
    ++counted.count;
    counted.name = name;
    counted.source = source;
    void* function = next.load(std::memory_order_relaxed);
    if (!function) {
        function = ::dlsym(RTLD_NEXT, symbol);
        if (!function) give_up();
        next.store(function, std::memory_order_relaxed);
    }
    return function;
}

} // namespace

std::string_view why_not_counted() {
    const std::uint64_t before = counted.count;
    static_cast<void>(std::chrono::system_clock::now()); // a call by libstdc++
    if (counted.count == before) return "the functions of the C library are not replaced in this program";
    return {};
}

} // namespace evenfold::testing

// The functions have names of their own here, because the headers of the C library declare the real ones in other ways.
// They are weak, so that a program that links libstdc++ statically has no symbol twice; then its random devices are not
// counted. With the address sanitizer they are strong, because its own are weak.
#ifdef EVENFOLD_STRONG
#define EVENFOLD_WEAK
#else
#define EVENFOLD_WEAK __attribute__((weak))
#endif

// NOLINTBEGIN(bugprone-macro-parentheses,cppcoreguidelines-pro-type-reinterpret-cast)
#define EVENFOLD_COUNT(source, name, symbol, result, parameters, arguments)                                            \
    extern "C" EVENFOLD_WEAK result evenfold_counted_##symbol parameters __asm__(#symbol);                             \
    extern "C" result evenfold_counted_##symbol parameters {                                                           \
        static constinit std::atomic<void*> next{nullptr};                                                             \
        using Function = result(*) parameters;                                                                         \
        void* const function = evenfold::testing::count_and_find(next, #symbol, name, source);                         \
        return reinterpret_cast<Function>(function) arguments;                                                         \
    }
#define EVENFOLD_COUNT_0(source, symbol, result) EVENFOLD_COUNT(source, #symbol, symbol, result, (), ())
#define EVENFOLD_COUNT_1(source, symbol, result, A) EVENFOLD_COUNT(source, #symbol, symbol, result, (A a), (a))
#define EVENFOLD_COUNT_2(source, symbol, result, A, B)                                                                 \
    EVENFOLD_COUNT(source, #symbol, symbol, result, (A a, B b), (a, b))
#define EVENFOLD_COUNT_3(source, symbol, result, A, B, C)                                                              \
    EVENFOLD_COUNT(source, #symbol, symbol, result, (A a, B b, C c), (a, b, c))
#define EVENFOLD_COUNT_4(source, symbol, result, A, B, C, D)                                                           \
    EVENFOLD_COUNT(source, #symbol, symbol, result, (A a, B b, C c, D d), (a, b, c, d))

using Path = const char*;

EVENFOLD_COUNT_2("the clock", clock_gettime, int, int, void*)
EVENFOLD_COUNT_2("the clock", gettimeofday, int, void*, void*)
EVENFOLD_COUNT_2("the clock", timespec_get, int, void*, int)
EVENFOLD_COUNT_1("the clock", time, long, long*)
EVENFOLD_COUNT_0("the clock", clock, long)
EVENFOLD_COUNT_1("the time zone", localtime, void*, const void*)
EVENFOLD_COUNT_2("the time zone", localtime_r, void*, const void*, void*)
EVENFOLD_COUNT_1("the time zone", mktime, long, void*)

EVENFOLD_COUNT_3("randomness", getrandom, std::ptrdiff_t, void*, std::size_t, unsigned)
EVENFOLD_COUNT_2("randomness", getentropy, int, void*, std::size_t)
EVENFOLD_COUNT_0("randomness", arc4random, unsigned)
EVENFOLD_COUNT_0("randomness", rand, int)
EVENFOLD_COUNT_0("randomness", random, long)
EVENFOLD_COUNT_0("randomness", lrand48, long)
EVENFOLD_COUNT_0("randomness", mrand48, long)
EVENFOLD_COUNT_0("randomness", drand48, double)
EVENFOLD_COUNT("randomness", "std::random_device", _ZNSt13random_device9_M_getvalEv, unsigned, (void* a), (a))

EVENFOLD_COUNT_1("the environment", getenv, char*, Path)
EVENFOLD_COUNT_1("the environment", secure_getenv, char*, Path)
EVENFOLD_COUNT_2("the environment", gethostname, int, char*, std::size_t)
EVENFOLD_COUNT_0("the process", getpid, int)
EVENFOLD_COUNT_1("the process", system, int, Path)
EVENFOLD_COUNT_2("the process", popen, void*, Path, Path)

EVENFOLD_COUNT_3("files", open, int, Path, int, unsigned)
EVENFOLD_COUNT_3("files", open64, int, Path, int, unsigned)
EVENFOLD_COUNT_4("files", openat, int, int, Path, int, unsigned)
EVENFOLD_COUNT_4("files", openat64, int, int, Path, int, unsigned)
EVENFOLD_COUNT_2("files", fopen, void*, Path, Path)
EVENFOLD_COUNT_2("files", fopen64, void*, Path, Path)
EVENFOLD_COUNT_3("files", read, std::ptrdiff_t, int, void*, std::size_t)
EVENFOLD_COUNT_1("files", opendir, void*, Path)
EVENFOLD_COUNT_2("files", stat, int, Path, void*)
EVENFOLD_COUNT_2("files", stat64, int, Path, void*)
EVENFOLD_COUNT_2("files", lstat, int, Path, void*)
EVENFOLD_COUNT_2("files", access, int, Path, int)
EVENFOLD_COUNT_2("files", getcwd, char*, char*, std::size_t)
EVENFOLD_COUNT_3("files", readlink, std::ptrdiff_t, Path, char*, std::size_t)
EVENFOLD_COUNT_3("the network", socket, int, int, int, int)
// NOLINTEND(bugprone-macro-parentheses,cppcoreguidelines-pro-type-reinterpret-cast)

#endif

/// What a bench ran on, and how it was built.
/// Shape: the processor and the system are asked for at run time; the build is what the compiler of the file that
/// includes this says of itself, since that is where a projection's template is instantiated.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "evenfold/bench/figures.hpp"

namespace evenfold::bench {

/// What a compiler was told.
struct Build {
    std::string_view compiler;
    std::string_view kind;  // the build system's word for it
    std::string_view flags; // EVENFOLD_BENCH_FLAGS, where somebody defines it
    bool optimised;
    bool assertions;
    bool sanitised;
};

#if defined(__clang__)
#define EVENFOLD_BENCH_COMPILER "clang++ " __clang_version__
#else
#define EVENFOLD_BENCH_COMPILER "g++ " __VERSION__
#endif
#if !defined(EVENFOLD_BENCH_KIND)
#define EVENFOLD_BENCH_KIND ""
#endif
#if !defined(EVENFOLD_BENCH_FLAGS)
#define EVENFOLD_BENCH_FLAGS ""
#endif

/// The build of the file that includes this: each has its own.
constexpr Build built_here{
    .compiler = EVENFOLD_BENCH_COMPILER,
    .kind = EVENFOLD_BENCH_KIND,
    .flags = EVENFOLD_BENCH_FLAGS,
#if defined(__OPTIMIZE__)
    .optimised = true,
#else
    .optimised = false,
#endif
#if defined(NDEBUG)
    .assertions = false,
#else
    .assertions = true,
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    .sanitised = true,
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(undefined_behavior_sanitizer)
    .sanitised = true,
#else
    .sanitised = false,
#endif
#else
    .sanitised = false,
#endif
};

/// This machine, with a program that was built so.
[[nodiscard]] Machine machine_of(const Build& build);

/// Why figures of that machine say little, in words; none where all is well.
[[nodiscard]] std::vector<std::string> warnings_of(const Machine& machine);

} // namespace evenfold::bench

/// The machine that a bench ran on, and the build of the bench.
/// Shape: the processor and the system are queried at run time. The build is that of the file that includes this
/// header, because the templates of a projection are instantiated there.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "evenfold/bench/figures.hpp"

namespace evenfold::bench {

/// The compiler and its options.
struct Build {
    std::string_view compiler;
    std::string_view kind;  // as named by the build system
    std::string_view flags; // EVENFOLD_BENCH_FLAGS, if it is defined
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

/// The build of the including file; each file has its own.
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

/// Returns this machine, with `build`.
[[nodiscard]] Machine machine_of(const Build& build);

/// Returns the reasons why figures of that machine are unreliable, in words; empty if there are none.
[[nodiscard]] std::vector<std::string> warnings_of(const Machine& machine);

} // namespace evenfold::bench

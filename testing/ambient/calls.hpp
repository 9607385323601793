/// Counts the calls of a thread that read something other than their arguments: clock, randomness, environment, files,
/// the network and the process. A program that links evenfold::testing gets functions that replace those of the C
/// library, count, and forward to it, unless its CMake property EVENFOLD_PRODUCT is on. Cost: nanoseconds per call.
/// Counted: calls through the C library, also those by libstdc++. Not counted: instructions such as rdtsc, system calls
/// by hand, `environ`, and libraries that are loaded at run time before the C library looks here.
#pragma once

#include <cstdint>
#include <string_view>

namespace evenfold::testing {

/// The counted calls of one thread since it began.
struct AmbientCalls {
    std::uint64_t count = 0;
    std::string_view name;   // of the last call; empty if there was none
    std::string_view source; // what it reads, such as "the clock"
};

[[nodiscard]] AmbientCalls ambient_calls() noexcept;

/// Returns the reason why calls are not counted in this program; empty if they are. Makes some calls to find out.
[[nodiscard]] std::string_view why_not_counted();

/// A way to count. The law's template passes it, so that a program without the law needs none.
struct AmbientCounter {
    AmbientCalls (*calls)() noexcept;
    std::string_view (*why_not)();
};
inline constexpr AmbientCounter linked_counter{.calls = &ambient_calls, .why_not = &why_not_counted};

} // namespace evenfold::testing

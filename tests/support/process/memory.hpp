/// The memory of a process, for tests that bound it.
/// Shape: bytes. A sanitizer has its own allocator and keeps freed memory, so such tests are skipped under one.
#pragma once

#include <cstddef>
#include <string>

namespace evenfold::tests {

// clang 19 has only the first of these, g++ 12 only the second.
#if defined(__has_feature)
inline constexpr bool measures_memory = !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer);
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool measures_memory = false;
#else
inline constexpr bool measures_memory = true;
#endif

/// Returns the bytes that this process has allocated.
[[nodiscard]] std::size_t heap_in_use();

/// Returns the largest memory that the process has used so far; 0 if it has ended.
[[nodiscard]] std::size_t peak_memory_of(int process);

/// Returns the number of pieces of this process's writable memory that have the secret whose inverted bytes are
/// `inverted`. The inversion keeps the search from finding its own copy.
[[nodiscard]] std::size_t copies_in_memory(const std::string& inverted);

} // namespace evenfold::tests

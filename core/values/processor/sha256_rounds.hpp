/// The rounds of SHA-256 over whole blocks, in portable C++ and with the processor's SHA instructions.
/// Shape: eight words of state, blocks of 64 bytes. A test checks that both implementations agree.
/// Written by hand because core may not link OpenSSL. The instructions are 4 to 5 times as fast as plain C++, and as
/// fast as OpenSSL (docs/hand-written.md).
/// Source: FIPS 180-4, section 6.2.2; for the instructions, Intel's "New Instructions Supporting SHA" (2013).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace evenfold::sha256_rounds {

using HashState = std::array<std::uint32_t, 8>;

/// Hashes `count` blocks into `state`, with the instructions if this processor has them.
void compress(HashState& state, const std::uint8_t* blocks, std::size_t count);

/// Hashes `count` blocks into `state` in portable C++.
void compress_portable(HashState& state, const std::uint8_t* blocks, std::size_t count);

/// Returns whether this processor has the instructions.
[[nodiscard]] bool has_instructions();

/// Hashes `count` blocks into `state`. The processor must have the instructions.
void compress_with_instructions(HashState& state, const std::uint8_t* blocks, std::size_t count);

} // namespace evenfold::sha256_rounds

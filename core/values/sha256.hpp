/// SHA-256, with which core derives ids and identifies content. Written by hand because core may not link OpenSSL.
/// Shape: any bytes in, 32 bytes out; 64-byte blocks, constant memory.
/// Source: FIPS 180-4.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "evenfold/core/platform/language.hpp"

namespace evenfold {

/// An incremental hash. The result depends only on the concatenation of all updates.
class Sha256 {
public:
    using Digest = std::array<std::uint8_t, 32>;

    void update(std::string_view bytes);

    /// Returns the hash of all bytes. The object must not be used afterwards.
    [[nodiscard]] Digest finish();

private:
    std::array<std::uint32_t, 8> state_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                        0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    std::array<std::uint8_t, 64> block_{};
    std::size_t filled_ = 0;
    std::uint64_t length_ = 0;
};

/// Returns the hash of `bytes` as 64 lower-case hexadecimal characters.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

/// Returns `digest` as 64 lower-case hexadecimal characters.
[[nodiscard]] std::string to_text(const Sha256::Digest& digest);

} // namespace evenfold

/// Hashes of the signed journal: 32 bytes of SHA-256, compared in constant time.
/// Shapes: a hash is an array; stored bytes become one only if they have its length. Zero bytes stand for "no mac".
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "evenfold/core/values/sha256.hpp"

namespace evenfold::journal::chain {

using Hash = Sha256::Digest;
inline constexpr std::size_t hash_size = Hash{}.size();

/// Returns a view of the bytes of `hash`, which must outlive it.
[[nodiscard]] inline std::string_view bytes_of(const Hash& hash) {
    return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

/// Returns the hash whose bytes are `bytes`, or nullopt if these are not 32.
[[nodiscard]] std::optional<Hash> hash_from(std::string_view bytes);

/// Returns whether both are equal. The time depends on the lengths alone, so that it reveals nothing about a mac.
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b);
[[nodiscard]] bool equal_in_constant_time(const Hash& a, const Hash& b);

/// Returns SHA-256 of the concatenation of both.
[[nodiscard]] Hash hash_of(std::string_view first, std::string_view second = {});

/// Appends the integer in big-endian order.
void append_u32(std::string& bytes, std::uint32_t value);
void append_u64(std::string& bytes, std::uint64_t value);

/// Appends the length of `field` as u32, then its bytes, so that neighbouring fields cannot exchange bytes.
void append_field(std::string& bytes, std::string_view field);

} // namespace evenfold::journal::chain

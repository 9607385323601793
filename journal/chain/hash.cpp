#include "evenfold/journal/chain/hash.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace evenfold::journal::chain {
namespace {

template <class Integer>
void append_big_endian(std::string& bytes, Integer value) {
    std::array<char, sizeof value> big{};
    for (std::size_t i = 0; i < big.size(); ++i)
        big[i] = static_cast<char>(static_cast<unsigned char>(value >> (8 * (big.size() - 1 - i))));
    bytes.append(big.data(), big.size());
}

} // namespace

std::optional<Hash> hash_from(std::string_view bytes) {
    Hash hash{};
    if (bytes.size() != hash.size()) return std::nullopt;
    std::ranges::transform(bytes, hash.begin(), [](char byte) { return static_cast<std::uint8_t>(byte); });
    return hash;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    unsigned difference = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        difference |= static_cast<unsigned>(static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]));
    const volatile unsigned result = difference; // so that the compiler cannot leave the loop early
    return result == 0;
}

bool equal_in_constant_time(const Hash& a, const Hash& b) {
    return equal_in_constant_time(bytes_of(a), bytes_of(b));
}

Hash hash_of(std::string_view first, std::string_view second) {
    Sha256 hash;
    hash.update(first);
    hash.update(second);
    return hash.finish();
}

void append_u32(std::string& bytes, std::uint32_t value) {
    append_big_endian(bytes, value);
}

void append_u64(std::string& bytes, std::uint64_t value) {
    append_big_endian(bytes, value);
}

void append_field(std::string& bytes, std::string_view field) {
    append_u32(bytes, static_cast<std::uint32_t>(field.size()));
    bytes += field;
}

} // namespace evenfold::journal::chain

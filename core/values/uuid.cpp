#include "evenfold/core/values/uuid.hpp"

#include <algorithm>
#include <tuple>

#include "evenfold/core/values/hex.hpp"
#include "evenfold/core/values/sha256.hpp"

namespace evenfold {
namespace {

constexpr std::array<std::uint8_t, 2> derived_mark{0xef, 0x01};

/// The offset of the first digit of each byte in the text.
constexpr std::array<std::uint8_t, 16> offsets{0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34};
constexpr std::array<std::uint8_t, 4> hyphens{8, 13, 18, 23};

} // namespace

std::optional<Uuid> parse_uuid(std::string_view text) {
    if (text.size() != std::tuple_size_v<UuidText>) return std::nullopt;
    const auto value = [&](std::size_t offset) { return hex::digit_values[static_cast<unsigned char>(text[offset])]; };
    bool is_text = true;
    for (const std::uint8_t offset : hyphens) is_text &= text[offset] == '-';
    Uuid id;
    unsigned seen = 0; // all bits of the digits' values; a value has four bits
    for (std::size_t byte = 0; byte < offsets.size(); ++byte) {
        const unsigned high = value(offsets[byte]);
        const unsigned low = value(offsets[byte] + std::size_t{1});
        seen |= high | low;
        id.bytes[byte] = static_cast<std::uint8_t>((high << 4U) | low);
    }
    if (!is_text || seen > 0x0f) return std::nullopt;
    return id;
}

UuidText characters(const Uuid& id) {
    UuidText text{};
    for (const std::uint8_t offset : hyphens) text[offset] = '-';
    for (std::size_t byte = 0; byte < offsets.size(); ++byte)
        std::memcpy(text.data() + offsets[byte], hex::byte_digits[id.bytes[byte]].data(), 2);
    return text;
}

std::string to_text(const Uuid& id) {
    const UuidText text = characters(id);
    return {text.data(), text.size()};
}

Uuid derive(const Uuid& parent, std::string_view role, std::string_view name) {
    Sha256 hash;
    hash.update({reinterpret_cast<const char*>(parent.bytes.data()), parent.bytes.size()});
    hash.update(role);
    hash.update("/");
    hash.update(name);
    const Sha256::Digest digest = hash.finish();
    Uuid id;
    std::copy_n(digest.begin(), id.bytes.size(), id.bytes.begin());
    std::ranges::copy(derived_mark, id.bytes.begin() + 4);
    id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0fU) | 0x80U);
    id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3fU) | 0x80U);
    return id;
}

bool is_derived(const Uuid& id) {
    return std::equal(derived_mark.begin(), derived_mark.end(), id.bytes.begin() + 4) && (id.bytes[6] >> 4U) == 0x8 &&
           (id.bytes[8] >> 6U) == 0x2;
}

} // namespace evenfold

#include "evenfold/core/values/uuid.hpp"

#include <algorithm>

#include "evenfold/core/values/sha256.hpp"

namespace evenfold {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::array<std::uint8_t, 2> derived_mark{0xef, 0x01};

std::optional<std::uint8_t> hex_value(char digit) {
    if (digit >= '0' && digit <= '9') return static_cast<std::uint8_t>(digit - '0');
    if (digit >= 'a' && digit <= 'f') return static_cast<std::uint8_t>(digit - 'a' + 10);
    if (digit >= 'A' && digit <= 'F') return static_cast<std::uint8_t>(digit - 'A' + 10);
    return std::nullopt;
}

bool is_hyphen_position(std::size_t position) {
    return position == 8 || position == 13 || position == 18 || position == 23;
}

} // namespace

std::optional<Uuid> parse_uuid(std::string_view text) {
    if (text.size() != 36) return std::nullopt;
    Uuid id;
    std::size_t nibble = 0;
    for (std::size_t position = 0; position < text.size(); ++position) {
        if (is_hyphen_position(position)) {
            if (text[position] != '-') return std::nullopt;
            continue;
        }
        const auto value = hex_value(text[position]);
        if (!value) return std::nullopt;
        auto& byte = id.bytes[nibble / 2];
        byte = static_cast<std::uint8_t>((byte << 4U) | *value);
        ++nibble;
    }
    return id;
}

std::string to_text(const Uuid& id) {
    std::string text;
    text.reserve(36);
    for (const std::uint8_t byte : id.bytes) {
        if (is_hyphen_position(text.size())) text.push_back('-');
        text.push_back(hex_digits[byte >> 4U]);
        text.push_back(hex_digits[byte & 0x0fU]);
    }
    return text;
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

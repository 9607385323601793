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

/// Vectors of GNU C++, which the compiler replaces on processors without them. Digit by digit took twice the
/// instructions.
using SixteenBytes = std::uint8_t __attribute__((vector_size(16)));
using FourWords = std::uint32_t __attribute__((vector_size(16)));

/// Returns the sixteen bytes at those four offsets, four from each.
SixteenBytes sixteen_at(const char* text, const std::array<std::uint8_t, 4>& from) {
    std::array<std::uint32_t, 4> words{};
    for (std::size_t word = 0; word < words.size(); ++word)
        std::memcpy(&words[word], text + from[word], sizeof words[word]);
    return std::bit_cast<SixteenBytes>(FourWords{words[0], words[1], words[2], words[3]});
}

/// Returns the values of hexadecimal digits of either case. Sets bits of `wrong` where there is none.
SixteenBytes digit_values(SixteenBytes digits, SixteenBytes& wrong) {
    const SixteenBytes number = digits - '0';
    const SixteenBytes letter = (digits | 0x20) - 'a';
    const auto is_number = std::bit_cast<SixteenBytes>(number < 10);
    const auto is_letter = std::bit_cast<SixteenBytes>(letter < 6);
    wrong |= ~(is_number | is_letter);
    return (is_number & number) | (is_letter & (letter + 10));
}

} // namespace

std::optional<Uuid> parse_uuid(std::string_view text) {
    if (text.size() != std::tuple_size_v<UuidText>) return std::nullopt;
    unsigned other = 0;
    for (const std::uint8_t offset : hyphens) other |= static_cast<unsigned char>(text[offset]) ^ unsigned { '-' };
    SixteenBytes wrong{};
    const SixteenBytes left = digit_values(sixteen_at(text.begin(), {0, 4, 9, 14}), wrong);
    const SixteenBytes right = digit_values(sixteen_at(text.begin(), {19, 24, 28, 32}), wrong);
    const SixteenBytes high =
        __builtin_shufflevector(left, right, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
    const SixteenBytes low =
        __builtin_shufflevector(left, right, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
    const auto halves = std::bit_cast<std::array<std::uint64_t, 2>>(wrong);
    if ((halves[0] | halves[1] | other) != 0) return std::nullopt;
    return Uuid{std::bit_cast<std::array<std::uint8_t, 16>>((high << 4) | low)};
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

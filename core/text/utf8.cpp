#include "evenfold/core/text/utf8.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace evenfold::utf8 {
namespace {

/// How a character of more than one byte begins: its size, and the bounds of its second byte, which exclude overlong
/// forms, surrogates and code points beyond U+10FFFF. Size 0: no character begins with this byte.
struct Lead {
    std::size_t size;
    std::uint8_t least;
    std::uint8_t greatest;
};

constexpr Lead lead_of(std::uint8_t byte) {
    if (byte < 0xC2) return {0, 0, 0};
    if (byte < 0xE0) return {2, 0x80, 0xBF};
    if (byte == 0xE0) return {3, 0xA0, 0xBF};
    if (byte == 0xED) return {3, 0x80, 0x9F};
    if (byte < 0xF0) return {3, 0x80, 0xBF};
    if (byte == 0xF0) return {4, 0x90, 0xBF};
    if (byte < 0xF4) return {4, 0x80, 0xBF};
    if (byte == 0xF4) return {4, 0x80, 0x8F};
    return {0, 0, 0};
}

/// Returns how many bytes at the start of `text` are ASCII, or up to 7 less. Reads eight at a time, since most payloads
/// are ASCII.
std::size_t ascii_size(std::string_view text) {
    constexpr std::uint64_t high_bits = 0x8080808080808080U;
    std::size_t size = 0;
    for (; size + sizeof(std::uint64_t) <= text.size(); size += sizeof(std::uint64_t)) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + size, sizeof word);
        if ((word & high_bits) != 0) break;
    }
    return size;
}

/// Returns the size of the character at `at` of `text` that begins with a byte beyond ASCII; 0 if there is none.
std::size_t long_character_size(std::string_view text, std::size_t at) {
    const Lead lead = lead_of(static_cast<std::uint8_t>(text[at]));
    if (lead.size == 0 || lead.size > text.size() - at) return 0;
    const auto second = static_cast<std::uint8_t>(text[at + 1]);
    if (second < lead.least || second > lead.greatest) return 0;
    for (std::size_t next = 2; next < lead.size; ++next) {
        if (!is_continuation(text[at + next])) return 0;
    }
    return lead.size;
}

bool is_ascii(char byte) {
    return static_cast<unsigned char>(byte) < 0x80;
}

} // namespace

std::size_t character_size(std::string_view text) {
    if (text.empty()) return 0;
    return is_ascii(text.front()) ? 1 : long_character_size(text, 0);
}

std::size_t valid_size(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
        if (is_ascii(text[at])) {
            at += std::max<std::size_t>(ascii_size(text.substr(at)), 1);
            continue;
        }
        const std::size_t size = long_character_size(text, at);
        if (size == 0) break;
        at += size;
    }
    return at;
}

bool is_valid(std::string_view text) {
    return valid_size(text) == text.size();
}

std::size_t count(std::string_view text) {
    return text.size() - static_cast<std::size_t>(std::ranges::count_if(text, is_continuation));
}

std::string_view first_characters(std::string_view text, std::size_t limit) {
    std::size_t characters = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (!is_continuation(text[at]) && ++characters > limit) return text.substr(0, at);
    }
    return text;
}

std::size_t cut_size(std::string_view text, std::size_t limit) {
    if (text.size() <= limit) return text.size();
    std::size_t size = limit;
    while (size > 0 && is_continuation(text[size])) --size;
    return size;
}

} // namespace evenfold::utf8

#include "evenfold/codec/text.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "evenfold/codec/scan.hpp"

namespace evenfold::codec {
namespace {

/// The length of the character of more than one byte that starts with `lead`, and the least and greatest second byte;
/// 0 when nothing does.
struct Lead {
    std::size_t length;
    unsigned least;
    unsigned greatest;
};

Lead lead_of(unsigned lead) {
    if (lead < 0xc2) return {0, 0, 0};
    if (lead < 0xe0) return {2, 0x80, 0xbf};
    if (lead == 0xe0) return {3, 0xa0, 0xbf};
    if (lead == 0xed) return {3, 0x80, 0x9f};
    if (lead < 0xf0) return {3, 0x80, 0xbf};
    if (lead == 0xf0) return {4, 0x90, 0xbf};
    if (lead < 0xf4) return {4, 0x80, 0xbf};
    if (lead == 0xf4) return {4, 0x80, 0x8f};
    return {0, 0, 0};
}

unsigned byte_at(std::string_view bytes, std::size_t place) {
    return static_cast<unsigned char>(bytes[place]);
}

} // namespace

bool is_utf8(std::string_view bytes) {
    std::size_t place = 0;
    while (place < bytes.size()) {
        if (byte_at(bytes, place) < 0x80) {
            place += std::max<std::size_t>(ascii_bytes(bytes.substr(place)), 1);
            continue;
        }
        const Lead lead = lead_of(byte_at(bytes, place));
        if (lead.length == 0 || place + lead.length > bytes.size()) return false;
        const unsigned second = byte_at(bytes, place + 1);
        if (second < lead.least || second > lead.greatest) return false;
        for (std::size_t i = 2; i < lead.length; ++i) {
            if ((byte_at(bytes, place + i) & 0xc0U) != 0x80U) return false;
        }
        place += lead.length;
    }
    return true;
}

std::string to_hex(std::string_view bytes) {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(2 * bytes.size());
    for (std::size_t place = 0; place < bytes.size(); ++place) {
        text.push_back(digits[byte_at(bytes, place) >> 4U]);
        text.push_back(digits[byte_at(bytes, place) & 0x0fU]);
    }
    return text;
}

std::optional<std::string> from_hex(std::string_view digits) {
    if (digits.size() % 2 != 0) return std::nullopt;
    std::string bytes;
    bytes.reserve(digits.size() / 2);
    for (; !digits.empty(); digits.remove_prefix(2)) {
        std::uint8_t value = 0;
        const char* const first = digits.begin();
        if (std::from_chars(first, first + 2, value, 16).ptr != first + 2) return std::nullopt;
        bytes.push_back(static_cast<char>(value));
    }
    return bytes;
}

bool is_shallow(std::string_view json) {
    std::size_t depth = 0;
    bool in_string = false;
    for (std::size_t place = 0; place < json.size(); ++place) {
        const char at = json[place];
        if (in_string) {
            if (at == '\\')
                ++place;
            else if (at == '"')
                in_string = false;
        } else if (at == '"') {
            in_string = true;
        } else if (at == '[' || at == '{') {
            if (++depth > nesting_max) return false;
        } else if ((at == ']' || at == '}') && depth > 0) {
            --depth;
        }
    }
    return true;
}

} // namespace evenfold::codec

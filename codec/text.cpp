#include "evenfold/codec/text.hpp"

#include <charconv>
#include <cstdint>

namespace evenfold::codec {
namespace {

unsigned byte_at(std::string_view bytes, std::size_t place) {
    return static_cast<unsigned char>(bytes[place]);
}

} // namespace

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

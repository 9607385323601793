#include "evenfold/providers/wire/json_scan.hpp"

#include <cstdint>
#include <optional>

#include "evenfold/core/values/hex.hpp"

namespace evenfold::providers {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// Returns the UTF-16 unit whose four digits begin at `at`.
std::optional<std::uint32_t> unit_at(const char* at) {
    std::uint32_t unit = 0;
    for (const char* digit = at; digit != at + 4; ++digit) {
        const std::uint8_t value = hex::digit_values[static_cast<unsigned char>(*digit)];
        if (value == hex::no_digit) return std::nullopt;
        unit = unit * 16 + value;
    }
    return unit;
}

bool is_high_surrogate(std::uint32_t unit) {
    return unit >= 0xD800 && unit <= 0xDBFF;
}

bool is_low_surrogate(std::uint32_t unit) {
    return unit >= 0xDC00 && unit <= 0xDFFF;
}

const char* skip_digits(const char* at) {
    while (is_digit(*at)) ++at;
    return at;
}

} // namespace

EscapedCharacter read_escape(const char* at) {
    switch (*at) {
    case '"':
    case '\\':
    case '/': return {static_cast<unsigned char>(*at), at + 1};
    case 'b': return {'\b', at + 1};
    case 'f': return {'\f', at + 1};
    case 'n': return {'\n', at + 1};
    case 'r': return {'\r', at + 1};
    case 't': return {'\t', at + 1};
    case 'u': break;
    default: return {};
    }
    const auto unit = unit_at(at + 1);
    if (!unit || is_low_surrogate(*unit)) return {};
    at += 5;
    if (!is_high_surrogate(*unit)) return {*unit, at};
    if (at[0] != '\\' || at[1] != 'u') return {};
    const auto low = unit_at(at + 2);
    if (!low || !is_low_surrogate(*low)) return {};
    return {0x10000 + ((*unit - 0xD800) << 10U) + (*low - 0xDC00), at + 6};
}

char* write_character(char* to, std::uint32_t code) {
    const auto write = [&](std::uint32_t byte) { *to++ = static_cast<char>(byte); };
    if (code < 0x80) {
        write(code);
    } else if (code < 0x800) {
        write(0xC0U | (code >> 6U));
        write(0x80U | (code & 0x3FU));
    } else {
        if (code < 0x10000) {
            write(0xE0U | (code >> 12U));
        } else {
            write(0xF0U | (code >> 18U));
            write(0x80U | ((code >> 12U) & 0x3FU));
        }
        write(0x80U | ((code >> 6U) & 0x3FU));
        write(0x80U | (code & 0x3FU));
    }
    return to;
}

const char* skip_number(const char* at) {
    if (*at == '-') ++at;
    const char* digits = at;
    at = *at == '0' ? at + 1 : skip_digits(at);
    if (at == digits) return nullptr;
    if (*at == '.') {
        digits = ++at;
        at = skip_digits(at);
        if (at == digits) return nullptr;
    }
    if (*at == 'e' || *at == 'E') {
        ++at;
        if (*at == '+' || *at == '-') ++at;
        digits = at;
        at = skip_digits(at);
        if (at == digits) return nullptr;
    }
    return at;
}

const char* skip_word(const char* at, std::string_view word) {
    for (const char c : word) {
        if (*at++ != c) return nullptr;
    }
    return at;
}

} // namespace evenfold::providers

#include "evenfold/providers/json_repair.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <utility>

namespace evenfold::providers {

namespace {

constexpr std::string_view replacement_bytes = "\xEF\xBF\xBD";
constexpr std::string_view replacement_escape = "\\ufffd";

std::uint8_t byte_at(std::string_view text, std::size_t at) {
    return at < text.size() ? static_cast<std::uint8_t>(text[at]) : std::uint8_t{0};
}

bool continues(std::string_view text, std::size_t at) {
    return (byte_at(text, at) & 0xC0U) == 0x80U;
}

/// How many bytes the UTF-8 character at `at` has; 0 when there is none. Overlong forms and surrogates are none.
std::size_t character_bytes(std::string_view text, std::size_t at) {
    const std::uint8_t first = byte_at(text, at);
    const std::uint8_t second = byte_at(text, at + 1);
    if (first < 0x80) return 1;
    if (first < 0xC2 || first > 0xF4 || !continues(text, at + 1)) return 0;
    if (first < 0xE0) return 2;
    if (!continues(text, at + 2)) return 0;
    if (first < 0xF0) return (first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ? 0 : 3;
    if (!continues(text, at + 3)) return 0;
    return (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F) ? 0 : 4;
}

std::optional<unsigned> escaped_unit(std::string_view text, std::size_t at) {
    if (text.substr(at, 2) != "\\u" || text.size() < at + 6) return std::nullopt;
    unsigned unit = 0;
    for (const char c : text.substr(at + 2, 4)) {
        const char lower = static_cast<char>(c | 0x20);
        if (c >= '0' && c <= '9') {
            unit = unit * 16 + static_cast<unsigned>(c - '0');
        } else if (lower >= 'a' && lower <= 'f') {
            unit = unit * 16 + static_cast<unsigned>(lower - 'a' + 10);
        } else {
            return std::nullopt;
        }
    }
    return unit;
}

bool is_high(std::optional<unsigned> unit) {
    return unit && *unit >= 0xD800 && *unit <= 0xDBFF;
}

bool is_low(std::optional<unsigned> unit) {
    return unit && *unit >= 0xDC00 && *unit <= 0xDFFF;
}

class Repairing {
public:
    explicit Repairing(std::string_view text) : text_(text) { made_.text.reserve(text.size() + 16); }

    Repair run() {
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (in_string_) {
                in_string();
            } else if (c == '-' || (c >= '0' && c <= '9')) {
                number();
            } else {
                in_string_ = c == '"';
                copy(1);
            }
        }
        return std::move(made_);
    }

private:
    void copy(std::size_t count) {
        made_.text += text_.substr(at_, count);
        at_ += count;
    }

    void replace(std::size_t count, std::string_view by) {
        made_.text += by;
        made_.characters = true;
        at_ += count;
    }

    void in_string() {
        const char c = text_[at_];
        const std::size_t bytes = character_bytes(text_, at_);
        if (c == '\\') return escape();
        if (bytes == 0) return replace(1, replacement_bytes);
        if (static_cast<unsigned char>(c) < 0x20) return replace(1, fmt::format("\\u{:04x}", c));
        if (c == '"') in_string_ = false;
        copy(bytes);
    }

    void escape() {
        const auto unit = escaped_unit(text_, at_);
        if (is_high(unit) && is_low(escaped_unit(text_, at_ + 6))) return copy(12);
        if (is_high(unit) || is_low(unit)) return replace(6, replacement_escape);
        copy(2);
    }

    void number() {
        const std::size_t end = std::min(text_.find_first_not_of("+-0123456789.eE", at_), text_.size());
        const std::string digits(text_.substr(at_, end - at_));
        const double value = std::strtod(digits.c_str(), nullptr);
        if (std::isfinite(value)) return copy(digits.size());
        made_.text += value < 0 ? "-1.7976931348623157e308" : "1.7976931348623157e308";
        made_.numbers = true;
        at_ = end;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    bool in_string_ = false;
    Repair made_;
};

} // namespace

Repair repaired(std::string_view text) {
    return Repairing(text).run();
}

} // namespace evenfold::providers

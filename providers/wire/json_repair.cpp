#include "evenfold/providers/wire/json_repair.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <utility>

#include "evenfold/core/text/utf8.hpp"
#include "evenfold/core/values/hex.hpp"

namespace evenfold::providers {

namespace {

constexpr std::string_view replacement_escape = "\\ufffd";

std::optional<unsigned> escaped_unit(std::string_view text, std::size_t at) {
    if (text.substr(at, 2) != "\\u" || text.size() < at + 6) return std::nullopt;
    unsigned unit = 0;
    for (const char c : text.substr(at + 2, 4)) {
        const std::uint8_t digit = hex::digit_values[static_cast<unsigned char>(c)];
        if (digit == hex::no_digit) return std::nullopt;
        unit = unit * 16 + digit;
    }
    return unit;
}

bool is_high(std::optional<unsigned> unit) {
    return unit && *unit >= 0xD800 && *unit <= 0xDBFF;
}

bool is_low(std::optional<unsigned> unit) {
    return unit && *unit >= 0xDC00 && *unit <= 0xDFFF;
}

class JsonRepairer {
public:
    explicit JsonRepairer(std::string_view text) : text_(text) { result_.text.reserve(text.size() + 16); }

    RepairedJson run() {
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
        return std::move(result_);
    }

private:
    void copy(std::size_t count) {
        result_.text += text_.substr(at_, count);
        at_ += count;
    }

    void replace(std::size_t count, std::string_view by) {
        result_.text += by;
        result_.characters = true;
        at_ += count;
    }

    void in_string() {
        const char c = text_[at_];
        const std::size_t bytes = utf8::character_size(text_.substr(at_));
        if (c == '\\') return escape();
        if (bytes == 0) return replace(1, utf8::replacement);
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
        result_.text += value < 0 ? "-1.7976931348623157e308" : "1.7976931348623157e308";
        result_.numbers = true;
        at_ = end;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    bool in_string_ = false;
    RepairedJson result_;
};

} // namespace

RepairedJson repair_json(std::string_view text) {
    return JsonRepairer(text).run();
}

} // namespace evenfold::providers

#include "evenfold/providers/wire/json_value.hpp"

#include <charconv>
#include <concepts>
#include <cstdlib>
#include <limits>
#include <string>
#include <system_error>

namespace evenfold::providers {

namespace {

/// Returns the integer that all of `text` spells.
template <std::integral Integer>
std::optional<Integer> parse_integer(std::string_view text) {
    Integer value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

} // namespace

std::optional<std::int64_t> JsonValue::integer() const {
    if (!is_number()) return std::nullopt;
    return parse_integer<std::int64_t>(spelling());
}

std::optional<std::uint64_t> JsonValue::count() const {
    if (!is_number()) return std::nullopt;
    return parse_integer<std::uint64_t>(spelling());
}

std::optional<double> JsonValue::number() const {
    constexpr double greatest = std::numeric_limits<double>::max();
    if (!is_number()) return std::nullopt;
    const std::string_view digits = spelling();
    double value = 0;
    if (std::from_chars(digits.data(), digits.data() + digits.size(), value).ec == std::errc()) return value;
    value = std::strtod(std::string(digits).c_str(), nullptr); // shows whether the number is too large or too small
    if (value > greatest) return greatest;
    return value < -greatest ? -greatest : value;
}

} // namespace evenfold::providers

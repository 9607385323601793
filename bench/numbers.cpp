#include "evenfold/bench/numbers.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <span>
#include <string_view>

namespace evenfold::bench {
namespace {

/// Formats `number` in the largest unit that gives at least 1; each unit is 1,000 times the one before.
std::string in_units(double number, std::span<const std::string_view> units) {
    std::size_t unit = 0;
    while (std::abs(number) >= 999.5 && unit + 1 < units.size()) {
        number /= 1000;
        ++unit;
    }
    return fmt::format("{} {}", short_text(number), units[unit]);
}

} // namespace

std::string grouped(std::uint64_t number) {
    std::string digits = fmt::format("{}", number);
    for (std::size_t end = digits.size(); end > 3; end -= 3) digits.insert(end - 3, ",");
    return digits;
}

std::string time_text(double ns) {
    static constexpr std::array<std::string_view, 4> units{"ns", "µs", "ms", "s"};
    return in_units(ns, units);
}

std::string bytes_text(double bytes) {
    static constexpr std::array<std::string_view, 4> units{"B", "kB", "MB", "GB"};
    return in_units(bytes, units);
}

std::string short_text(double number) {
    const double size = std::abs(number);
    if (size >= 99.95) {
        const std::string digits = grouped(static_cast<std::uint64_t>(std::llround(size)));
        return number < 0 ? "-" + digits : digits;
    }
    const int behind = size >= 9.995 || size == 0 ? 1 : size >= 0.9995 ? 2 : size >= 0.09995 ? 3 : 4;
    std::string text = fmt::format("{:.{}f}", number, behind);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    return text == "-0" ? "0" : text;
}

std::string share_text(double share) {
    const double percent = share * 100;
    if (percent > 0 && percent < 0.05) return "< 0.1 %";
    return fmt::format("{:.{}f} %", percent, percent < 9.95 ? 1 : 0);
}

} // namespace evenfold::bench

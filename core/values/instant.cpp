#include "evenfold/core/values/instant.hpp"

#include <fmt/format.h>

#include <charconv>
#include <chrono>

namespace evenfold {
namespace {

constexpr std::int64_t day_ms = 86'400'000;
constexpr std::int64_t cycle_years = 400; // after which the calendar repeats, so std::chrono needs only one cycle
constexpr std::int64_t cycle_days = 146'097;
constexpr std::int64_t last_plain_year = 9999;

constexpr std::int64_t floor_quotient(std::int64_t number, std::int64_t divisor) {
    return number / divisor - (number % divisor < 0 ? 1 : 0);
}

std::optional<int> number(std::string_view text, std::size_t from, std::size_t count) {
    int value = 0;
    for (const char digit : text.substr(from, count)) {
        if (digit < '0' || digit > '9') return std::nullopt;
        value = value * 10 + (digit - '0');
    }
    return value;
}

/// Parses four digits, or a sign and at least six digits for a year that does not have four.
std::optional<std::int64_t> parse_year(std::string_view text) {
    if (text.size() == 4) return number(text, 0, 4);
    constexpr std::size_t sign = 1;
    constexpr std::size_t digits_min = 6;
    constexpr std::size_t digits_max = 9; // of the years of 64-bit milliseconds
    if (text.size() < sign + digits_min || text.size() > sign + digits_max) return std::nullopt;
    const bool is_padded = text[sign] == '0';
    if ((text[0] != '+' && text[0] != '-') || (is_padded && text.size() > sign + digits_min)) return std::nullopt;
    const auto digits = number(text, sign, text.size() - sign);
    if (!digits) return std::nullopt;
    const std::int64_t year = text[0] == '-' ? -std::int64_t{*digits} : std::int64_t{*digits};
    const bool is_plain = *digits == 0 || (year > 0 && year <= last_plain_year);
    return is_plain ? std::nullopt : std::optional(year);
}

/// Returns the instant `ms` after the begin of a day, which is counted from 1970; nullopt beyond 64-bit milliseconds.
std::optional<Instant> instant_of(std::int64_t day, std::int64_t ms) {
    if (day < 0) { // the first day begins before the first instant
        ++day;
        ms -= day_ms;
    }
    Instant instant;
    if (__builtin_mul_overflow(day, day_ms, &instant.unix_ms)) return std::nullopt;
    if (__builtin_add_overflow(instant.unix_ms, ms, &instant.unix_ms)) return std::nullopt;
    return instant;
}

} // namespace

std::string to_text(const Instant& instant) {
    using std::chrono::days;
    using std::chrono::milliseconds;
    const std::int64_t day = floor_quotient(instant.unix_ms, day_ms);
    const std::int64_t cycle = floor_quotient(day, cycle_days);
    const std::chrono::year_month_day date{std::chrono::sys_days{days{day - cycle * cycle_days}}};
    const std::int64_t ms = instant.unix_ms % day_ms;
    const std::chrono::hh_mm_ss time{milliseconds{ms < 0 ? ms + day_ms : ms}};
    const std::int64_t year = int{date.year()} + cycle * cycle_years;
    const bool is_plain = year >= 0 && year <= last_plain_year;
    return fmt::format(fmt::runtime(is_plain ? "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z"
                                             : "{:+07}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z"),
                       year, unsigned{date.month()}, unsigned{date.day()}, time.hours().count(), time.minutes().count(),
                       time.seconds().count(), time.subseconds().count());
}

std::optional<Instant> parse_instant(std::string_view text) {
    static constexpr std::string_view form = "-00-00T00:00:00.000Z"; // after the year
    if (text.size() < form.size()) return std::nullopt;
    const std::string_view rest = text.substr(text.size() - form.size());
    for (std::size_t i = 0; i < form.size(); ++i) {
        if (form[i] != '0' && form[i] != rest[i]) return std::nullopt;
    }
    const auto year = parse_year(text.substr(0, text.size() - form.size()));
    const auto month = number(rest, 1, 2);
    const auto day = number(rest, 4, 2);
    const auto hour = number(rest, 7, 2);
    const auto minute = number(rest, 10, 2);
    const auto second = number(rest, 13, 2);
    const auto fraction = number(rest, 16, 3);
    if (!year || !month || !day || !hour || !minute || !second || !fraction) return std::nullopt;
    const std::int64_t cycle = floor_quotient(*year, cycle_years);
    const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(*year - cycle * cycle_years)},
                                           std::chrono::month{static_cast<unsigned>(*month)},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok() || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
    const std::int64_t ms = ((*hour * 60LL + *minute) * 60 + *second) * 1000 + *fraction;
    return instant_of(std::chrono::sys_days{date}.time_since_epoch().count() + cycle * cycle_days, ms);
}

} // namespace evenfold

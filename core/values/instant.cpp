#include "evenfold/core/values/instant.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>

namespace evenfold {
namespace {

using std::chrono::milliseconds;
using SystemTime = std::chrono::sys_time<milliseconds>;

constexpr SystemTime first_moment = std::chrono::sys_days{std::chrono::year{0} / 1 / 1};
constexpr SystemTime past_moment = std::chrono::sys_days{std::chrono::year{10000} / 1 / 1};

std::optional<int> number(std::string_view text, std::size_t from, std::size_t count) {
    int value = 0;
    for (const char digit : text.substr(from, count)) {
        if (digit < '0' || digit > '9') return std::nullopt;
        value = value * 10 + (digit - '0');
    }
    return value;
}

} // namespace

std::string to_text(const Instant& instant) {
    const SystemTime moment =
        std::clamp(SystemTime{milliseconds{instant.unix_ms}}, first_moment, past_moment - milliseconds{1});
    const auto day = std::chrono::floor<std::chrono::days>(moment);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{moment - day};
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", int{date.year()}, unsigned{date.month()},
                       unsigned{date.day()}, time.hours().count(), time.minutes().count(), time.seconds().count(),
                       time.subseconds().count());
}

std::optional<Instant> parse_instant(std::string_view text) {
    static constexpr std::string_view form = "0000-00-00T00:00:00.000Z";
    if (text.size() != form.size()) return std::nullopt;
    for (std::size_t i = 0; i < form.size(); ++i) {
        if (form[i] != '0' && form[i] != text[i]) return std::nullopt;
    }
    const auto year = number(text, 0, 4);
    const auto month = number(text, 5, 2);
    const auto day = number(text, 8, 2);
    const auto hour = number(text, 11, 2);
    const auto minute = number(text, 14, 2);
    const auto second = number(text, 17, 2);
    const auto fraction = number(text, 20, 3);
    if (!year || !month || !day || !hour || !minute || !second || !fraction) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok() || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
    const SystemTime moment = std::chrono::sys_days{date} + std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
                              std::chrono::seconds{*second} + milliseconds{*fraction};
    return Instant{moment.time_since_epoch().count()};
}

} // namespace evenfold

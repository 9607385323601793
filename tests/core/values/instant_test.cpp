#include "evenfold/core/values/instant.hpp"

#include <doctest/doctest.h>

#include <utility>
#include <vector>

namespace evenfold {
namespace {

constexpr std::int64_t second_ms = 1000;
constexpr std::int64_t day_ms = 24 * 60 * 60 * second_ms;
constexpr std::int64_t first_ms = -62'167'219'200 * second_ms;    // 0000-01-01T00:00:00Z
constexpr std::int64_t last_ms = 253'402'300'800 * second_ms - 1; // the end of 9999

} // namespace

TEST_CASE("Instant: its text is RFC 3339 in UTC with milliseconds.") {
    const std::vector<std::pair<std::int64_t, const char*>> rows{
        {0, "1970-01-01T00:00:00.000Z"},
        {1, "1970-01-01T00:00:00.001Z"},
        {-1, "1969-12-31T23:59:59.999Z"},
        {951'782'400 * second_ms, "2000-02-29T00:00:00.000Z"},
        {951'868'800 * second_ms, "2000-03-01T00:00:00.000Z"},
        {4'107'542'399 * second_ms, "2100-02-28T23:59:59.000Z"},
        {4'107'542'400 * second_ms, "2100-03-01T00:00:00.000Z"},
        {first_ms, "0000-01-01T00:00:00.000Z"},
        {last_ms, "9999-12-31T23:59:59.999Z"}};
    for (const auto& [unix_ms, text] : rows) {
        CHECK(to_text(Instant{unix_ms}) == text);
        CHECK(parse_instant(text) == Instant{unix_ms});
    }
}

TEST_CASE("Instant: every day of four centuries survives conversion to text and back.") {
    for (std::int64_t day = 0; day < 146'097; ++day) {
        const Instant instant{day * day_ms + day * 1237 % day_ms};
        const auto again = parse_instant(to_text(instant));
        if (again != instant) FAIL_CHECK(to_text(instant));
    }
    CHECK(parse_instant(to_text(Instant{day_ms})) == Instant{day_ms});
}

TEST_CASE("Instant: every instant outside the years 0000 to 9999 has a text of its own, with a signed year.") {
    const std::vector<std::pair<std::int64_t, const char*>> rows{
        {first_ms - 1, "-000001-12-31T23:59:59.999Z"},           {last_ms + 1, "+010000-01-01T00:00:00.000Z"},
        {8'640'000'000'000'000, "+275760-09-13T00:00:00.000Z"}, // the first and last that ECMAScript has
        {-8'640'000'000'000'000, "-271821-04-20T00:00:00.000Z"}, {INT64_MAX, "+292278994-08-17T07:12:55.807Z"},
        {INT64_MAX - 5, "+292278994-08-17T07:12:55.802Z"},       {INT64_MIN, "-292275055-05-16T16:47:04.192Z"}};
    for (const auto& [unix_ms, text] : rows) {
        CHECK(to_text(Instant{unix_ms}) == text);
        CHECK(parse_instant(text) == Instant{unix_ms});
    }
    for (int bit = 0; bit < 63; ++bit) {
        for (const std::int64_t unix_ms : {std::int64_t{1} << bit, -(std::int64_t{1} << bit) - 1}) {
            CHECK(parse_instant(to_text(Instant{unix_ms})) == Instant{unix_ms});
        }
    }
}

TEST_CASE("Instant: years with a sign have one spelling, and end with the last instant.") {
    for (const char* bad :
         {"+001970-01-01T00:00:00.000Z", "-000000-01-01T00:00:00.000Z", "+000000-01-01T00:00:00.000Z",
          "+009999-12-31T23:59:59.999Z", "+0010000-01-01T00:00:00.000Z", "10000-01-01T00:00:00.000Z",
          "+10000-01-01T00:00:00.000Z", "010000-01-01T00:00:00.000Z", "+01000a-01-01T00:00:00.000Z",
          "+292278994-08-17T07:12:55.808Z", "-292275055-05-16T16:47:04.191Z", "+292278995-01-01T00:00:00.000Z",
          "+999999999-01-01T00:00:00.000Z", "-999999999-01-01T00:00:00.000Z", "+9999999999-01-01T00:00:00.000Z"}) {
        CAPTURE(bad);
        CHECK(!parse_instant(bad));
    }
    CHECK(parse_instant("-000009-01-01T00:00:00.000Z"));
}

TEST_CASE("Instant: any other text is rejected.") {
    for (const char* bad : {"",
                            "1970-01-01",
                            "1970-01-01T00:00:00Z",
                            "1970-01-01T00:00:00.000",
                            "1970-01-01t00:00:00.000Z",
                            "1970-01-01T00:00:00.000z",
                            "1970-01-01 00:00:00.000Z",
                            "1970-01-01T00:00:00.000+0",
                            "1970-13-01T00:00:00.000Z",
                            "1970-00-01T00:00:00.000Z",
                            "1970-01-00T00:00:00.000Z",
                            "1970-01-32T00:00:00.000Z",
                            "1970-02-29T00:00:00.000Z",
                            "2100-02-29T00:00:00.000Z",
                            "1970-01-01T24:00:00.000Z",
                            "1970-01-01T00:60:00.000Z",
                            "1970-01-01T00:00:60.000Z",
                            "-970-01-01T00:00:00.000Z",
                            "1970-01-01T00:00:00.00aZ",
                            "1970-01-01T00:00:00.0000Z"}) {
        CAPTURE(bad);
        CHECK(!parse_instant(bad));
    }
    CHECK(parse_instant("2000-02-29T00:00:00.000Z"));
}

} // namespace evenfold

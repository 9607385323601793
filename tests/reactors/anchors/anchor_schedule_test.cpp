#include "evenfold/reactors/anchors/anchor_schedule.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace evenfold::tests::anchors {
namespace {

using namespace reactors::anchors;

Instant at_s(std::int64_t seconds) {
    return {.unix_ms = 1000 * seconds};
}

} // namespace

TEST_CASE("Schedule: the first head is due at once, and the next one after the interval, if there is one.") {
    AnchorStatus status;
    CHECK_FALSE(next_attempt(status, {}));
    CHECK(is_attempt_due(status, {}, at_s(0), 1));
    CHECK_FALSE(is_attempt_due(status, {}, at_s(0), 0)); // nothing to anchor
    status = after_success(status, at_s(100), 5);
    CHECK(next_attempt(status, {}) == at_s(160));
    CHECK_FALSE(is_attempt_due(status, {}, at_s(159), 6));
    CHECK(is_attempt_due(status, {}, at_s(160), 6));
    CHECK_FALSE(is_attempt_due(status, {}, at_s(1000), 5));
}

TEST_CASE("Schedule: pauses after failures double up to the longest one, and a success ends them.") {
    AnchorStatus status = after_success({}, at_s(0), 5);
    std::vector<std::int64_t> pauses;
    for (int i = 0; i < 12; ++i) {
        status = after_failure(status, at_s(1000), "no route to host");
        pauses.push_back((next_attempt(status, {})->unix_ms - at_s(1000).unix_ms) / 1000);
    }
    CHECK(pauses == std::vector<std::int64_t>{1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300});
    CHECK(status.failures == 12);
    CHECK(status.size == 5);
    CHECK(status.anchored_at == at_s(0));
    CHECK(status.error == "no route to host");
    status.failures = UINT64_MAX;
    CHECK(next_attempt(status, {}) == at_s(1300));
    CHECK(after_success(status, at_s(2000), 7) ==
          AnchorStatus{.size = 7, .anchored_at = at_s(2000), .failed_at = {}, .failures = 0, .error = {}});
}

TEST_CASE("Schedule: times near the end of the clock and clocks that go back do no harm.") {
    const Instant last{.unix_ms = INT64_MAX};
    CHECK(next_attempt(after_failure({}, last, "x"), {}) == last);
    CHECK(next_attempt(after_success({}, last, 1), {}) == last);
    CHECK(anchor_age_s(after_success({}, at_s(100), 1), at_s(50)) == 0);
    CHECK(anchor_age_s(after_success({}, at_s(100), 1), at_s(175)) == 75);
    CHECK_FALSE(anchor_age_s({}, at_s(50)));
    CHECK(after_success(after_success({}, at_s(1), 9), at_s(2), 5).size == 9);
}

TEST_CASE("Schedule: an anchor is late after ten intervals without a newer head that waits.") {
    CHECK_FALSE(is_late({}, at_s(10'000), std::nullopt));
    CHECK_FALSE(is_late({}, at_s(700), at_s(100)));
    CHECK(is_late({}, at_s(701), at_s(100)));
}

} // namespace evenfold::tests::anchors

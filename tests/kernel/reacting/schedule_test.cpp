#include "evenfold/kernel/reacting/schedule.hpp"

#include <doctest/doctest.h>

#include <map>

namespace evenfold::kernel {
namespace {

Uuid effect(std::uint8_t number) {
    Uuid id;
    id.bytes[0] = number;
    return id;
}

DueEffect due(std::uint8_t number, std::string lane = {}, Urgency urgency = Urgency::user) {
    return {.effect = effect(number),
            .lane = std::move(lane),
            .policy = {.urgency = urgency,
                       .deadline = MonotonicTime(1000),
                       .attempts_max = 3,
                       .backoff_first = MonotonicTime(100),
                       .backoff_max = MonotonicTime(400),
                       .process_bound = false,
                       .actor = Actor::reactor},
            .dead = {}};
}

std::vector<Uuid> begun(Schedule& schedule, std::int64_t now) {
    std::vector<Uuid> effects;
    for (const BegunAttempt& one : schedule.begin(MonotonicTime(now))) effects.push_back(one.effect);
    return effects;
}

using Effects = std::vector<Uuid>;

} // namespace

TEST_CASE("Schedule: an effect runs once while it is outstanding, and is removed when it is not.") {
    Schedule schedule(4, 1);
    schedule.update({due(1)}, MonotonicTime(0));
    CHECK(schedule.begin(MonotonicTime(0)) ==
          std::vector<BegunAttempt>{{.effect = effect(1), .attempt = 1, .deadline = MonotonicTime(1000)}});
    schedule.update({due(1)}, MonotonicTime(1));
    CHECK(begun(schedule, 1).empty());
    schedule.end(effect(1), AttemptEnd::completed, {}, MonotonicTime(2));
    schedule.update({}, MonotonicTime(2));
    CHECK_FALSE(schedule.next());
    schedule.update({due(1)}, MonotonicTime(3)); // it is due again
    CHECK(begun(schedule, 3) == Effects{effect(1)});
}

TEST_CASE("Schedule: one effect per lane runs at a time, also when it is no longer outstanding.") {
    Schedule schedule(4, 1);
    schedule.update({due(1, "a"), due(2, "a"), due(3, "b")}, MonotonicTime(0));
    CHECK(begun(schedule, 0) == Effects{effect(1), effect(3)});
    schedule.update({due(2, "a"), due(3, "b")}, MonotonicTime(1)); // 1 is confirmed by others, and still runs
    CHECK(begun(schedule, 1).empty());
    schedule.end(effect(1), AttemptEnd::failed, "late", MonotonicTime(2));
    CHECK(begun(schedule, 2) == Effects{effect(2)});
}

TEST_CASE(
    "Schedule: the most urgent effect runs first, then the oldest; control effects do not count towards the limit.") {
    Schedule schedule(1, 1);
    schedule.update({due(1, "", Urgency::background), due(2), due(3, "", Urgency::control), due(4)}, MonotonicTime(0));
    CHECK(begun(schedule, 0) == Effects{effect(3), effect(2)});
    schedule.end(effect(2), AttemptEnd::waiting, {}, MonotonicTime(1));
    CHECK(begun(schedule, 1) == Effects{effect(4)});
    schedule.end(effect(4), AttemptEnd::waiting, {}, MonotonicTime(2));
    CHECK(begun(schedule, 2) == Effects{effect(1)});
}

TEST_CASE(
    "Schedule: a failed effect is retried with exponential backoff, then given up repeatedly with the last reason.") {
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        Schedule schedule(1, seed);
        schedule.update({due(1)}, MonotonicTime(0));
        CHECK(begun(schedule, 0) == Effects{effect(1)});
        const auto second = schedule.end(effect(1), AttemptEnd::failed, "one", MonotonicTime(10));
        REQUIRE(second);
        CHECK(*second >= MonotonicTime(60));
        CHECK(*second <= MonotonicTime(110));
        CHECK(begun(schedule, second->count() - 1).empty());
        CHECK(schedule.next() == second);
        CHECK(begun(schedule, second->count()) == Effects{effect(1)});
        const auto third = schedule.end(effect(1), AttemptEnd::failed, "two", MonotonicTime(1000));
        REQUIRE(third);
        CHECK(*third >= MonotonicTime(1100));
        CHECK(*third <= MonotonicTime(1200));
        CHECK(begun(schedule, 1200) == Effects{effect(1)});
        CHECK_FALSE(schedule.end(effect(1), AttemptEnd::failed, "three", MonotonicTime(2000)));
        const std::vector<AbandonedEffect> given_up{{.effect = effect(1), .attempts = 3, .reason = "three"}};
        CHECK(schedule.give_up(MonotonicTime(2000)) == given_up);
        CHECK(schedule.give_up(MonotonicTime(2399)).empty());
        CHECK(schedule.give_up(MonotonicTime(2400)) == given_up);
        CHECK(begun(schedule, 9999).empty());
    }
}

TEST_CASE("Schedule: backoff is random, so that effects that failed together are not retried together.") {
    std::set<std::int64_t> pauses;
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        Schedule schedule(1, seed);
        schedule.update({due(1)}, MonotonicTime(0));
        CHECK(begun(schedule, 0).size() == 1);
        const auto again = schedule.end(effect(1), AttemptEnd::failed, "", MonotonicTime(0));
        REQUIRE(again);
        pauses.insert(again->count());
    }
    CHECK(pauses.size() > 20);
}

TEST_CASE("Schedule: an effect that is completed but still outstanding, or not confirmed in time, has failed.") {
    Schedule schedule(4, 1);
    schedule.update({due(1), due(2)}, MonotonicTime(0));
    CHECK(begun(schedule, 0).size() == 2);
    schedule.end(effect(1), AttemptEnd::completed, {}, MonotonicTime(1));
    schedule.end(effect(2), AttemptEnd::waiting, {}, MonotonicTime(1));
    schedule.update({due(1), due(2)}, MonotonicTime(1));
    CHECK(begun(schedule, 1).empty());
    CHECK(begun(schedule, 500) == Effects{effect(1)});
    schedule.update({due(1), due(2)}, MonotonicTime(999));
    CHECK(begun(schedule, 999).empty());
    schedule.update({due(1), due(2)}, MonotonicTime(1000)); // the deadline of 2
    CHECK(begun(schedule, 1200) == Effects{effect(2)});
}

TEST_CASE("Schedule: an overdue attempt is returned once and keeps its lane until it ends.") {
    Schedule schedule(4, 1);
    schedule.update({due(1, "a"), due(2, "a")}, MonotonicTime(0));
    CHECK(begun(schedule, 0) == Effects{effect(1)});
    CHECK(schedule.next() == MonotonicTime(1000));
    CHECK(schedule.overdue(MonotonicTime(999)).empty());
    CHECK(schedule.overdue(MonotonicTime(1000)) == Effects{effect(1)});
    CHECK(schedule.overdue(MonotonicTime(2000)).empty());
    CHECK(begun(schedule, 2000).empty());
    CHECK_FALSE(schedule.next()); // only the end of the attempt is left to wait for
}

TEST_CASE("Schedule: dead effects and permanent failures are given up without another attempt.") {
    Schedule schedule(4, 1);
    DueEffect dead = due(1);
    dead.dead = "gone";
    schedule.update({dead, due(2)}, MonotonicTime(0));
    CHECK(begun(schedule, 0) == Effects{effect(2)});
    CHECK(schedule.give_up(MonotonicTime(0)) ==
          std::vector<AbandonedEffect>{{.effect = effect(1), .attempts = 0, .reason = "gone"}});
    CHECK_FALSE(schedule.end(effect(2), AttemptEnd::failed_permanently, "no disk", MonotonicTime(5)));
    CHECK(schedule.give_up(MonotonicTime(5)) ==
          std::vector<AbandonedEffect>{{.effect = effect(2), .attempts = 1, .reason = "no disk"}});
}

} // namespace evenfold::kernel

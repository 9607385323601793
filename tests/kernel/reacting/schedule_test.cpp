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

Due due(std::uint8_t number, std::string lane = {}, Urgency urgency = Urgency::user) {
    return {.effect = effect(number),
            .lane = std::move(lane),
            .policy = {.urgency = urgency,
                       .deadline = Moment(1000),
                       .attempts_max = 3,
                       .backoff_first = Moment(100),
                       .backoff_max = Moment(400),
                       .process_bound = false,
                       .actor = Actor::reactor},
            .dead = {}};
}

std::vector<Uuid> begun(Schedule& schedule, std::int64_t now) {
    std::vector<Uuid> effects;
    for (const Begun& one : schedule.begin(Moment(now))) effects.push_back(one.effect);
    return effects;
}

using Effects = std::vector<Uuid>;

} // namespace

TEST_CASE("Schedule: an effect runs once while it is outstanding, and is forgotten when it is not.") {
    Schedule schedule(4, 1);
    schedule.look({due(1)}, Moment(0));
    CHECK(schedule.begin(Moment(0)) ==
          std::vector<Begun>{{.effect = effect(1), .attempt = 1, .deadline = Moment(1000)}});
    schedule.look({due(1)}, Moment(1));
    CHECK(begun(schedule, 1).empty());
    schedule.end(effect(1), Ended::answered, {}, Moment(2));
    schedule.look({}, Moment(2));
    CHECK_FALSE(schedule.next());
    schedule.look({due(1)}, Moment(3)); // it is due again
    CHECK(begun(schedule, 3) == Effects{effect(1)});
}

TEST_CASE("Schedule: of one lane one runs at a time, whatever happens to it.") {
    Schedule schedule(4, 1);
    schedule.look({due(1, "a"), due(2, "a"), due(3, "b")}, Moment(0));
    CHECK(begun(schedule, 0) == Effects{effect(1), effect(3)});
    schedule.look({due(2, "a"), due(3, "b")}, Moment(1)); // 1 is confirmed by others, and still runs
    CHECK(begun(schedule, 1).empty());
    schedule.end(effect(1), Ended::failed, "late", Moment(2));
    CHECK(begun(schedule, 2) == Effects{effect(2)});
}

TEST_CASE("Schedule: the most urgent go first, then those that were seen first; control needs no place.") {
    Schedule schedule(1, 1);
    schedule.look({due(1, "", Urgency::background), due(2), due(3, "", Urgency::control), due(4)}, Moment(0));
    CHECK(begun(schedule, 0) == Effects{effect(3), effect(2)});
    schedule.end(effect(2), Ended::waiting, {}, Moment(1));
    CHECK(begun(schedule, 1) == Effects{effect(4)});
    schedule.end(effect(4), Ended::waiting, {}, Moment(2));
    CHECK(begun(schedule, 2) == Effects{effect(1)});
}

TEST_CASE("Schedule: what fails is tried again after growing pauses, then given up with the last reason, again and "
          "again.") {
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        Schedule schedule(1, seed);
        schedule.look({due(1)}, Moment(0));
        CHECK(begun(schedule, 0) == Effects{effect(1)});
        const auto second = schedule.end(effect(1), Ended::failed, "one", Moment(10));
        REQUIRE(second);
        CHECK(*second >= Moment(60));
        CHECK(*second <= Moment(110));
        CHECK(begun(schedule, second->count() - 1).empty());
        CHECK(schedule.next() == second);
        CHECK(begun(schedule, second->count()) == Effects{effect(1)});
        const auto third = schedule.end(effect(1), Ended::failed, "two", Moment(1000));
        REQUIRE(third);
        CHECK(*third >= Moment(1100));
        CHECK(*third <= Moment(1200));
        CHECK(begun(schedule, 1200) == Effects{effect(1)});
        CHECK_FALSE(schedule.end(effect(1), Ended::failed, "three", Moment(2000)));
        const std::vector<GivenUp> given_up{{.effect = effect(1), .attempts = 3, .reason = "three"}};
        CHECK(schedule.give_up(Moment(2000)) == given_up);
        CHECK(schedule.give_up(Moment(2399)).empty());
        CHECK(schedule.give_up(Moment(2400)) == given_up);
        CHECK(begun(schedule, 9999).empty());
    }
}

TEST_CASE("Schedule: pauses differ by chance, so that what failed together does not come back together.") {
    std::set<std::int64_t> pauses;
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        Schedule schedule(1, seed);
        schedule.look({due(1)}, Moment(0));
        CHECK(begun(schedule, 0).size() == 1);
        const auto again = schedule.end(effect(1), Ended::failed, "", Moment(0));
        REQUIRE(again);
        pauses.insert(again->count());
    }
    CHECK(pauses.size() > 20);
}

TEST_CASE("Schedule: answered and still outstanding has failed; begun outside and not confirmed in time, too.") {
    Schedule schedule(4, 1);
    schedule.look({due(1), due(2)}, Moment(0));
    CHECK(begun(schedule, 0).size() == 2);
    schedule.end(effect(1), Ended::answered, {}, Moment(1));
    schedule.end(effect(2), Ended::waiting, {}, Moment(1));
    schedule.look({due(1), due(2)}, Moment(1));
    CHECK(begun(schedule, 1).empty());
    CHECK(begun(schedule, 500) == Effects{effect(1)});
    schedule.look({due(1), due(2)}, Moment(999));
    CHECK(begun(schedule, 999).empty());
    schedule.look({due(1), due(2)}, Moment(1000)); // the deadline of 2
    CHECK(begun(schedule, 1200) == Effects{effect(2)});
}

TEST_CASE("Schedule: what is past its deadline is told once, and keeps its lane until it ends.") {
    Schedule schedule(4, 1);
    schedule.look({due(1, "a"), due(2, "a")}, Moment(0));
    CHECK(begun(schedule, 0) == Effects{effect(1)});
    CHECK(schedule.next() == Moment(1000));
    CHECK(schedule.overdue(Moment(999)).empty());
    CHECK(schedule.overdue(Moment(1000)) == Effects{effect(1)});
    CHECK(schedule.overdue(Moment(2000)).empty());
    CHECK(begun(schedule, 2000).empty());
    CHECK_FALSE(schedule.next()); // only the end of the attempt is left to wait for
}

TEST_CASE("Schedule: what is dead when it is first seen, and what is hopeless, is given up without another attempt.") {
    Schedule schedule(4, 1);
    Due dead = due(1);
    dead.dead = "gone";
    schedule.look({dead, due(2)}, Moment(0));
    CHECK(begun(schedule, 0) == Effects{effect(2)});
    CHECK(schedule.give_up(Moment(0)) == std::vector<GivenUp>{{.effect = effect(1), .attempts = 0, .reason = "gone"}});
    CHECK_FALSE(schedule.end(effect(2), Ended::hopeless, "no disk", Moment(5)));
    CHECK(schedule.give_up(Moment(5)) ==
          std::vector<GivenUp>{{.effect = effect(2), .attempts = 1, .reason = "no disk"}});
}

} // namespace evenfold::kernel

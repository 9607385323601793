#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <evenfold/core/reflection/shape_of.hpp>
#include <evenfold/journal/memory/memory_journal.hpp>
#include <evenfold/kernel/fresh_id.hpp>
#include <evenfold/kernel/reacting/loop.hpp>
#include <evenfold/testing/doctest.hpp>
#include <evenfold/testing/simulation.hpp>

#include <set>

#include "reminders.hpp"

namespace reminders {

namespace kernel = evenfold::kernel;

TEST_CASE("reminders obey the laws") {
    CHECK_LAWS(Reminders);
}

TEST_CASE("each reminder is told once or more, whatever fails and whenever the process dies") {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        CAPTURE(seed);
        evenfold::testing::Random random(seed);
        evenfold::journal::MemoryJournal journal;
        std::set<ReminderId> told;
        std::set<ReminderId> asked;
        kernel::Reactors<Reminders> reactors;
        reactors.add<Tell>({
            .policy = {},
            .lane = {},
            .handle = {[&](const Tell& due) -> std::expected<Reminders::Command, kernel::Setback> {
                if (random.next() % 4 == 0)
                    return std::unexpected(kernel::Setback{.reason = "noise", .is_final = false});
                told.insert(due.reminder);
                return MarkTold{due.reminder};
            }},
            .give_up = {[&](const Tell& due, const std::string& reason) {
                asked.erase(due.reminder);
                return GiveUp{.reminder = due.reminder, .reason = reason};
            }},
        });
        for (int life = 0; life < 4; ++life) {
            const auto opened = kernel::Kernel<Reminders>::open(journal, &kernel::now);
            REQUIRE(opened);
            const auto one = kernel::fresh<ReminderId>();
            asked.insert(one);
            CHECK((*opened)->submit({.command = kernel::fresh<evenfold::CommandId>(),
                                     .actor = evenfold::Actor::user,
                                     .at = {1},
                                     .cause = {},
                                     .correlation = {},
                                     .body = Remind{.reminder = one, .text = "stand up"}}));
            evenfold::testing::SimulatedRuntime world(random.next());
            kernel::ReactorLoop<Reminders> loop(**opened, reactors, world);
            if (life == 3) loop.run_until_idle();
            for (std::uint64_t steps = random.next() % 5; life < 3 && steps > 0; --steps) world.wait(loop.step());
            world.crash();
        }
        for (const ReminderId& one : asked) CHECK(told.contains(one));
    }
}

} // namespace reminders

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

TEST_CASE("Reminders: the laws of every domain hold.") {
    CHECK_LAWS(Reminders);
}

TEST_CASE("Reminders: each reminder is delivered at least once, whatever fails and whenever the process dies.") {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        CAPTURE(seed);
        evenfold::testing::Random random(seed);
        evenfold::journal::MemoryJournal journal;
        std::set<ReminderId> delivered;
        std::set<ReminderId> requested;
        kernel::Reactors<Reminders> reactors;
        reactors.add<Deliver>({
            .policy = {},
            .lane = {},
            .handle = {[&](const Deliver& due) -> std::expected<Reminders::Command, kernel::AttemptError> {
                if (random.next() % 4 == 0)
                    return std::unexpected(kernel::AttemptError{.reason = "simulated failure", .is_final = false});
                delivered.insert(due.reminder);
                return MarkDelivered{due.reminder};
            }},
            .give_up = {[&](const Deliver& due, const std::string& reason) {
                requested.erase(due.reminder);
                return GiveUp{.reminder = due.reminder, .reason = reason};
            }},
        });
        for (int life = 0; life < 4; ++life) {
            const auto opened = kernel::Kernel<Reminders>::open(journal, &kernel::now);
            REQUIRE(opened);
            const auto one = kernel::fresh<ReminderId>();
            requested.insert(one);
            CHECK((*opened)->submit({.command = kernel::fresh<evenfold::CommandId>(),
                                     .actor = evenfold::Actor::user,
                                     .at = {1},
                                     .cause = {},
                                     .correlation = {},
                                     .body = Remind{.reminder = one, .text = "stand up"}}));
            evenfold::testing::SimulatedRuntime runtime(random.next());
            kernel::ReactorLoop<Reminders> loop(**opened, reactors, runtime);
            if (life == 3) CHECK(loop.run_until_idle());
            for (std::uint64_t steps = random.next() % 5; life < 3 && steps > 0; --steps) runtime.wait(loop.step());
            runtime.crash();
        }
        for (const ReminderId& one : requested) CHECK(delivered.contains(one));
    }
}

} // namespace reminders

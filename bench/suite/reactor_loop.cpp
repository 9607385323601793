// Overhead of the reactor loop per effect, compared with submitting the same commands directly.
//   bench_reactor_loop [EFFECTS [ROUNDS]]
// Prints the median of the rounds for effects outstanding one at a time, and for all of them at once:
// {"case", "effects", "ns", "baseline_ns", "overhead_ns_each"}. The journal is in memory, the clock simulated.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fmt/format.h>
#include <string>
#include <vector>

#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/examples/reminders/reminders.hpp"
#include "evenfold/journal/memory/memory_journal.hpp"
#include "evenfold/kernel/fresh_id.hpp"
#include "evenfold/kernel/reacting/loop.hpp"
#include "evenfold/testing/simulation.hpp"

namespace {

using namespace evenfold;
using reminders::Reminders;
using Kernel = kernel::Kernel<Reminders>;
using SteadyClock = std::chrono::steady_clock;

void ask(Kernel& kernel, Reminders::Command body) {
    const auto outcome = kernel.submit({.command = kernel::fresh<CommandId>(),
                                        .actor = Actor::user,
                                        .at = {1},
                                        .cause = {},
                                        .correlation = {},
                                        .body = std::move(body)});
    if (!outcome) std::exit(1);
}

reminders::ReminderId remind(Kernel& kernel) {
    const auto id = kernel::fresh<reminders::ReminderId>();
    ask(kernel, reminders::Remind{.reminder = id, .text = "stand up"});
    return id;
}

/// Returns the nanoseconds of `confirm` for `effects` effects, of which `at_once` are outstanding at a time.
template <class Confirm>
std::int64_t measured(std::size_t effects, std::size_t at_once, Confirm confirm) {
    journal::MemoryJournal journal;
    const auto kernel = Kernel::open(journal, [] { return Instant{1}; });
    if (!kernel) std::exit(1);
    kernel::Reactors<Reminders> reactors;
    reactors.add<reminders::Deliver>(
        {.policy = {},
         .lane = {},
         .handle = {[](const reminders::Deliver& due) { return reminders::MarkDelivered{due.reminder}; }},
         .give_up = {[](const reminders::Deliver& due, const std::string& reason) {
             return reminders::GiveUp{.reminder = due.reminder, .reason = reason};
         }}});
    testing::SimulatedRuntime runtime(1);
    kernel::ReactorLoop<Reminders> loop(**kernel, reactors, runtime);
    std::int64_t taken = 0;
    for (std::size_t done = 0; done < effects; done += at_once) {
        std::vector<reminders::ReminderId> ids;
        while (ids.size() < at_once) ids.push_back(remind(**kernel));
        const auto begin = SteadyClock::now();
        confirm(**kernel, loop, ids);
        taken += std::chrono::duration_cast<std::chrono::nanoseconds>(SteadyClock::now() - begin).count();
    }
    const bool is_done = (*kernel)->read([](const auto& model, Sequence) { return model.reminders.empty(); });
    if (!is_done) std::exit(1);
    return taken;
}

std::int64_t median(std::vector<std::int64_t> times) {
    std::ranges::sort(times);
    return times[times.size() / 2];
}

} // namespace

int main(int count, char** words) {
    const auto number = [&](int place, std::size_t otherwise) -> std::size_t {
        return count > place ? std::strtoull(words[place], nullptr, 10) : otherwise;
    };
    const std::size_t effects = std::max<std::size_t>(1, number(1, 1000));
    const std::size_t rounds = std::max<std::size_t>(1, number(2, 5));
    for (const std::size_t at_once : {std::size_t{1}, effects}) {
        std::vector<std::int64_t> looped;
        std::vector<std::int64_t> by_hand;
        for (std::size_t round = 0; round < rounds; ++round) {
            looped.push_back(
                measured(effects, at_once, [](Kernel&, auto& loop, const auto&) { loop.run_until_idle(); }));
            by_hand.push_back(measured(effects, at_once, [](Kernel& kernel, auto&, const auto& ids) {
                for (const auto& id : ids) ask(kernel, reminders::MarkDelivered{id});
            }));
        }
        const std::int64_t ns = median(looped);
        const std::int64_t baseline = median(by_hand);
        fmt::print(
            R"({{"case":"reactor loop, {} at once","effects":{},"ns":{},"baseline_ns":{},"overhead_ns_each":{}}})"
            "\n",
            at_once, effects, ns, baseline, (ns - baseline) / static_cast<std::int64_t>(effects));
    }
    return 0;
}

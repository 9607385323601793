#include <memory>
#include <vector>

#include "evenfold/bench/orchestration/mix.hpp"
#include "evenfold/bench/suite/bare/decide.hpp"
#include "evenfold/bench/suite/cases.hpp"
#include "evenfold/core/decider/orchestration.hpp"
#include "evenfold/core/projector/orchestration.hpp"
#include "evenfold/core/values/digest.hpp"

namespace evenfold::bench {
namespace {

using orchestration::Command;
using orchestration::Event;
using orchestration::Model;

/// Commands, and the events that they are answered with.
struct Work {
    std::vector<Command> commands;
    std::vector<Event> events;
};

} // namespace

void add_decide_cases(const Effort& effort) {
    const auto work = std::make_shared<const Work>(commands_of({}, effort.events), events_of({}, effort.events));
    const Side deciding = [work](Stopwatch& watch) {
        Model model;
        watch.start();
        for (const Command& command : work->commands) {
            const auto decided = decide(command, model);
            for (const Event& event : *decided) model = project(std::move(model), event);
        }
        watch.stop();
        return to_text(digest(model));
    };
    const Side projecting = [work](Stopwatch& watch) {
        Model model;
        watch.start();
        for (const Event& event : work->events) model = project(std::move(model), event);
        watch.stop();
        return to_text(digest(model));
    };
    const Side by_hand = [work](Stopwatch& watch) {
        BareDecider decider;
        watch.start();
        for (const Command& command : work->commands) (void)decider.ask(command);
        watch.stop();
        return to_text(digest(decider.model()));
    };
    add({.name = "decide/by_hand",
         .goal = "P3: against the same by hand",
         .required = 0.70,
         .aimed = 1.0,
         .events = work->events.size(),
         .pairs = effort.pairs,
         .product = deciding,
         .limit = by_hand});
    add({.name = "decide/and_project",
         .goal = "P3: against project alone",
         .required = 0.70,
         .aimed = 0.85,
         .events = work->events.size(),
         .pairs = effort.pairs,
         .product = deciding,
         .limit = projecting});
}

} // namespace evenfold::bench

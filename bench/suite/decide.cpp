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
    std::vector<std::size_t> ends; // in `events`, of each command's answer
};

Work work_of(std::size_t count) {
    Work work{.commands = commands_of({}, count), .events = events_of({}, count), .ends = {}};
    Model model;
    for (const Command& command : work.commands) {
        const auto decided = decide(command, model);
        model = fold(std::move(model), *decided);
        work.ends.push_back((work.ends.empty() ? 0 : work.ends.back()) + decided->size());
    }
    return work;
}

} // namespace

void add_decide_cases(const Effort& effort) {
    const auto work = std::make_shared<const Work>(work_of(effort.events));
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
    const Side copying = [work](Stopwatch& watch) {
        Model model;
        watch.start();
        auto first = work->events.begin();
        for (const std::size_t end : work->ends) {
            const auto last = work->events.begin() + static_cast<std::ptrdiff_t>(end);
            const std::vector<Event> answer(first, last);
            for (const Event& event : answer) model = project(std::move(model), event);
            first = last;
        }
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
    add({.name = "decide/answers_copied",
         .goal = "what a vector for each answer costs alone, against project",
         .required = 0,
         .aimed = 0,
         .events = work->events.size(),
         .pairs = effort.pairs,
         .product = copying,
         .limit = projecting});
}

} // namespace evenfold::bench

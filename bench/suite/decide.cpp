#include <memory>
#include <vector>

#include "evenfold/bench/orchestration/mix.hpp"
#include "evenfold/bench/suite/bare/decide.hpp"
#include "evenfold/bench/suite/cases.hpp"
#include "evenfold/core/decider/orchestration.hpp"
#include "evenfold/core/projector/orchestration.hpp"
#include "evenfold/core/reflection/digest.hpp"

namespace evenfold::bench {
namespace {

using orchestration::Command;
using orchestration::Event;
using orchestration::Model;

/// Commands and their events.
struct PreparedCommands {
    std::vector<Command> commands;
    std::vector<Event> events;
    std::vector<std::size_t> ends; // in `events`: the end of each command's events
};

PreparedCommands work_of(std::size_t count) {
    PreparedCommands work{.commands = commands_of({}, count), .events = {}, .ends = {}};
    Model model;
    for (const Command& command : work.commands) {
        const auto decided = decide(command, model);
        model = fold(std::move(model), *decided);
        work.events.insert(work.events.end(), decided->begin(), decided->end());
        work.ends.push_back(work.events.size());
    }
    return work;
}

std::string decide_and_project(const PreparedCommands& work, RunTimer& watch) {
    Model model;
    watch.start();
    for (const Command& command : work.commands) {
        const auto decided = decide(command, model);
        for (const Event& event : *decided) model = project(std::move(model), event);
    }
    watch.stop();
    return to_text(digest(model));
}

std::string project_alone(const PreparedCommands& work, RunTimer& watch) {
    Model model;
    watch.start();
    for (const Event& event : work.events) model = project(std::move(model), event);
    watch.stop();
    return to_text(digest(model));
}

/// Copies and projects events that are already decided: the cost that remains without decisions.
std::string copy_and_project(const PreparedCommands& work, RunTimer& watch) {
    Model model;
    watch.start();
    auto first = work.events.begin();
    for (const std::size_t end : work.ends) {
        const auto last = work.events.begin() + static_cast<std::ptrdiff_t>(end);
        const orchestration::DecidedEvents copy(first, last);
        for (const Event& event : copy) model = project(std::move(model), event);
        first = last;
    }
    watch.stop();
    return to_text(digest(model));
}

std::string by_hand(const PreparedCommands& work, RunTimer& watch) {
    BareDecider decider;
    watch.start();
    for (const Command& command : work.commands) (void)decider.submit(command);
    watch.stop();
    return to_text(digest(decider.model()));
}

} // namespace

void add_decide_cases(const BenchEffort& effort) {
    using Way = std::string (*)(const PreparedCommands&, RunTimer&);
    const auto work = std::make_shared<const PreparedCommands>(work_of(effort.events));
    const auto pair = [&](const char* name, const char* goal, double required, double aimed, Way product, Way limit) {
        add({.name = name,
             .goal = goal,
             .required = required,
             .aimed = aimed,
             .events = work->events.size(),
             .pairs = effort.pairs,
             .product = [work, product](RunTimer& watch) { return product(*work, watch); },
             .limit = [work, limit](RunTimer& watch) { return limit(*work, watch); }});
    };
    pair("decide/by_hand", "P3: against the same by hand", 0.85, 1.0, &decide_and_project, &by_hand);
    pair("decide/and_project", "P3: against project alone", 0.70, 0.85, &decide_and_project, &project_alone);
    pair("decide/answers_copied", "ready answers copied, against project alone", 0, 0, &copy_and_project,
         &project_alone);
}

} // namespace evenfold::bench

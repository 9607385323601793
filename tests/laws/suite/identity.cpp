#include <algorithm>
#include <optional>
#include <set>

#include "evenfold/core/events/orchestration.hpp"
#include "evenfold/testing/law/kernel_laws.hpp"
#include "evenfold/tests/laws/suite.hpp"
#include "evenfold/tests/laws/suite/look.hpp"

namespace evenfold::orchestration::tests {
namespace {

/// The project that all streams of that step belong to, if it is one.
std::optional<ProjectId> project_of(const CoreStep& step, const Model& before) {
    std::set<ProjectId> projects;
    Model model = before;
    for (const Event& event : *step.answer) {
        const std::string stream = Core::stream_of(event, model);
        model = Core::project(std::move(model), event);
        std::size_t known = 0;
        for (const Model* one : {&before, &std::as_const(model)}) {
            for (const Project* project : one->index->projects.sorted()) {
                if (stream == stream_of(project->id)) projects.insert(project->id), ++known;
            }
            for (const Thread* thread : one->index->threads.sorted()) {
                if (stream == stream_of(thread->id)) projects.insert(thread->project), ++known;
            }
        }
        if (known == 0) return std::nullopt;
    }
    return projects.size() == 1 ? std::optional(*projects.begin()) : std::nullopt;
}

/// Roots are shared by all projects, and a reconciliation concerns them all.
bool concerns_all(const Command& asked) {
    return std::holds_alternative<CreateProject>(asked) || std::holds_alternative<UpdateProject>(asked) ||
           std::holds_alternative<DeleteProject>(asked) || std::holds_alternative<Reconcile>(asked);
}

bool moves_one(const CoreStep& step) {
    return step.answer && !step.answer->empty() && !concerns_all(step.command);
}

Verdict commute(const CoreHistory& history) {
    const testing::Looks<Core> looks(history);
    std::size_t place = 0;
    return testing::each_step(history, [&](const CoreStep& step, const Model& before) {
        const bool looked_at = looks.at(place++);
        const CoreStep* next = place < history.steps.size() ? &history.steps[place] : nullptr;
        if (!looked_at || !next || !moves_one(step) || !moves_one(*next)) return holds();
        const auto first = project_of(step, before);
        const Model between = fold(before, *step.answer);
        const auto second = project_of(*next, between);
        if (!first || !second || first == second || !before.index->find(*second)) return holds();
        const auto turned = accepted(before, next->command);
        const auto both = turned ? accepted(*turned, step.command) : std::nullopt;
        if (!both) return breaks("the other way round, a command of another project is refused");
        return testing::equal("the other way round, the model differs", fold(between, *next->answer), *both);
    });
}

} // namespace

CoreLaws identity_laws() {
    return section({
        all_of("L37", "a command twice is once; with another body it is a conflict and changes nothing",
               {testing::same_command_once<Core>()}),
        {{"L38", "commands under different projects commute", commute}},
    });
}

} // namespace evenfold::orchestration::tests

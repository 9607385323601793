#include <algorithm>
#include <iterator>
#include <set>

#include "evenfold/core/events/orchestration.hpp"
#include "evenfold/testing/law/kernel_laws.hpp"
#include "evenfold/tests/laws/suite.hpp"
#include "evenfold/tests/laws/suite/law_parts.hpp"

namespace evenfold::orchestration::tests {
namespace {

/// Returns the projects of the entities in `index` that `ids` name.
std::set<ProjectId> projects_of(const std::vector<Uuid>& ids, const Index& index) {
    std::set<ProjectId> projects;
    const auto add_thread = [&](const ThreadId& id) {
        if (const Thread* thread = index.find(id)) projects.insert(thread->project);
    };
    const auto add_turn = [&](const TurnId& id) {
        if (const Turn* turn = index.find(id)) add_thread(turn->thread);
    };
    for (const Uuid& id : ids) {
        if (index.find(ProjectId{id})) projects.insert(ProjectId{id});
        add_thread(ThreadId{id});
        add_turn(TurnId{id});
        if (const Request* request = index.find(RequestId{id})) add_turn(request->turn);
        if (const Checkpoint* checkpoint = index.find(CheckpointId{id})) add_thread(checkpoint->thread);
        if (const Revert* revert = index.find(RevertId{id})) add_thread(revert->thread);
        if (const Commit* commit = index.find(CommitId{id})) add_thread(commit->thread);
    }
    return projects;
}

/// Returns whether the command concerns all projects: roots are unique among all of them, and a reconciliation affects
/// all.
bool concerns_all(const Command& command) {
    const auto* update = std::get_if<UpdateProject>(&command);
    return std::holds_alternative<CreateProject>(command) || std::holds_alternative<DeleteProject>(command) ||
           std::holds_alternative<Reconcile>(command) || (update && update->root);
}

/// Returns the ids that a step's command and events name.
std::vector<Uuid> ids_of(const CoreStep& step) {
    std::vector<Uuid> ids = ids_in(step.command);
    if (step.decision) {
        for (const Event& event : *step.decision) std::ranges::move(ids_in(event), std::back_inserter(ids));
    }
    return ids;
}

/// Returns whether each step belongs to a single project and the two steps have no id in common.
bool are_apart(const CoreStep& one, const CoreStep& other, const Index& index) {
    if (concerns_all(one.command) || concerns_all(other.command)) return false;
    const auto ids = ids_of(one);
    const auto others = ids_of(other);
    const auto projects = projects_of(ids, index);
    const auto other_projects = projects_of(others, index);
    return projects.size() == 1 && other_projects.size() == 1 && projects != other_projects &&
           std::ranges::find_first_of(ids, others) == ids.end();
}

Model after(const Model& model, const decltype(CoreStep::decision)& decision) {
    return decision ? folded<Core>(model, *decision) : model;
}

Verdict commute(const CoreHistory& history) {
    std::size_t index_of_next = 0;
    return testing::each_step(history, [&](const CoreStep& step, const Model& before) {
        const CoreStep* next = ++index_of_next < history.steps.size() ? &history.steps[index_of_next] : nullptr;
        if (!next || !are_apart(step, *next, before->index)) return holds();
        const auto early = evenfold::decide<Core>(next->command, before);
        if (!(early == next->decision)) return breaks("a command is decided differently before one of another project");
        const Model swapped = after(before, early);
        const auto late = evenfold::decide<Core>(step.command, swapped);
        if (!(late == step.decision)) return breaks("a command is decided differently after one of another project");
        return testing::equal("the model differs after the commands were swapped",
                              after(after(before, step.decision), next->decision), after(swapped, late));
    });
}

} // namespace

CoreLaws identity_laws() {
    return section({
        all_of("L37", "a repeated command has no effect; with another body it is a conflict and changes nothing",
               {testing::same_command_once<Core>()}),
        {{"L38", "commands under different projects commute", commute}},
    });
}

} // namespace evenfold::orchestration::tests

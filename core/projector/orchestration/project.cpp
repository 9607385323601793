#include "evenfold/core/projector/orchestration/project.hpp"

#include "evenfold/core/projector/orchestration/cascade.hpp"
#include "evenfold/core/reflection/shape_of.hpp"

namespace evenfold::orchestration {

void on(State& state, const ProjectCreated& event) {
    state.index.roots.insert({.id = event.root_key, .project = event.project});
    state.index.projects.insert({.id = event.project,
                                 .title = event.title,
                                 .root = event.root,
                                 .root_key = event.root_key,
                                 .default_model = event.default_model,
                                 .threads = {},
                                 .active = {}});
}

void on(State& state, const ProjectUpdated& event) {
    Project* project = state.index.projects.find(event.project);
    if (!project) return;
    const ProjectChanges& changes = event.changes;
    if (changes.title) project->title = *changes.title;
    if (changes.default_model) project->default_model = changes.default_model;
    if (changes.root) project->root = *changes.root;
    if (changes.root_key) {
        state.index.roots.erase(project->root_key);
        state.index.roots.insert({.id = *changes.root_key, .project = event.project});
        project->root_key = *changes.root_key;
    }
}

void on(State& state, const ProjectDeleted& event) {
    remove_project(state, event.project);
}

} // namespace evenfold::orchestration

namespace evenfold {
template const Shape& shape_of<orchestration::Project>();
} // namespace evenfold

#include "evenfold/core/decider/orchestration/project.hpp"

#include "evenfold/core/values/path.hpp"

namespace evenfold::orchestration {
namespace {

OptionalError root_taken(const Index& index, const std::string& key, const ProjectId& asker) {
    const RootHolder* holder = index.roots.find(key);
    if (holder && holder->project != asker) return rejection::ProjectPathInUse{holder->project};
    return {};
}

/// Rejects a change of the root while a turn or a revert of the project uses the directory.
OptionalError any_at_work(const Index& index, const Project& project) {
    if (!project.active.empty()) return rejection::ThreadBusy{project.active.sorted().front()};
    for (const Revert* revert : index.reverts.sorted()) {
        if (project.threads.contains(revert->thread))
            return rejection::RevertInProgress{.revert = revert->id, .stage = revert->stage};
    }
    return {};
}

/// Returns `wanted` if it is present and differs from `have`.
template <class T>
std::optional<T> change(const std::optional<T>& wanted, const std::optional<T>& have) {
    return wanted && wanted != have ? wanted : std::nullopt;
}

} // namespace

Decision on(const CreateProject& ask, const Index& index) {
    const std::string key = normalised_path(ask.root);
    if (auto no = first_of(id_taken(index, ask.project.uuid, EntityKind::project), bad_label("title", ask.title),
                           bad_label("root", ask.root), bad_optional_label("default_model", ask.default_model),
                           root_taken(index, key, ask.project)))
        return refuse(*no);
    return then(ProjectCreated{.project = ask.project,
                               .title = ask.title,
                               .root = ask.root,
                               .root_key = key,
                               .default_model = ask.default_model});
}

Decision on(const UpdateProject& ask, const Index& index) {
    const Project* project = index.find(ask.project);
    if (!project) return refuse(missing(index, ask.project));
    if (auto no = first_of(bad_optional_label("title", ask.title), bad_optional_label("root", ask.root),
                           bad_optional_label("default_model", ask.default_model)))
        return refuse(*no);
    ProjectChanges changes{.title = change(ask.title, std::optional(project->title)),
                           .root = change(ask.root, std::optional(project->root)),
                           .root_key = {},
                           .default_model = change(ask.default_model, project->default_model)};
    if (changes.root) {
        const std::string key = normalised_path(*changes.root);
        if (auto no = root_taken(index, key, ask.project)) return refuse(*no);
        if (key != project->root_key) {
            if (auto no = any_at_work(index, *project)) return refuse(*no);
        }
        changes.root_key = key;
    }
    if (!changes.title && !changes.root && !changes.default_model) return then();
    return then(ProjectUpdated{.project = ask.project, .changes = std::move(changes)});
}

Decision on(const DeleteProject& ask, const Index& index) {
    const Project* project = index.find(ask.project);
    if (!project) return refuse(missing(index, ask.project));
    if (!ask.force && !project->threads.empty()) return refuse(rejection::ProjectNotEmpty{project->threads.size()});
    return then(ProjectDeleted{ask.project});
}

} // namespace evenfold::orchestration

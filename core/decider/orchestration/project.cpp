#include "evenfold/core/decider/orchestration/project.hpp"

#include "evenfold/core/values/path.hpp"

namespace evenfold::orchestration {
namespace {

/// Rejects `path` unless it is a label, absolute, and without NUL and line ends, which few tools handle in a path.
OptionalError check_absolute_path(std::string_view field, std::string_view path) {
    if (auto error = check_label(field, path)) return error;
    const auto invalid = [&](std::string need) {
        return rejection::InvalidPath{.field = std::string(field), .need = std::move(need)};
    };
    if (!path.starts_with('/')) return invalid("an absolute path");
    if (path.find_first_of(std::string_view("\0\n\r", 3)) != std::string_view::npos)
        return invalid("a path without NUL and line ends");
    return {};
}

OptionalError check_root_is_free(const Index& index, const std::string& key, const ProjectId& asker) {
    const RootHolder* holder = index.roots.find(key);
    if (holder && holder->project != asker) return rejection::ProjectPathInUse{holder->project};
    return {};
}

/// Rejects a change of the root while a turn or a revert of the project uses the directory.
OptionalError check_no_activity(const Index& index, const Project& project) {
    if (!project.active.empty()) return rejection::ThreadBusy{project.active.sorted().front()};
    for (const Revert* revert : index.reverts.sorted()) {
        if (project.threads.contains(revert->thread))
            return rejection::RevertInProgress{.revert = revert->id, .stage = revert->stage};
    }
    return {};
}

/// Returns `wanted` if it is present and differs from `have`.
OptionalIndirect<CompactString>
change(const OptionalIndirect<CompactString>& wanted, const std::optional<std::string>& have) {
    return wanted && (!have || *wanted != *have) ? wanted : OptionalIndirect<CompactString>();
}

} // namespace

Decision on(const CreateProject& command, const Index& index) {
    const std::string root = normalised_path(command.root);
    if (auto error = first_error(check_id_is_free(index, command.project.uuid, EntityKind::project),
                                 check_label("title", command.title), check_absolute_path("root", command.root),
                                 check_optional_label("default_model", command.default_model),
                                 check_root_is_free(index, root, command.project)))
        return reject(*error);
    return accept(ProjectCreated{.project = command.project,
                                 .title = command.title,
                                 .root = root,
                                 .root_key = root,
                                 .default_model = command.default_model});
}

Decision on(const UpdateProject& command, const Index& index) {
    const Project* project = index.find(command.project);
    if (!project) return reject(not_found(index, command.project));
    if (auto error = first_error(check_optional_label("title", command.title),
                                 command.root ? check_absolute_path("root", *command.root) : OptionalError{},
                                 check_optional_label("default_model", command.default_model)))
        return reject(*error);
    const std::optional<std::string> root = command.root ? std::optional(normalised_path(*command.root)) : std::nullopt;
    ProjectChanges changes{.title = change(command.title, std::optional(project->title)),
                           .root = change(root, std::optional(project->root)),
                           .root_key = {},
                           .default_model = change(command.default_model, project->default_model)};
    if (changes.root) {
        if (auto error = check_root_is_free(index, *root, command.project)) return reject(*error);
        if (root != project->root_key) {
            if (auto error = check_no_activity(index, *project)) return reject(*error);
        }
        changes.root_key = root;
    }
    if (!changes.title && !changes.root && !changes.default_model) return accept();
    return accept(ProjectUpdated{.project = command.project, .changes = std::move(changes)});
}

Decision on(const DeleteProject& command, const Index& index) {
    const Project* project = index.find(command.project);
    if (!project) return reject(not_found(index, command.project));
    if (!command.force && !project->threads.empty()) return reject(rejection::ProjectNotEmpty{project->threads.size()});
    return accept(ProjectDeleted{command.project});
}

} // namespace evenfold::orchestration

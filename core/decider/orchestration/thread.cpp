#include "evenfold/core/decider/orchestration/thread.hpp"

namespace evenfold::orchestration {
namespace {

template <class Optional, class Have>
Optional change(const Optional& wanted, const Have& have) {
    return wanted && *wanted != have ? wanted : Optional();
}

OptionalError check_workspace(const WorkspaceChoice& choice) {
    const auto* wanted = std::get_if<NewWorktree>(&choice);
    if (!wanted) return {};
    return first_error(check_label("base_ref", wanted->base_ref), check_label("name", wanted->name));
}

/// Decides an outcome of the thread's worktree, if it has one.
template <class SomeEvent>
Decision resolve_worktree(const Index& index, const Slot<WorktreeLocation>& outcome, SomeEvent event) {
    const Thread* thread = index.find(event.thread);
    if (!thread) return reject(not_found(index, event.thread));
    const auto* worktree = std::get_if<Worktree>(&thread->workspace);
    if (!worktree) return reject(rejection::SlotAlreadyResolved{"root"});
    return resolve(worktree->location, outcome, std::move(event));
}

} // namespace

Decision on(const CreateThread& command, const Index& index) {
    if (auto error = check_id_is_free(index, command.thread.uuid, EntityKind::thread)) return reject(*error);
    if (!index.find(command.project)) return reject(not_found(index, command.project));
    if (auto error = first_error(check_label("title", command.title), check_label("model", command.model),
                                 check_workspace(command.workspace)))
        return reject(*error);
    const ThreadCreated created{.thread = command.thread,
                                .project = command.project,
                                .title = command.title,
                                .model = command.model,
                                .policy = command.policy,
                                .mode = command.mode,
                                .workspace = command.workspace};
    if (const auto* wanted = std::get_if<NewWorktree>(&command.workspace)) {
        return accept(created,
                      WorktreeRequested{.thread = command.thread, .base_ref = wanted->base_ref, .name = wanted->name});
    }
    return accept(created);
}

Decision on(const UpdateThread& command, const Index& index) {
    const Thread* thread = index.find(command.thread);
    if (!thread) return reject(not_found(index, command.thread));
    if (auto error =
            first_error(check_optional_label("title", command.title), check_optional_label("model", command.model)))
        return reject(*error);
    if (command.expected_version && *command.expected_version != thread->version)
        return reject(rejection::VersionMismatch{thread->version});
    const ThreadChanges changes{.title = change(command.title, thread->title),
                                .model = change(command.model, thread->settings.model),
                                .policy = change(command.policy, thread->settings.policy),
                                .mode = change(command.mode, thread->settings.mode)};
    if (!changes.title && !changes.model && !changes.policy && !changes.mode) return accept();
    return accept(ThreadUpdated{.thread = command.thread, .changes = changes});
}

Decision on(const ArchiveThread& command, const Index& index) {
    const Thread* thread = index.find(command.thread);
    if (!thread) return reject(not_found(index, command.thread));
    if (auto error = first_error(check_idle(index, *thread), check_queue_is_empty(*thread))) return reject(*error);
    return accept(ThreadArchived{command.thread});
}

Decision on(const UnarchiveThread& command, const Index& index) {
    const Thread* thread = index.find(command.thread);
    if (!thread) return reject(not_found(index, command.thread));
    if (!thread->archived) return reject(rejection::ThreadNotArchived{command.thread});
    return accept(ThreadUnarchived{command.thread});
}

Decision on(const DeleteThread& command, const Index& index) {
    const Thread* thread = index.find(command.thread);
    if (!thread) return reject(not_found(index, command.thread));
    if (!command.force) {
        if (auto error = first_error(check_not_reverting(index, *thread), check_not_busy(*thread)))
            return reject(*error);
    }
    return accept(ThreadDeleted{command.thread});
}

Decision on(const AssignWorktree& command, const Index& index) {
    if (auto error = first_error(check_label("path", command.path), check_label("branch", command.branch)))
        return reject(*error);
    const WorktreeLocation location{.path = command.path, .branch = command.branch};
    return resolve_worktree(index, Assigned<WorktreeLocation>{location},
                            WorktreeAssigned{.thread = command.thread, .path = command.path, .branch = command.branch});
}

Decision on(const FailWorktree& command, const Index& index) {
    if (auto error = check_label("reason", command.reason)) return reject(*error);
    return resolve_worktree(index, Failed{command.reason},
                            WorktreeFailed{.thread = command.thread, .reason = command.reason});
}

} // namespace evenfold::orchestration

#include "evenfold/core/decider/orchestration/thread.hpp"

namespace evenfold::orchestration {
namespace {

template <class T, class Have>
std::optional<T> change(const std::optional<T>& wanted, const Have& have) {
    return wanted && *wanted != have ? wanted : std::nullopt;
}

OptionalError bad_workspace(const WorkspaceChoice& choice) {
    const auto* wanted = std::get_if<NewWorktree>(&choice);
    if (!wanted) return {};
    return first_of(bad_label("base_ref", wanted->base_ref), bad_label("name", wanted->name));
}

/// Decides an outcome of the thread's worktree, if it has one.
template <class Happened>
Decision worktree_settled(const Index& index, const Slot<WorktreeLocation>& outcome, Happened happened) {
    const Thread* thread = index.find(happened.thread);
    if (!thread) return refuse(missing(index, happened.thread));
    const auto* worktree = std::get_if<Worktree>(&thread->workspace);
    if (!worktree) return refuse(rejection::SlotAlreadyResolved{"root"});
    return resolve(worktree->location, outcome, std::move(happened));
}

} // namespace

Decision on(const CreateThread& ask, const Index& index) {
    if (auto no = id_taken(index, ask.thread.uuid, EntityKind::thread)) return refuse(*no);
    if (!index.find(ask.project)) return refuse(missing(index, ask.project));
    if (auto no = first_of(bad_label("title", ask.title), bad_label("model", ask.model), bad_workspace(ask.workspace)))
        return refuse(*no);
    const ThreadCreated created{.thread = ask.thread,
                                .project = ask.project,
                                .title = ask.title,
                                .model = ask.model,
                                .policy = ask.policy,
                                .mode = ask.mode,
                                .workspace = ask.workspace};
    if (const auto* wanted = std::get_if<NewWorktree>(&ask.workspace)) {
        return then(created,
                    WorktreeRequested{.thread = ask.thread, .base_ref = wanted->base_ref, .name = wanted->name});
    }
    return then(created);
}

Decision on(const UpdateThread& ask, const Index& index) {
    const Thread* thread = index.find(ask.thread);
    if (!thread) return refuse(missing(index, ask.thread));
    if (auto no = first_of(bad_optional_label("title", ask.title), bad_optional_label("model", ask.model)))
        return refuse(*no);
    if (ask.expected_version && *ask.expected_version != thread->version)
        return refuse(rejection::VersionMismatch{thread->version});
    const ThreadChanges changes{.title = change(ask.title, thread->title),
                                .model = change(ask.model, thread->settings.model),
                                .policy = change(ask.policy, thread->settings.policy),
                                .mode = change(ask.mode, thread->settings.mode)};
    if (!changes.title && !changes.model && !changes.policy && !changes.mode) return then();
    return then(ThreadUpdated{.thread = ask.thread, .changes = changes});
}

Decision on(const ArchiveThread& ask, const Index& index) {
    const Thread* thread = index.find(ask.thread);
    if (!thread) return refuse(missing(index, ask.thread));
    if (auto no = first_of(not_idle(index, *thread), queued(*thread))) return refuse(*no);
    return then(ThreadArchived{ask.thread});
}

Decision on(const UnarchiveThread& ask, const Index& index) {
    const Thread* thread = index.find(ask.thread);
    if (!thread) return refuse(missing(index, ask.thread));
    if (!thread->archived) return refuse(rejection::ThreadNotArchived{ask.thread});
    return then(ThreadUnarchived{ask.thread});
}

Decision on(const DeleteThread& ask, const Index& index) {
    const Thread* thread = index.find(ask.thread);
    if (!thread) return refuse(missing(index, ask.thread));
    if (!ask.force) {
        if (auto no = first_of(reverting(index, *thread), busy(*thread))) return refuse(*no);
    }
    return then(ThreadDeleted{ask.thread});
}

Decision on(const AssignWorktree& ask, const Index& index) {
    if (auto no = first_of(bad_label("path", ask.path), bad_label("branch", ask.branch))) return refuse(*no);
    const WorktreeLocation location{.path = ask.path, .branch = ask.branch};
    return worktree_settled(index, Assigned<WorktreeLocation>{location},
                            WorktreeAssigned{.thread = ask.thread, .path = ask.path, .branch = ask.branch});
}

Decision on(const FailWorktree& ask, const Index& index) {
    if (auto no = bad_label("reason", ask.reason)) return refuse(*no);
    return worktree_settled(index, Failed{ask.reason}, WorktreeFailed{.thread = ask.thread, .reason = ask.reason});
}

} // namespace evenfold::orchestration

#include "evenfold/core/projector/orchestration/thread.hpp"

#include "evenfold/core/projector/orchestration/cascade.hpp"
#include "evenfold/core/reflection/shape_of.hpp"

namespace evenfold::orchestration {
namespace {

Workspace workspace_for(const WorkspaceChoice& choice) {
    if (const auto* wanted = std::get_if<NewWorktree>(&choice)) {
        return Worktree{.base_ref = wanted->base_ref, .name = wanted->name, .location = Pending{}};
    }
    return Root{};
}

void resolve(State& state, const ThreadId& id, Slot<WorktreeLocation> location) {
    Thread* thread = advance_version(state, id);
    auto* worktree = thread ? std::get_if<Worktree>(&thread->workspace) : nullptr;
    if (!worktree || !is_pending(worktree->location)) return;
    worktree->location = std::move(location);
    state.index.pending_worktrees.erase(id);
}

} // namespace

std::optional<ThreadStatus> status_of(const Index& index, const ThreadId& id) {
    const Thread* thread = index.find(id);
    if (!thread) return index.retired.contains(id.uuid) ? std::optional(ThreadStatus::deleted) : std::nullopt;
    if (thread->archived) return ThreadStatus::archived;
    if (thread->revert) return ThreadStatus::reverting;
    if (const Turn* turn = thread->active ? index.find(*thread->active) : nullptr)
        return turn->state == TurnState::awaiting ? ThreadStatus::awaiting_approval : ThreadStatus::busy;
    return thread->queue.empty() ? ThreadStatus::idle : ThreadStatus::held;
}

void on(State& state, const ThreadCreated& event) {
    Project* project = state.index.projects.find(event.project);
    if (!project) return;
    project->threads.insert(event.thread);
    state.index.threads.insert({.id = event.thread,
                                .project = event.project,
                                .title = event.title,
                                .settings = {.model = event.model, .policy = event.policy, .mode = event.mode},
                                .workspace = workspace_for(event.workspace),
                                .archived = false,
                                .version = 1,
                                .turns = {},
                                .turns_started = 0,
                                .active = {},
                                .queue = {},
                                .hold = {},
                                .session = {},
                                .last_epoch = 0,
                                .checkpoints = {},
                                .pending_checkpoints = {},
                                .next_checkpoint_ordinal = 1,
                                .revert = {},
                                .commits = {}});
}

void on(State& state, const ThreadUpdated& event) {
    Thread* thread = advance_version(state, event.thread);
    if (!thread) return;
    const ThreadChanges& changes = event.changes;
    if (changes.title) thread->title = *changes.title;
    if (changes.model) thread->settings.model = *changes.model;
    if (changes.policy) thread->settings.policy = *changes.policy;
    if (changes.mode) thread->settings.mode = *changes.mode;
}

void on(State& state, const ThreadArchived& event) {
    if (Thread* thread = advance_version(state, event.thread)) thread->archived = true;
}

void on(State& state, const ThreadUnarchived& event) {
    if (Thread* thread = advance_version(state, event.thread)) thread->archived = false;
}

void on(State& state, const ThreadDeleted& event) {
    remove_thread(state, event.thread);
}

void on(State& state, const WorktreeRequested& event) {
    if (advance_version(state, event.thread)) state.index.pending_worktrees.insert(event.thread);
}

void on(State& state, const WorktreeAssigned& event) {
    const WorktreeLocation location{.path = event.path, .branch = event.branch};
    resolve(state, event.thread, Assigned<WorktreeLocation>{location});
}

void on(State& state, const WorktreeFailed& event) {
    resolve(state, event.thread, Failed{event.reason});
}

} // namespace evenfold::orchestration

namespace evenfold {
template const Shape& shape_of<orchestration::Thread>();
} // namespace evenfold

#include "evenfold/core/projector/orchestration/cascade.hpp"

namespace evenfold::orchestration {
namespace {

std::string root_of(const Index& index, const Thread& thread) {
    const Project* project = index.find(thread.project);
    return project ? project->root : std::string();
}

void add_garbage(Index& index, Resource resource) {
    const ResourceId id = id_of(resource);
    index.garbage.insert({.id = id, .resource = std::move(resource)});
}

void add_workspace_garbage(Index& index, const Thread& thread) {
    if (const auto* worktree = std::get_if<Worktree>(&thread.workspace)) {
        if (const WorktreeLocation* location = assigned(worktree->location)) {
            add_garbage(index, WorktreeResource{.thread = thread.id,
                                                .root = root_of(index, thread),
                                                .path = location->path,
                                                .branch = location->branch});
        }
    }
    if (thread.session) {
        add_garbage(index, SessionResource{.thread = thread.id,
                                           .epoch = thread.session->epoch,
                                           .session_ref = thread.session->session_ref});
    }
}

} // namespace

void remove_turn(State& state, const TurnId& id) {
    Index& index = state.index;
    const Turn* turn = index.find(id);
    if (!turn) return;
    for (const RequestId& request : turn->requests.in_order()) {
        index.requests.erase(request);
        index.answered_requests.erase(request);
        index.retired.insert(request.uuid);
    }
    index.messages.erase(turn->message);
    index.retired.insert(turn->message.uuid);
    if (turn->reply) {
        index.messages.erase(*turn->reply);
        index.retired.insert(turn->reply->uuid);
    }
    if (Thread* thread = index.threads.find(turn->thread)) {
        if (Project* project = index.projects.find(thread->project)) project->active.erase(id);
        thread->turns.erase(id);
        thread->queue.erase(id);
        if (thread->active == id) thread->active.reset();
    }
    index.active_turns.erase(id);
    index.retired.insert(id.uuid);
    state.index.open_texts.remove(id);
    index.turns.erase(id);
    state.transcript.exchanges.erase(id);
}

void remove_checkpoint(State& state, const CheckpointId& id) {
    Index& index = state.index;
    const Checkpoint* checkpoint = index.find(id);
    if (!checkpoint) return;
    if (Thread* thread = index.threads.find(checkpoint->thread)) {
        if (const CheckpointRef* ref = assigned(checkpoint->ref)) {
            add_garbage(index, GitRefResource{.thread = thread->id,
                                              .root = root_of(index, *thread),
                                              .checkpoint = id,
                                              .git_ref = ref->git_ref});
        }
        thread->checkpoints.erase(id);
        thread->pending_checkpoints.erase(id);
    }
    index.pending_checkpoints.erase(id);
    index.retired.insert(id.uuid);
    index.checkpoints.erase(id);
}

void remove_thread(State& state, const ThreadId& id) {
    Index& index = state.index;
    const Thread* thread = index.find(id);
    if (!thread) return;
    add_workspace_garbage(index, *thread);
    for (const TurnId& turn : thread->turns.in_order()) remove_turn(state, turn);
    for (const CheckpointId& checkpoint : thread->checkpoints.in_order()) remove_checkpoint(state, checkpoint);
    for (const CommitId& commit : thread->commits.in_order()) {
        index.commits.erase(commit);
        index.pending_commits.erase(commit);
        index.retired.insert(commit.uuid);
    }
    if (thread->revert) {
        index.retired.insert(thread->revert->uuid);
        index.reverts.erase(*thread->revert);
    }
    index.pending_worktrees.erase(id);
    if (Project* project = index.projects.find(thread->project)) project->threads.erase(id);
    index.retired.insert(id.uuid);
    state.index.open_texts.clear();
    index.threads.erase(id);
}

void remove_project(State& state, const ProjectId& id) {
    Index& index = state.index;
    const Project* project = index.find(id);
    if (!project) return;
    for (const ThreadId& thread : project->threads.in_order()) remove_thread(state, thread);
    index.roots.erase(project->root_key);
    index.retired.insert(id.uuid);
    index.projects.erase(id);
}

} // namespace evenfold::orchestration

#include "evenfold/reactors/orchestration/workspace.hpp"

#include "evenfold/core/values/path.hpp"

namespace evenfold::orchestration {
std::optional<std::string> folder_of(const Model& model, const ThreadId& thread) {
    const Thread* found = model->index.find(thread);
    const Project* project = found ? model->index.find(found->project) : nullptr;
    if (!project) return std::nullopt;
    const auto* worktree = std::get_if<Worktree>(&found->workspace);
    if (!worktree) return project->root;
    const auto* location = assigned(worktree->location);
    return location ? std::optional(location->path) : std::nullopt;
}

std::vector<ThreadId> threads_beside(const Model& model, const ThreadId& thread) {
    std::vector<ThreadId> beside;
    const auto folder = folder_of(model, thread);
    if (!folder) return beside;
    for (const Thread* other : model->index.threads.sorted()) {
        const auto theirs = other->id == thread ? std::nullopt : folder_of(model, other->id);
        if (theirs && (is_within(*theirs, *folder) || is_within(*folder, *theirs))) beside.push_back(other->id);
    }
    return beside;
}

std::optional<std::string> ref_of(const Model& model, const CheckpointId& checkpoint) {
    const Checkpoint* found = model->index.find(checkpoint);
    const auto* ref = found ? assigned(found->ref) : nullptr;
    return ref ? std::optional(ref->git_ref) : std::nullopt;
}

std::optional<std::string> ref_before(const Model& model, const ThreadId& thread, const CheckpointId& checkpoint) {
    const Thread* found = model->index.find(thread);
    std::optional<std::string> last;
    if (!found) return last;
    for (const CheckpointId& id : found->checkpoints.in_order()) {
        if (id == checkpoint) break;
        if (auto ref = ref_of(model, id)) last = std::move(ref);
    }
    return last;
}

} // namespace evenfold::orchestration

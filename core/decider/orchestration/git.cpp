#include "evenfold/core/decider/orchestration/git.hpp"

namespace evenfold::orchestration {
namespace {

/// Rejects a checkpoint that is not of this thread or has no ref, because a commit cannot be made from it.
OptionalError check_commit_source(const Index& index, const Thread& thread, const std::optional<CheckpointId>& id) {
    if (!id) return {};
    const Checkpoint* checkpoint = index.find(*id);
    if (!checkpoint) return not_found(index, *id);
    return check_checkpoint_is_ready(thread, *checkpoint);
}

template <class SomeEvent>
Decision resolve_commit(const Index& index, const Slot<CommitRef>& outcome, SomeEvent event) {
    const Commit* commit = index.find(event.commit);
    if (!commit) return reject(not_found(index, event.commit));
    return resolve(commit->ref, outcome, std::move(event));
}

} // namespace

Decision on(const RequestCommit& command, const Index& index) {
    const Thread* thread = index.find(command.thread);
    if (!thread) return reject(not_found(index, command.thread));
    if (auto error = first_error(
            check_idle(index, *thread), check_id_is_free(index, command.commit.uuid, EntityKind::commit),
            check_input("message", command.message), check_commit_source(index, *thread, command.checkpoint)))
        return reject(*error);
    return accept(CommitRequested{.commit = command.commit,
                                  .thread = command.thread,
                                  .message = command.message,
                                  .checkpoint = command.checkpoint});
}

Decision on(const AssignCommitRef& command, const Index& index) {
    if (auto error = first_error(check_label("sha", command.sha), check_label("branch", command.branch)))
        return reject(*error);
    const CommitRef ref{.sha = command.sha, .branch = command.branch};
    return resolve_commit(index, Assigned<CommitRef>{ref},
                          CommitRefAssigned{.commit = command.commit, .sha = command.sha, .branch = command.branch});
}

Decision on(const FailCommit& command, const Index& index) {
    if (auto error = check_label("reason", command.reason)) return reject(*error);
    return resolve_commit(index, Failed{command.reason},
                          CommitFailed{.commit = command.commit, .reason = command.reason});
}

Decision on(const ReleaseResource& command, const Index& index) {
    const GarbageEntry* entry = index.garbage.find(id_of(command.resource));
    if (!entry || entry->resource != command.resource) return accept(); // it is not held, or no longer
    return accept(ResourceReleased{command.resource});
}

} // namespace evenfold::orchestration

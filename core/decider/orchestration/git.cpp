#include "evenfold/core/decider/orchestration/git.hpp"

namespace evenfold::orchestration {
namespace {

/// Rejects a checkpoint that is not of this thread or has no ref, because a commit cannot be made from it.
OptionalError bad_source(const Index& index, const Thread& thread, const std::optional<CheckpointId>& id) {
    if (!id) return {};
    const Checkpoint* checkpoint = index.find(*id);
    if (!checkpoint) return missing(index, *id);
    return not_ready(thread, *checkpoint);
}

template <class Happened>
Decision commit_settled(const Index& index, const Slot<CommitRef>& outcome, Happened happened) {
    const Commit* commit = index.find(happened.commit);
    if (!commit) return refuse(missing(index, happened.commit));
    return resolve(commit->ref, outcome, std::move(happened));
}

} // namespace

Decision on(const RequestCommit& ask, const Index& index) {
    const Thread* thread = index.find(ask.thread);
    if (!thread) return refuse(missing(index, ask.thread));
    if (auto no = first_of(not_idle(index, *thread), id_taken(index, ask.commit.uuid, EntityKind::commit),
                           bad_input("message", ask.message), bad_source(index, *thread, ask.checkpoint)))
        return refuse(*no);
    return then(CommitRequested{
        .commit = ask.commit, .thread = ask.thread, .message = ask.message, .checkpoint = ask.checkpoint});
}

Decision on(const AssignCommitRef& ask, const Index& index) {
    if (auto no = first_of(bad_label("sha", ask.sha), bad_label("branch", ask.branch))) return refuse(*no);
    const CommitRef ref{.sha = ask.sha, .branch = ask.branch};
    return commit_settled(index, Assigned<CommitRef>{ref},
                          CommitRefAssigned{.commit = ask.commit, .sha = ask.sha, .branch = ask.branch});
}

Decision on(const FailCommit& ask, const Index& index) {
    if (auto no = bad_label("reason", ask.reason)) return refuse(*no);
    return commit_settled(index, Failed{ask.reason}, CommitFailed{.commit = ask.commit, .reason = ask.reason});
}

Decision on(const ReleaseResource& ask, const Index& index) {
    const GarbageEntry* entry = index.garbage.find(id_of(ask.resource));
    if (!entry || entry->resource != ask.resource) return then(); // it is not held, or no longer
    return then(ResourceReleased{ask.resource});
}

} // namespace evenfold::orchestration

#include "evenfold/core/projector/orchestration/git.hpp"

#include "evenfold/core/projector/orchestration/cascade.hpp"
#include "evenfold/core/reflection/shape_of.hpp"

namespace evenfold::orchestration {
namespace {

void resolve(State& state, const CommitId& id, Slot<CommitRef> ref) {
    Commit* commit = state.index.commits.find(id);
    if (!commit) return;
    advance_version(state, commit->thread);
    if (!is_pending(commit->ref)) return;
    commit->ref = std::move(ref);
    state.index.pending_commits.erase(id);
}

} // namespace

void on(State& state, const CommitRequested& event) {
    Thread* thread = advance_version(state, event.thread);
    if (!thread) return;
    thread->commits.insert(event.commit);
    state.index.pending_commits.insert(event.commit);
    state.index.commits.insert({.id = event.commit,
                                .thread = event.thread,
                                .message = event.message,
                                .checkpoint = event.checkpoint,
                                .ref = Pending{}});
}

void on(State& state, const CommitRefAssigned& event) {
    const CommitRef ref{.sha = event.sha, .branch = event.branch};
    resolve(state, event.commit, Assigned<CommitRef>{ref});
}

void on(State& state, const CommitFailed& event) {
    resolve(state, event.commit, Failed{event.reason});
}

void on(State& state, const ResourceReleased& event) {
    advance_version(state, thread_of(event.resource));
    state.index.garbage.erase(id_of(event.resource));
}

} // namespace evenfold::orchestration

namespace evenfold {
template const Shape& shape_of<orchestration::Commit>();
template const Shape& shape_of<orchestration::GarbageEntry>();
} // namespace evenfold

#include "evenfold/core/projector/orchestration/git.hpp"

#include "evenfold/core/projector/orchestration/cascade.hpp"
#include "evenfold/core/reflection/shape_of.hpp"

namespace evenfold::orchestration {
namespace {

void resolve(Model& model, const CommitId& id, Slot<CommitRef> ref) {
    Commit* commit = model.index->commits.find(id);
    if (!commit) return;
    advance(model, commit->thread);
    if (!is_pending(commit->ref)) return;
    commit->ref = std::move(ref);
    model.index->pending_commits.erase(id);
}

} // namespace

void on(Model& model, const CommitRequested& event) {
    Thread* thread = advance(model, event.thread);
    if (!thread) return;
    thread->commits.insert(event.commit);
    model.index->pending_commits.insert(event.commit);
    model.index->commits.insert({.id = event.commit,
                                 .thread = event.thread,
                                 .message = event.message,
                                 .checkpoint = event.checkpoint,
                                 .ref = Pending{}});
}

void on(Model& model, const CommitRefAssigned& event) {
    const CommitRef ref{.sha = event.sha, .branch = event.branch};
    resolve(model, event.commit, Assigned<CommitRef>{ref});
}

void on(Model& model, const CommitFailed& event) {
    resolve(model, event.commit, Failed{event.reason});
}

void on(Model& model, const ResourceReleased& event) {
    advance(model, thread_of(event.resource));
    model.index->garbage.erase(id_of(event.resource));
}

} // namespace evenfold::orchestration

namespace evenfold {
template const Shape& shape_of<orchestration::Commit>();
template const Shape& shape_of<orchestration::GarbageEntry>();
} // namespace evenfold

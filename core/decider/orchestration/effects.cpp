#include "evenfold/core/decider/orchestration/effects.hpp"

#include <set>

#include "evenfold/core/decider/orchestration/checks.hpp"

namespace evenfold::orchestration {
namespace {

class OutstandingEffects {
public:
    explicit OutstandingEffects(const Index& index) : index_(index) {}

    void worktrees() {
        for (const ThreadId& id : index_.pending_worktrees.sorted()) {
            const Thread* thread = index_.find(id);
            const auto* worktree = thread ? std::get_if<Worktree>(&thread->workspace) : nullptr;
            const Project* project = thread ? index_.find(thread->project) : nullptr;
            if (!worktree || !project) continue;
            add(derive<EffectTag>(id, "prepare-worktree"),
                PrepareWorktree{
                    .thread = id, .root = project->root, .base_ref = worktree->base_ref, .name = worktree->name});
        }
    }

    /// Adds checkpoints whose workspace exists or has failed, because a checkpoint is taken in it. The same holds for
    /// commits.
    void checkpoints() {
        for (const CheckpointId& id : index_.pending_checkpoints.sorted()) {
            const Checkpoint* checkpoint = index_.find(id);
            if (!checkpoint || index_.pending_worktrees.contains(checkpoint->thread)) continue;
            add(derive<EffectTag>(id, "capture"), CaptureCheckpoint{.checkpoint = id, .thread = checkpoint->thread});
        }
    }

    /// Adds reverts of threads without pending commits: a commit must contain the files for which it was requested.
    void reverts() {
        std::set<ThreadId> committing;
        for (const CommitId& id : index_.pending_commits.sorted()) {
            if (const Commit* commit = index_.find(id)) committing.insert(commit->thread);
        }
        for (const Revert* revert : index_.reverts.sorted()) {
            if (committing.contains(revert->thread)) continue;
            const auto stage = std::to_string(static_cast<unsigned>(revert->stage));
            add(derive<EffectTag>(revert->id, "revert", stage),
                RunRevert{
                    .revert = revert->id, .thread = revert->thread, .target = revert->target, .stage = revert->stage});
        }
    }

    void commits() {
        for (const CommitId& id : index_.pending_commits.sorted()) {
            const Commit* commit = index_.find(id);
            if (!commit || index_.pending_worktrees.contains(commit->thread)) continue;
            add(derive<EffectTag>(id, "commit"), MakeCommit{.commit = id,
                                                            .thread = commit->thread,
                                                            .message = commit->message,
                                                            .checkpoint = commit->checkpoint});
        }
    }

    void interrupt_count() {
        for (const TurnId& id : index_.active_turns.sorted()) {
            const Turn* turn = index_.find(id);
            if (!turn || turn->state != TurnState::interrupting) continue;
            add(derive<EffectTag>(id, "interrupt"),
                InterruptProvider{.turn = id, .thread = turn->thread, .provider_ref = turn->provider_ref});
        }
    }

    void answers() {
        for (const RequestId& id : index_.answered_requests.sorted()) {
            const Request* request = index_.find(id);
            const Turn* turn = request ? index_.find(request->turn) : nullptr;
            if (!turn || !request->decision) continue;
            add(derive<EffectTag>(id, "deliver"), DeliverAnswer{.request = id,
                                                                .thread = turn->thread,
                                                                .provider_id = request->provider_id,
                                                                .decision = *request->decision});
        }
    }

    void turns() {
        for (const TurnId& id : index_.active_turns.sorted()) {
            const Turn* turn = index_.find(id);
            const Thread* thread = turn ? index_.find(turn->thread) : nullptr;
            if (!thread || !can_be_sent(*thread, *turn)) continue;
            const auto& session = thread->session;
            add(derive<EffectTag>(id, "send"),
                SendTurn{.turn = id,
                         .thread = thread->id,
                         .message = turn->message,
                         .settings = turn->frozen.value_or(thread->settings),
                         .session_ref = session ? std::optional(session->session_ref) : std::nullopt,
                         .next_epoch = thread->last_epoch + 1});
        }
    }

    /// Adds releases, of a session before that of the worktree in which it lives.
    void garbage() {
        const auto entries = index_.garbage.sorted();
        std::set<ThreadId> lived_in;
        for (const GarbageEntry* entry : entries) {
            if (const auto* session = std::get_if<SessionResource>(&entry->resource)) lived_in.insert(session->thread);
        }
        for (const GarbageEntry* entry : entries) {
            const auto* worktree = std::get_if<WorktreeResource>(&entry->resource);
            if (worktree && lived_in.contains(worktree->thread)) continue;
            add(derive<EffectTag>(entry->id, "release"), Release{entry->resource});
        }
    }

    [[nodiscard]] std::vector<Effect> take() { return std::move(effects_); }

private:
    void add(const EffectId& id, EffectBody body) { effects_.push_back({.id = id, .body = std::move(body)}); }

    const Index& index_;
    std::vector<Effect> effects_;
};

} // namespace

std::vector<Effect> outstanding(const Model& model) {
    OutstandingEffects outstanding_effects(model->index);
    outstanding_effects.worktrees();
    outstanding_effects.checkpoints();
    outstanding_effects.reverts();
    outstanding_effects.commits();
    outstanding_effects.interrupt_count();
    outstanding_effects.answers();
    outstanding_effects.turns();
    outstanding_effects.garbage();
    return outstanding_effects.take();
}

} // namespace evenfold::orchestration

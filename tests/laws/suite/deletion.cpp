#include <algorithm>
#include <map>
#include <set>

#include "evenfold/core/events/orchestration.hpp"
#include "evenfold/tests/laws/suite.hpp"
#include "evenfold/tests/laws/suite/law_parts.hpp"
#include "evenfold/tests/support/asks.hpp"
#include "evenfold/tests/support/confirmations.hpp"

namespace evenfold::orchestration::tests {
namespace {

/// Returns whether a command may name a deleted thread: those for released resources and for live sessions may.
bool may_name_deleted(const Command& asked) {
    return std::holds_alternative<ReleaseResource>(asked) || std::holds_alternative<Reconcile>(asked);
}

/// Breaks if a command that names a deleted entity is accepted.
Verdict rejects_deleted_ids(const CoreHistory& history) {
    return testing::each_step(history, [](const CoreStep& step, const Model& before) {
        if (!step.decision || may_name_deleted(step.command)) return holds();
        const bool gone = std::ranges::any_of(ids_in(step.command),
                                              [&](const Uuid& id) { return before->index.retired.contains(id); });
        return gone ? breaks("a command that names a deleted entity is accepted") : holds();
    });
}

/// Breaks if an entity that was removed with its parent can still be found or read.
Verdict descendants_are_removed(const Model& before, const CoreStep&, const Model& after) {
    for (const Thread* thread : before->index.threads.sorted()) {
        if (after->index.find(thread->id)) continue;
        for (const TurnId& turn : thread->turns.in_order()) {
            if (after->index.find(turn) || after->transcript.exchanges.contains(turn))
                return breaks("a turn outlives its thread");
        }
        for (const CheckpointId& checkpoint : thread->checkpoints.in_order()) {
            if (after->index.find(checkpoint)) return breaks("a checkpoint outlives its thread");
        }
        const Decision asked = Core::decide(ArchiveThread{thread->id}, after);
        if (asked || asked.error() != Error(rejection::ThreadNotFound{.thread = thread->id, .retired = true}))
            return breaks("a deleted thread is not reported as deleted");
    }
    return holds();
}

SessionResource session_of(const ThreadId& thread, std::uint64_t epoch) {
    return {.thread = thread, .epoch = epoch, .session_ref = ""};
}
GitRefResource ref_of(const CheckpointId& checkpoint, const std::string& git_ref) {
    return {.thread = {}, .root = "", .checkpoint = checkpoint, .git_ref = git_ref};
}
WorktreeResource worktree_of(const ThreadId& thread, const std::string& path) {
    return {.thread = thread, .root = "", .path = path, .branch = ""};
}

/// The resources that outside parties hold, derived from the events alone.
class HeldResources {
public:
    void take(const Event& event) {
        if (const auto* bound = std::get_if<SessionBound>(&event)) add(session_of(bound->thread, bound->epoch));
        if (const auto* lost = std::get_if<SessionLost>(&event)) remove(session_of(lost->thread, lost->epoch));
        if (const auto* placed = std::get_if<WorktreeAssigned>(&event)) add(worktree_of(placed->thread, placed->path));
        if (const auto* kept = std::get_if<CheckpointGitRefAssigned>(&event))
            add(ref_of(kept->checkpoint, kept->git_ref));
        if (const auto* released = std::get_if<ResourceReleased>(&event)) remove(released->resource);
    }
    [[nodiscard]] const std::set<Uuid>& all() const { return held_; }

private:
    void add(const Resource& resource) { held_.insert(id_of(resource).uuid); }
    void remove(const Resource& resource) { held_.erase(id_of(resource).uuid); }
    std::set<Uuid> held_;
};

/// Returns how often the model lists each held resource, live or as garbage.
std::map<Uuid, int> listings_of(const Index& index) {
    std::map<Uuid, int> listings;
    const auto count = [&](const Resource& resource) { ++listings[id_of(resource).uuid]; };
    for (const Thread* thread : index.threads.sorted()) {
        const auto* worktree = std::get_if<Worktree>(&thread->workspace);
        const auto* location = worktree ? assigned(worktree->location) : nullptr;
        if (location) count(worktree_of(thread->id, location->path));
        if (thread->session) count(session_of(thread->id, thread->session->epoch));
    }
    for (const Checkpoint* checkpoint : index.checkpoints.sorted()) {
        if (const auto* ref = assigned(checkpoint->ref)) count(ref_of(checkpoint->id, ref->git_ref));
    }
    for (const GarbageEntry* entry : index.garbage.sorted()) ++listings[entry->id.uuid];
    return listings;
}

Verdict check_conserved(const Index& index, const HeldResources& held_resources) {
    const std::map<Uuid, int> known = listings_of(index);
    for (const auto& [resource, listings] : known) {
        if (listings != 1) return breaks("a resource is listed twice");
        if (!held_resources.all().contains(resource)) return breaks("a resource that is not held is listed");
    }
    return known.size() == held_resources.all().size() ? holds() : breaks("a held resource is not listed");
}

Verdict resources_are_conserved(const CoreHistory& history) {
    HeldResources held_resources;
    const testing::SampledSteps<Core> samples(history);
    std::size_t position = 0;
    const Verdict verdict = testing::each_step(history, [&](const CoreStep& step, const Model& before) {
        if (samples.at(position++)) {
            if (Verdict now = check_conserved(before->index, held_resources); !now) return now;
        }
        if (step.decision) {
            for (const Event& event : *step.decision) held_resources.take(event);
        }
        return holds();
    });
    return verdict ? check_conserved(history.model->index, held_resources) : verdict;
}

/// Returns the commands that may begin something in a thread at rest.
std::vector<Command> starting_commands(const ThreadId& thread, const CheckpointId& checkpoint) {
    StartTurn start = start_turn(id<TurnId>(65000), thread);
    start.message = id<MessageId>(65000);
    StartTurn queue = start;
    queue.on_busy = OnBusy::enqueue;
    return {start,
            queue,
            CreateCheckpoint{.checkpoint = id<CheckpointId>(65000), .thread = thread, .label = {}},
            ArchiveThread{thread},
            RequestCommit{.commit = id<CommitId>(65000), .thread = thread, .message = "m", .checkpoint = {}},
            RevertToCheckpoint{.revert = id<RevertId>(65000), .thread = thread, .checkpoint = checkpoint}};
}

Verdict revert_blocks_commands(const Model& model) {
    for (const Revert* revert : model->index.reverts.sorted()) {
        for (const Command& command : starting_commands(revert->thread, revert->target)) {
            if (Core::decide(command, model)) return breaks("a reverting thread accepts " + testing::code_of(command));
        }
    }
    return holds();
}

/// Returns the model after the outstanding effect of that revert is confirmed; nothing if it has none.
std::optional<Model> advance(const Model& model, const RevertId& id) {
    for (const Effect& effect : Core::outstanding(model)) {
        const auto* due = std::get_if<RunRevert>(&effect.body);
        if (due && due->revert == id) return accepted(model, confirmations(effect, true).front());
    }
    return std::nullopt;
}

/// Breaks unless a revert that is cancelled, at any stage, restores the set of accepted starting commands.
Verdict cancelled_revert_restores(const Model& model) {
    for (const Thread* thread : model->index.threads.sorted()) {
        if (thread->checkpoints.empty()) continue;
        const CheckpointId target = thread->checkpoints.front();
        const RevertId id = tests::id<RevertId>(65001);
        auto now = accepted(model, RevertToCheckpoint{.revert = id, .thread = thread->id, .checkpoint = target});
        for (; now && (*now)->index.find(id); now = advance(*now, id)) {
            const auto after = accepted(*now, FailRevert{.revert = id, .reason = "stop"});
            if (!after) return breaks("a revert cannot be cancelled");
            for (const Command& command : starting_commands(thread->id, target)) {
                if (Core::decide(command, model).has_value() != Core::decide(command, *after).has_value())
                    return breaks("a cancelled revert changes whether this is accepted: " + testing::code_of(command));
            }
        }
    }
    return holds();
}

} // namespace

CoreLaws deletion_laws() {
    return section({
        all_of("L29", "nothing below a deleted parent is reachable, and no command that names it is accepted",
               {structural("L29", ""), part(rejects_deleted_ids),
                part([](const CoreHistory& history) { return each_change(history, descendants_are_removed); })}),
        {{"L30", "every resource held outside is reachable, in the garbage, or released; exactly one of the three",
          resources_are_conserved}},
        all_of("L32", "nothing else begins in a thread while it reverts; a cancelled revert restores what may begin",
               {structural("L32", ""),
                part([](const CoreHistory& history) { return each_model(history, revert_blocks_commands); }),
                part([](const CoreHistory& history) { return cancelled_revert_restores(history.model); })}),
    });
}

} // namespace evenfold::orchestration::tests

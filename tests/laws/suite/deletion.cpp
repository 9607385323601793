#include <algorithm>
#include <map>
#include <set>

#include "evenfold/core/events/orchestration.hpp"
#include "evenfold/tests/laws/suite.hpp"
#include "evenfold/tests/laws/suite/look.hpp"
#include "evenfold/tests/support/asks.hpp"
#include "evenfold/tests/support/confirmations.hpp"

namespace evenfold::orchestration::tests {
namespace {

/// Returns whether a command may name a deleted thread: released resources and sessions that are known to be alive may.
bool may_name_the_gone(const Command& asked) {
    return std::holds_alternative<ReleaseResource>(asked) || std::holds_alternative<Reconcile>(asked);
}

/// Breaks if a command that names a deleted entity is accepted.
Verdict deaf(const CoreHistory& history) {
    return testing::each_step(history, [](const CoreStep& step, const Model& before) {
        if (!step.decision || may_name_the_gone(step.command)) return holds();
        const bool gone = std::ranges::any_of(ids_in(step.command),
                                              [&](const Uuid& id) { return before->index.retired.contains(id); });
        return gone ? breaks("a command is accepted that names what is gone") : holds();
    });
}

/// Breaks if an entity that was removed with its parent can still be found or read.
Verdict unreachable(const Model& before, const CoreStep&, const Model& after) {
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
            return breaks("a deleted thread is not told as one");
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
class Holdings {
public:
    void take(const Event& event) {
        if (const auto* bound = std::get_if<SessionBound>(&event)) gain(session_of(bound->thread, bound->epoch));
        if (const auto* lost = std::get_if<SessionLost>(&event)) lose(session_of(lost->thread, lost->epoch));
        if (const auto* placed = std::get_if<WorktreeAssigned>(&event)) gain(worktree_of(placed->thread, placed->path));
        if (const auto* kept = std::get_if<CheckpointGitRefAssigned>(&event))
            gain(ref_of(kept->checkpoint, kept->git_ref));
        if (const auto* released = std::get_if<ResourceReleased>(&event)) lose(released->resource);
    }
    [[nodiscard]] const std::set<Uuid>& all() const { return held_; }

private:
    void gain(const Resource& resource) { held_.insert(id_of(resource).uuid); }
    void lose(const Resource& resource) { held_.erase(id_of(resource).uuid); }
    std::set<Uuid> held_;
};

/// Returns how often the model lists each resource that is held, live or garbage.
std::map<Uuid, int> known_to(const Index& index) {
    std::map<Uuid, int> places;
    const auto add = [&](const Resource& resource) { ++places[id_of(resource).uuid]; };
    for (const Thread* thread : index.threads.sorted()) {
        const auto* worktree = std::get_if<Worktree>(&thread->workspace);
        const auto* place = worktree ? assigned(worktree->location) : nullptr;
        if (place) add(worktree_of(thread->id, place->path));
        if (thread->session) add(session_of(thread->id, thread->session->epoch));
    }
    for (const Checkpoint* checkpoint : index.checkpoints.sorted()) {
        if (const auto* ref = assigned(checkpoint->ref)) add(ref_of(checkpoint->id, ref->git_ref));
    }
    for (const GarbageEntry* entry : index.garbage.sorted()) ++places[entry->id.uuid];
    return places;
}

Verdict conserved(const Index& index, const Holdings& holdings) {
    const std::map<Uuid, int> known = known_to(index);
    for (const auto& [resource, places] : known) {
        if (places != 1) return breaks("a resource stands in two places");
        if (!holdings.all().contains(resource)) return breaks("a resource is known that nobody holds");
    }
    return known.size() == holdings.all().size() ? holds() : breaks("a resource that somebody holds is forgotten");
}

Verdict conserves(const CoreHistory& history) {
    Holdings holdings;
    const testing::SampledSteps<Core> looks(history);
    std::size_t place = 0;
    const Verdict verdict = testing::each_step(history, [&](const CoreStep& step, const Model& before) {
        if (looks.at(place++)) {
            if (Verdict now = conserved(before->index, holdings); !now) return now;
        }
        if (step.decision) {
            for (const Event& event : *step.decision) holdings.take(event);
        }
        return holds();
    });
    return verdict ? conserved(history.model->index, holdings) : verdict;
}

/// Returns the commands that may begin something in a thread at rest.
std::vector<Command> beginnings(const ThreadId& thread, const CheckpointId& checkpoint) {
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

Verdict rests(const Model& model) {
    for (const Revert* revert : model->index.reverts.sorted()) {
        for (const Command& command : beginnings(revert->thread, revert->target)) {
            if (Core::decide(command, model))
                return breaks("in a reverting thread begins " + testing::code_of(command));
        }
    }
    return holds();
}

/// Returns the model after the outstanding effect of that revert is confirmed; nothing if it has none.
std::optional<Model> advanced(const Model& model, const RevertId& id) {
    for (const Effect& effect : Core::outstanding(model)) {
        const auto* due = std::get_if<RunRevert>(&effect.body);
        if (due && due->revert == id) return accepted(model, confirmations(effect, true).front());
    }
    return std::nullopt;
}

/// Breaks unless a revert that is cancelled, at any stage, leaves the set of accepted beginnings as it was.
Verdict gives_back(const Model& model) {
    for (const Thread* thread : model->index.threads.sorted()) {
        if (thread->checkpoints.empty()) continue;
        const CheckpointId target = thread->checkpoints.front();
        const RevertId id = tests::id<RevertId>(65001);
        auto now = accepted(model, RevertToCheckpoint{.revert = id, .thread = thread->id, .checkpoint = target});
        for (; now && (*now)->index.find(id); now = advanced(*now, id)) {
            const auto after = accepted(*now, FailRevert{.revert = id, .reason = "stop"});
            if (!after) return breaks("a revert cannot be given up");
            for (const Command& command : beginnings(thread->id, target)) {
                if (Core::decide(command, model).has_value() != Core::decide(command, *after).has_value())
                    return breaks("after a revert was given up, it is another matter: " + testing::code_of(command));
            }
        }
    }
    return holds();
}

} // namespace

CoreLaws deletion_laws() {
    return section({
        all_of("L29", "nothing below a deleted parent is reachable, and no command that names it is accepted",
               {structural("L29", ""), part(deaf),
                part([](const CoreHistory& history) { return each_change(history, unreachable); })}),
        {{"L30", "what outside parties hold is reachable, in the garbage, or released; exactly one of the three",
          conserves}},
        all_of("L32", "while a thread reverts nothing else begins in it; a revert that is given up gives that back",
               {structural("L32", ""), part([](const CoreHistory& history) { return each_model(history, rests); }),
                part([](const CoreHistory& history) { return gives_back(history.model); })}),
    });
}

} // namespace evenfold::orchestration::tests

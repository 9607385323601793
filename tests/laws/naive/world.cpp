#include "evenfold/tests/laws/naive/world.hpp"

#include <algorithm>

#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/tests/laws/naive/named_fields.hpp"
#include "evenfold/tests/laws/naive/removal.hpp"

namespace evenfold::orchestration::tests::naive {
namespace {

/// Applies an event without a case of its own: changes the one entity that it names, by the fields that it has.
template <class Happened>
void on(World& world, const Happened& event) {
    const auto change = [&](auto* entity) {
        if (entity) take_named_fields(entity->made, event);
    };
    if constexpr (requires { event.checkpoint; })
        change(find(world.checkpoints, event.checkpoint));
    else if constexpr (requires { event.commit; })
        change(find(world.commits, event.commit));
    else if constexpr (requires { event.revert; })
        change(find(world.reverts, event.revert));
    else if constexpr (requires { event.request; })
        change(find(world.requests, event.request));
    else if constexpr (requires { event.thread; })
        change(find(world.threads, event.thread));
    else if constexpr (requires { event.project; })
        change(find(world.projects, event.project));
    else
        static_assert(sizeof(Happened) == 0, "an event of turns needs a case of its own here");
}

// Projects and threads.

template <class T, class Optional>
void change(T& value, const Optional& to) {
    if (to) value = *to;
}

void on(World& world, const ProjectCreated& event) {
    world.projects[event.project] = {.begun = world.events, .made = event};
}
void on(World& world, const ProjectUpdated& event) {
    Project* project = find(world.projects, event.project);
    if (!project) return;
    change(project->made.title, event.changes.title);
    change(project->made.root, event.changes.root);
    change(project->made.root_key, event.changes.root_key);
    if (event.changes.default_model) project->made.default_model = event.changes.default_model;
}
void on(World& world, const ProjectDeleted& event) {
    remove_project(world, event.project);
}

void on(World& world, const ThreadCreated& event) {
    if (!world.projects.contains(event.project)) return;
    Thread thread;
    thread.begun = world.events;
    thread.made = event;
    world.threads[event.thread] = thread;
}
void on(World& world, const ThreadUpdated& event) {
    Thread* thread = find(world.threads, event.thread);
    if (!thread) return;
    change(thread->made.title, event.changes.title);
    change(thread->made.model, event.changes.model);
    change(thread->made.policy, event.changes.policy);
    change(thread->made.mode, event.changes.mode);
}
void on(World& world, const ThreadArchived& event) {
    if (Thread* thread = find(world.threads, event.thread)) thread->archived = true;
}
void on(World& world, const ThreadUnarchived& event) {
    if (Thread* thread = find(world.threads, event.thread)) thread->archived = false;
}
void on(World& world, const ThreadDeleted& event) {
    remove_thread(world, event.thread);
}
void on(World&, const WorktreeRequested&) {} // ThreadCreated recorded it
void on(World& world, const WorktreeAssigned& event) {
    Thread* thread = find(world.threads, event.thread);
    if (thread) thread->worktree = Assigned<WorktreeLocation>{.value = {.path = event.path, .branch = event.branch}};
}
void on(World& world, const WorktreeFailed& event) {
    if (Thread* thread = find(world.threads, event.thread)) thread->worktree = Failed{.reason = event.reason};
}

// Turns.

void take(Turn& turn, std::optional<std::uint64_t> seq) {
    if (seq) turn.last_seq = std::max(turn.last_seq, *seq);
}
void seal(Turn& turn) {
    for (Said& said : turn.reply) said.sealed = true;
}
void settle(Turn& turn, TurnState state, std::optional<std::uint64_t> seq) {
    seal(turn);
    take(turn, seq);
    turn.end = state;
}

void on(World& world, const MessageAdded& event) {
    if (!world.threads.contains(event.thread)) return;
    Turn turn;
    turn.begun = world.events;
    turn.input = event;
    world.turns[event.turn] = turn;
}
void on(World&, const TurnQueued&) {} // a turn that is not started waits
void on(World& world, const TurnStarted& event) {
    Turn* turn = find(world.turns, event.turn);
    if (!turn) return;
    turn->started = event;
    ++world.threads.at(turn->input.thread).turns_started;
}
void on(World& world, const TurnInterruptRequested& event) {
    if (Turn* turn = find(world.turns, event.turn)) turn->interrupt_asked = true;
}
void on(World& world, const TurnCompleted& event) {
    Turn* turn = find(world.turns, event.turn);
    if (!turn) return;
    settle(*turn, TurnState::completed, event.seq);
    turn->stop_reason = event.stop_reason;
    if (event.usage) turn->usage = event.usage;
}
void on(World& world, const TurnFailed& event) {
    Turn* turn = find(world.turns, event.turn);
    if (!turn) return;
    settle(*turn, TurnState::failed, event.seq);
    turn->reason = event.reason;
}
void on(World& world, const TurnInterrupted& event) {
    Turn* turn = find(world.turns, event.turn);
    if (!turn) return;
    settle(*turn, TurnState::interrupted, event.seq);
    turn->reason = event.reason;
}
void on(World& world, const TurnContinued& event) {
    Turn* turn = find(world.turns, event.turn);
    if (!turn) return;
    turn->end.reset();
    turn->stop_reason.reset();
    turn->reason.reset();
    turn->interrupt_asked = false;
}
void on(World& world, const TurnCancelled& event) {
    Turn* turn = find(world.turns, event.turn);
    if (!turn) return;
    turn->end = TurnState::cancelled;
    const auto waits = [&](const TurnId& id) { return !world.turns.at(id).started && !world.turns.at(id).end; };
    const ThreadId thread = turn->input.thread;
    if (std::ranges::none_of(turns_of(world, thread), waits)) world.threads.at(thread).hold.reset();
}
void on(World& world, const QueueHeld& event) {
    if (Thread* thread = find(world.threads, event.thread)) thread->hold = event.reason;
}
void on(World& world, const QueueResumed& event) {
    if (Thread* thread = find(world.threads, event.thread)) thread->hold.reset();
}

// Provider events.

void on(World& world, const SessionBound& event) {
    Thread* thread = find(world.threads, event.thread);
    if (!thread) return;
    thread->session = event;
    thread->last_epoch = event.epoch;
}
void on(World& world, const SessionLost& event) {
    Thread* thread = find(world.threads, event.thread);
    if (!thread) return;
    thread->session.reset();
    thread->last_epoch = std::max(thread->last_epoch, event.epoch);
}
void on(World& world, const TurnDispatched& event) {
    Turn* turn = find(world.turns, event.turn);
    if (!turn) return;
    turn->dispatched = true;
    if (event.provider_turn_ref) turn->provider_ref = event.provider_turn_ref;
}

/// Returns the block of that number, and begins it if it is the next; null if it is neither.
Said* block(Turn& turn, std::uint64_t number) {
    if (number > turn.reply.size()) return nullptr;
    if (number == turn.reply.size()) {
        seal(turn);
        turn.reply.emplace_back();
    }
    return &turn.reply[number];
}
void on(World& world, const AssistantMessageStarted& event) {
    Turn* turn = find(world.turns, event.turn);
    if (!turn) return;
    take(*turn, event.seq);
    seal(*turn);
    turn->messages.push_back(event);
}
bool has_output(const Turn& turn, const std::string& call_id) {
    return std::ranges::any_of(turn.calls, [&](const Call& call) {
        return call.made.call_id == call_id && call.end && call.end->status != ToolCallStatus::abandoned;
    });
}
void on(World& world, const AssistantMessageDiscarded& event) {
    Turn* turn = find(world.turns, event.turn);
    if (!turn) return;
    take(*turn, event.seq);
    seal(*turn);
    turn->discarded.insert(event.message_id);
    for (std::size_t number = event.block; number < turn->reply.size(); ++number) {
        Said& said = turn->reply[number];
        const std::optional<std::string> parent =
            said.call ? std::optional<std::string>(said.call->parent) : said.parent;
        if (parent != event.parent || (said.call && has_output(*turn, said.call->call_id))) continue;
        said = Said{.thinking = said.thinking,
                    .parent = event.parent,
                    .deltas = {},
                    .signature = {},
                    .sealed = true,
                    .call = {}};
    }
}
void on(World& world, const TextAppended& event) {
    Turn* turn = find(world.turns, event.turn);
    if (!turn) return;
    take(*turn, event.seq);
    Said* said = block(*turn, event.block);
    if (!said) return;
    said->parent = event.parent;
    said->deltas.push_back(event.text);
}
void on(World& world, const ThinkingAppended& event) {
    Turn* turn = find(world.turns, event.turn);
    if (!turn) return;
    take(*turn, event.seq);
    Said* said = block(*turn, event.block);
    if (!said) return;
    said->thinking = true;
    said->parent = event.parent;
    said->deltas.push_back(event.text);
    said->signature = event.signature;
    if (event.signature) said->sealed = true;
}
void on(World& world, const ToolCallStarted& event) {
    Turn* turn = find(world.turns, event.turn);
    if (!turn) return;
    take(*turn, event.seq);
    Said* said = block(*turn, event.block);
    if (!said) return;
    said->call = event;
    said->sealed = true;
    turn->calls.push_back({.made = event, .end = {}, .denied = false});
}
void on(World& world, const ToolCallFinished& event) {
    Turn* turn = find(world.turns, event.turn);
    if (!turn) return;
    take(*turn, event.seq);
    for (Call& call : turn->calls) {
        if (call.made.call_id == event.call_id) call.end = event;
    }
}
void on(World& world, const NoticeAdded& event) {
    Turn* turn = find(world.turns, event.turn);
    if (!turn) return;
    take(*turn, event.seq);
    turn->notices.push_back(event);
}
void on(World& world, const UsageRecorded& event) {
    Turn* turn = find(world.turns, event.turn);
    if (!turn) return;
    take(*turn, event.seq);
    turn->usage = event.usage;
}
void on(World& world, const SeqAdvanced& event) {
    if (Turn* turn = find(world.turns, event.turn)) take(*turn, event.seq);
}

// Requests.

void on(World& world, const ApprovalRequested& event) {
    Turn* turn = find(world.turns, event.turn);
    if (!turn) return;
    take(*turn, event.seq);
    seal(*turn);
    Request request;
    request.begun = world.events;
    request.made = event;
    world.requests[event.request] = request;
}
void on(World& world, const ApprovalAnswered& event) {
    Request* request = find(world.requests, event.request);
    if (!request) return;
    request->decision = event.decision;
    if (!std::holds_alternative<Deny>(event.decision)) return;
    for (Call& call : world.turns.at(request->made.turn).calls) {
        if (call.made.call_id == request->made.call_id) call.denied = true;
    }
}
void on(World& world, const ApprovalDelivered& event) {
    Request* request = find(world.requests, event.request);
    if (!request) return;
    take(world.turns.at(request->made.turn), event.seq);
    request->delivered = true;
}
void on(World& world, const ApprovalExpired& event) {
    Request* request = find(world.requests, event.request);
    if (!request) return;
    take(world.turns.at(request->made.turn), event.seq);
    request->expiry = event.cause;
}

// Checkpoints, reverts, commits.

void on(World& world, const CheckpointCreated& event) {
    Thread* thread = find(world.threads, event.thread);
    if (!thread) return;
    thread->last_checkpoint_ordinal = event.ordinal;
    world.checkpoints[event.checkpoint] = {.begun = world.events, .made = event, .ref = Pending{}};
}
void on(World& world, const CheckpointGitRefAssigned& event) {
    Checkpoint* checkpoint = find(world.checkpoints, event.checkpoint);
    if (checkpoint)
        checkpoint->ref = Assigned<CheckpointRef>{.value = {.git_ref = event.git_ref, .files = event.files}};
}
void on(World& world, const CheckpointFailed& event) {
    Checkpoint* checkpoint = find(world.checkpoints, event.checkpoint);
    if (checkpoint) checkpoint->ref = Failed{.reason = event.reason};
}
void on(World& world, const RevertRequested& event) {
    if (world.threads.contains(event.thread))
        world.reverts[event.revert] = {.made = event, .stage = RevertStage::requested};
}
void on(World& world, const RevertAdvanced& event) {
    if (Revert* revert = find(world.reverts, event.revert)) revert->stage = event.stage;
}
void on(World& world, const ThreadReverted& event) {
    const Revert* revert = find(world.reverts, event.revert);
    const Checkpoint* target = revert ? find(world.checkpoints, revert->made.target) : nullptr;
    if (target) {
        for (auto& [id, checkpoint] : world.checkpoints) {
            if (checkpoint.made.thread == event.thread && checkpoint.begun > target->begun)
                checkpoint.made.after_turn = target->made.after_turn;
        }
    }
    for (const TurnId& turn : event.removed_turns) remove_turn(world, turn);
    for (const CheckpointId& checkpoint : event.removed_checkpoints) remove_checkpoint(world, checkpoint);
    remove_revert(world, event.revert);
}
void on(World& world, const RevertFailed& event) {
    remove_revert(world, event.revert);
}
void on(World& world, const CheckpointReleased& event) {
    remove_checkpoint(world, event.checkpoint);
}
void on(World& world, const CommitRequested& event) {
    if (world.threads.contains(event.thread))
        world.commits[event.commit] = {.begun = world.events, .made = event, .ref = Pending{}};
}
void on(World& world, const CommitRefAssigned& event) {
    Commit* commit = find(world.commits, event.commit);
    if (commit) commit->ref = Assigned<CommitRef>{.value = {.sha = event.sha, .branch = event.branch}};
}
void on(World& world, const CommitFailed& event) {
    if (Commit* commit = find(world.commits, event.commit)) commit->ref = Failed{.reason = event.reason};
}
void on(World& world, const ResourceReleased& event) {
    std::erase(world.garbage, event.resource);
}
void on(World&, const Unknown&) {}

} // namespace

World project(World world, const Event& event) {
    const std::optional<ThreadId> thread = thread_of(world, event);
    ++world.events;
    std::visit([&](const auto& happened) { on(world, happened); }, event);
    if (Thread* in = thread ? find(world.threads, *thread) : nullptr) ++in->version;
    return world;
}

} // namespace evenfold::orchestration::tests::naive

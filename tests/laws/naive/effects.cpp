#include "evenfold/tests/laws/naive/effects.hpp"

#include <algorithm>

#include "evenfold/tests/laws/naive/derived.hpp"
#include "evenfold/tests/support/process_bound.hpp"

namespace evenfold::orchestration::tests::naive {
namespace {

constexpr std::string_view of_a_process = ", of a process";

std::string line(std::string_view kind, const Uuid& about, std::string_view more = {}) {
    return std::string(kind) + ' ' + to_text(about) + std::string(more);
}

std::string line_of(const EffectBody& body) {
    if (const auto* due = std::get_if<PrepareWorktree>(&body)) return line("prepare", due->thread.uuid);
    if (const auto* due = std::get_if<CaptureCheckpoint>(&body)) return line("capture", due->checkpoint.uuid);
    if (const auto* due = std::get_if<RunRevert>(&body))
        return line("revert", due->revert.uuid, std::to_string(static_cast<int>(due->stage)));
    if (const auto* due = std::get_if<MakeCommit>(&body)) return line("commit", due->commit.uuid);
    if (const auto* due = std::get_if<InterruptProvider>(&body)) return line("interrupt", due->turn.uuid);
    if (const auto* due = std::get_if<DeliverAnswer>(&body)) return line("deliver", due->request.uuid);
    if (const auto* due = std::get_if<SendTurn>(&body)) return line("send", due->turn.uuid);
    return line("release", id_of(std::get<Release>(body).resource).uuid);
}

/// Returns whether the thread `id` waits for its worktree.
bool is_homeless(const World& world, const ThreadId& id) {
    const Thread* thread = find(world.threads, id);
    return thread && std::holds_alternative<NewWorktree>(thread->made.workspace) && is_pending(thread->worktree);
}

void of_threads(const World& world, std::set<std::string>& lines) {
    for (const auto& [id, thread] : world.threads) {
        if (is_homeless(world, id)) lines.insert(line("prepare", id.uuid));
    }
    for (const auto& [id, checkpoint] : world.checkpoints) {
        if (is_pending(checkpoint.ref) && !is_homeless(world, checkpoint.made.thread))
            lines.insert(line("capture", id.uuid));
    }
    for (const auto& [id, commit] : world.commits) {
        if (is_pending(commit.ref) && !is_homeless(world, commit.made.thread)) lines.insert(line("commit", id.uuid));
    }
    for (const auto& [id, revert] : world.reverts) {
        const bool waits = std::ranges::any_of(world.commits, [&](const auto& entry) {
            return entry.second.made.thread == revert.made.thread && is_pending(entry.second.ref);
        });
        if (!waits) lines.insert(line("revert", id.uuid, std::to_string(static_cast<int>(revert.stage))));
    }
}

void of_turns(const World& world, std::set<std::string>& lines) {
    const Derived all = derived(world);
    for (const TurnId& id : all.active_turns) {
        const TurnState state = all.turns.at(id).state;
        const ThreadId& thread = world.turns.at(id).input.thread;
        const auto of = all.threads.find(thread);
        if (state == TurnState::interrupting) lines.insert(line("interrupt", id.uuid, of_a_process));
        if (state == TurnState::starting && !is_homeless(world, thread) && of != all.threads.end() &&
            of->second.pending_checkpoints.empty())
            lines.insert(line("send", id.uuid, of_a_process));
    }
    for (const RequestId& id : all.answered_requests) lines.insert(line("deliver", id.uuid, of_a_process));
}

/// Adds the releases of garbage. A session lives in its worktree, so the session is released first.
void of_garbage(const World& world, std::set<std::string>& lines) {
    for (const Resource& resource : world.garbage) {
        const bool lived_in = std::ranges::any_of(world.garbage, [&](const Resource& other) {
            return std::holds_alternative<SessionResource>(other) && thread_of(other) == thread_of(resource);
        });
        if (std::holds_alternative<WorktreeResource>(resource) && lived_in) continue;
        lines.insert(line("release", id_of(resource).uuid));
    }
}

} // namespace

std::set<std::string> due(const World& world) {
    std::set<std::string> lines;
    of_threads(world, lines);
    of_turns(world, lines);
    of_garbage(world, lines);
    return lines;
}

std::set<std::string> due(const std::vector<Effect>& outstanding) {
    std::set<std::string> lines;
    for (const Effect& effect : outstanding)
        lines.insert(line_of(effect.body) + std::string(is_process_bound(effect) ? of_a_process : ""));
    return lines;
}

} // namespace evenfold::orchestration::tests::naive

#include "evenfold/tests/laws/naive/removal.hpp"

#include <vector>

namespace evenfold::orchestration::tests::naive {
namespace {

std::string root_of(const World& world, const ThreadId& id) {
    return world.projects.at(world.threads.at(id).made.project).made.root;
}

/// Returns the ids of all entries for which `belongs` is true.
template <class Map, class Belongs>
auto ids_of(const Map& map, const Belongs& belongs) {
    std::vector<typename Map::key_type> ids;
    for (const auto& [id, entity] : map) {
        if (belongs(entity)) ids.push_back(id);
    }
    return ids;
}

} // namespace

void remove_turn(World& world, const TurnId& id) {
    const Turn* turn = find(world.turns, id);
    if (!turn) return;
    world.retired.insert(id.uuid);
    world.retired.insert(turn->input.message.uuid);
    if (!turn->reply.empty()) world.retired.insert(reply_of(id).uuid);
    for (const RequestId& request :
         ids_of(world.requests, [&](const Request& asked) { return asked.made.turn == id; })) {
        world.retired.insert(request.uuid);
        world.requests.erase(request);
    }
    world.turns.erase(id);
}

void remove_checkpoint(World& world, const CheckpointId& id) {
    const Checkpoint* checkpoint = find(world.checkpoints, id);
    if (!checkpoint) return;
    const ThreadId thread = checkpoint->made.thread;
    if (const CheckpointRef* ref = assigned(checkpoint->ref)) {
        world.garbage.push_back(GitRefResource{
            .thread = thread, .root = root_of(world, thread), .checkpoint = id, .git_ref = ref->git_ref});
    }
    world.retired.insert(id.uuid);
    world.checkpoints.erase(id);
}

void remove_revert(World& world, const RevertId& id) {
    if (world.reverts.erase(id) != 0) world.retired.insert(id.uuid);
}

void remove_thread(World& world, const ThreadId& id) {
    const Thread* thread = find(world.threads, id);
    if (!thread) return;
    const std::string root = root_of(world, id);
    if (const WorktreeLocation* tree = assigned(thread->worktree)) {
        world.garbage.push_back(
            WorktreeResource{.thread = id, .root = root, .path = tree->path, .branch = tree->branch});
    }
    if (thread->session) {
        world.garbage.push_back(SessionResource{
            .thread = id, .epoch = thread->session->epoch, .session_ref = thread->session->session_ref});
    }
    const auto inside = [&](const auto& entity) { return entity.made.thread == id; };
    for (const TurnId& turn : turns_of(world, id)) remove_turn(world, turn);
    for (const CheckpointId& checkpoint : ids_of(world.checkpoints, inside)) remove_checkpoint(world, checkpoint);
    for (const RevertId& revert : ids_of(world.reverts, inside)) remove_revert(world, revert);
    for (const CommitId& commit : ids_of(world.commits, inside)) {
        world.retired.insert(commit.uuid);
        world.commits.erase(commit);
    }
    world.retired.insert(id.uuid);
    world.deleted_threads.insert(id);
    world.threads.erase(id);
}

void remove_project(World& world, const ProjectId& id) {
    if (!world.projects.contains(id)) return;
    const auto inside = [&](const Thread& thread) { return thread.made.project == id; };
    for (const ThreadId& thread : ids_of(world.threads, inside)) remove_thread(world, thread);
    world.retired.insert(id.uuid);
    world.projects.erase(id);
}

} // namespace evenfold::orchestration::tests::naive

/// Values derived from a naive world: children in order, states, queues, and everything that is open, running or
/// waiting.
/// Shape: vectors in the order in which their elements began, recomputed from scratch each time.
/// Source: the orchestration specification, sections 6.2 and 6.6.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "evenfold/core/projector/orchestration.hpp"
#include "evenfold/tests/laws/naive/world.hpp"

namespace evenfold::orchestration::tests::naive {

struct OfTurn {
    TurnState state = TurnState::queued;
    std::vector<RequestId> requests;
    std::vector<RequestId> open_requests;
    std::uint64_t pending_requests = 0;
    std::vector<CompactString> running_calls;
    std::optional<OpenBlock> open_block;
};

struct OfThread {
    std::vector<TurnId> turns;
    std::optional<TurnId> active;
    std::vector<TurnId> queue;
    std::vector<CheckpointId> checkpoints;
    std::vector<CheckpointId> pending_checkpoints;
    std::optional<RevertId> revert;
    std::vector<CommitId> commits;
    ThreadStatus status = ThreadStatus::idle;
};

struct OfProject {
    std::vector<ThreadId> threads;
    std::vector<TurnId> active; // ordered by id
};

struct Derived {
    std::map<ProjectId, OfProject> projects;
    std::map<ThreadId, OfThread> threads;
    std::map<TurnId, OfTurn> turns;
    std::vector<TurnId> active_turns; // ordered by id, as are the rest
    std::vector<ThreadId> pending_worktrees;
    std::vector<CheckpointId> pending_checkpoints;
    std::vector<CommitId> pending_commits;
    std::vector<RequestId> answered_requests;
};

[[nodiscard]] Derived derived(const World& world);

[[nodiscard]] RequestState state_of(const Request& request);

} // namespace evenfold::orchestration::tests::naive

/// A second, naive fold of the events: the oracle that the projector is compared with.
/// Shape: maps of plain structs that keep the events themselves; derived values are not stored. Follows the
/// specification alone and shares no code with the projector. Cost is of no concern.
/// Source: the orchestration specification, sections 6.2 to 6.6.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "evenfold/core/events/orchestration.hpp"
#include "evenfold/core/slot.hpp"

namespace evenfold::orchestration::tests::naive {

/// The number of the event that created an entity: children are ordered by it.
using Place = std::uint64_t;

struct Project {
    Place begun = 0;
    ProjectCreated made; // as changed since
};

struct Thread {
    Place begun = 0;
    ThreadCreated made; // as changed since
    Slot<WorktreeLocation> worktree;
    bool archived = false;
    std::uint64_t version = 0;
    std::uint64_t turns_started = 0;
    std::uint64_t last_checkpoint_ordinal = 0;
    std::optional<HoldReason> hold;
    std::optional<SessionBound> session;
    std::uint64_t last_epoch = 0;
};

/// A block of a reply; if it has a call, it is that call's block.
struct Said {
    bool thinking = false;
    std::optional<std::string> parent;
    std::vector<std::string> deltas;
    std::optional<std::string> signature;
    bool sealed = false;
    std::optional<ToolCallStarted> call;
};

struct Call {
    ToolCallStarted made;
    std::optional<ToolCallFinished> end;
    bool denied = false; // by its user, after it began
};

struct Turn {
    Place begun = 0;
    MessageAdded input;
    std::optional<TurnStarted> started;
    bool dispatched = false;
    std::optional<std::string> provider_ref;
    bool interrupt_asked = false;
    std::optional<TurnState> end;
    std::uint64_t last_seq = 0;
    std::vector<Said> reply;
    std::vector<Call> calls;
    std::vector<AssistantMessageStarted> messages;
    std::set<std::string> discarded; // ids of messages
    std::vector<NoticeAdded> notices;
    std::optional<Usage> usage;
    std::optional<std::string> stop_reason;
    std::optional<std::string> reason;
};

struct Request {
    Place begun = 0;
    ApprovalRequested made;
    std::optional<ApprovalDecision> decision;
    bool delivered = false;
    std::optional<ExpiryCause> expiry;
};

struct Checkpoint {
    Place begun = 0;
    CheckpointCreated made;
    Slot<CheckpointRef> ref;
};

struct Revert {
    RevertRequested made;
    RevertStage stage = RevertStage::requested;
};

struct Commit {
    Place begun = 0;
    CommitRequested made;
    Slot<CommitRef> ref;
};

struct World {
    Place events = 0;
    std::map<ProjectId, Project> projects;
    std::map<ThreadId, Thread> threads;
    std::map<TurnId, Turn> turns;
    std::map<RequestId, Request> requests;
    std::map<CheckpointId, Checkpoint> checkpoints;
    std::map<RevertId, Revert> reverts;
    std::map<CommitId, Commit> commits;
    std::vector<Resource> garbage;
    std::set<Uuid> retired;
    std::set<ThreadId> deleted_threads;
};

/// Returns the world after `event`. Total: anything that the event does not concern stays unchanged.
[[nodiscard]] World project(World world, const Event& event);

/// Returns the value under that key, or null.
template <class Map>
[[nodiscard]] auto find(Map& map, const typename Map::key_type& id) -> decltype(&map.begin()->second) {
    const auto found = map.find(id);
    return found == map.end() ? nullptr : &found->second;
}

/// Returns the id of that turn's reply.
[[nodiscard]] MessageId reply_of(const TurnId& turn);

/// Returns the turns of that thread in order, found by its user's messages.
[[nodiscard]] std::vector<TurnId> turns_of(const World& world, const ThreadId& thread);

/// Returns the turn that `event` concerns, directly or through a request that `world` knows; nothing if there is none.
[[nodiscard]] std::optional<TurnId> turn_of(const World& world, const Event& event);

/// Returns the thread whose stream contains `event`, according to `world` before it; nothing if the stream is a
/// project's.
[[nodiscard]] std::optional<ThreadId> thread_of(const World& world, const Event& event);

} // namespace evenfold::orchestration::tests::naive

/// The model of the domain of coding agents, and the projection that maintains it. The model has an Index, which is all
/// that decisions may read, and a Transcript, which they never read.
/// A Model is one pointer, cheap to move; a copy copies everything. `project` is pure and accepts any event in any
/// model.
/// Source: the orchestration specification, sections 6.0 (decisions 2, 3, 7) and 6.2.
///
///     orchestration::Model model;
///     for (const orchestration::Event& event : events) {
///         model = orchestration::project(std::move(model), event); // in place, because the model is moved in
///     }
///     assert(model->index.find(project)->title == "abacus");
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "evenfold/core/containers/indirect.hpp"
#include "evenfold/core/containers/table.hpp"
#include "evenfold/core/events/orchestration.hpp"
#include "evenfold/core/projector/orchestration/checkpoint.hpp"
#include "evenfold/core/projector/orchestration/git.hpp"
#include "evenfold/core/projector/orchestration/ingestion.hpp"
#include "evenfold/core/projector/orchestration/open_texts.hpp"
#include "evenfold/core/projector/orchestration/project.hpp"
#include "evenfold/core/projector/orchestration/thread.hpp"
#include "evenfold/core/projector/orchestration/turn.hpp"
#include "evenfold/core/projector/projector.hpp"
#include "evenfold/core/reflection/shape.hpp"
#include "evenfold/core/reflection/structure.hpp"

namespace evenfold::orchestration {

/// A turn and its thread, or null.
struct TurnInThread {
    const Turn* turn;
    const Thread* thread;
};

/// The part that decisions read. The sets at the end are derived: entities that wait for an outside party.
struct Index {
    EVENFOLD_STRUCT(Index,
        (Table<Project>, projects), (Table<RootHolder>, roots), (Table<Thread>, threads), (Table<Turn>, turns),
        (Table<MessageOwner>, messages), (Table<Request>, requests), (Table<Checkpoint>, checkpoints),
        (Table<Revert>, reverts), (Table<Commit>, commits), (Table<GarbageEntry>, garbage), (Set<Uuid>, retired),
        (Set<TurnId>, active_turns), (Set<ThreadId>, pending_worktrees), (Set<CheckpointId>, pending_checkpoints),
        (Set<CommitId>, pending_commits), (Set<RequestId>, answered_requests));

    [[nodiscard]] const Project* find(const ProjectId& id) const { return projects.find(id); }
    [[nodiscard]] const Thread* find(const ThreadId& id) const { return threads.find(id); }
    [[nodiscard]] const Turn* find(const TurnId& id) const { return turns.find(id); }
    /// Finds both in one look-up if the turn has an open text.
    [[nodiscard]] TurnInThread find_with_thread(const TurnId& id) const {
        if (const OpenText* open = open_texts.find(id)) return {.turn = open->turn, .thread = open->thread};
        const Turn* turn = turns.find(id);
        return {.turn = turn, .thread = turn ? threads.find(turn->thread) : nullptr};
    }
    [[nodiscard]] const Request* find(const RequestId& id) const { return requests.find(id); }
    [[nodiscard]] const Checkpoint* find(const CheckpointId& id) const { return checkpoints.find(id); }
    [[nodiscard]] const Revert* find(const RevertId& id) const { return reverts.find(id); }
    [[nodiscard]] const Commit* find(const CommitId& id) const { return commits.find(id); }

    OpenTexts open_texts; // a cache

    friend bool operator==(const Index&, const Index&) = default;
};

/// The content of the model. Its special members are compiled once, because they are large.
struct State {
    EVENFOLD_STRUCT(State, (Index, index), (Transcript, transcript));

    State();
    State(const State& other);
    State& operator=(const State&) = delete;
    ~State();
    friend bool operator==(const State& a, const State& b);
};

/// Moving it moves one pointer; copying it copies everything.
using Model = Indirect<State>;

/// Returns the model after `event`. It is total: it accepts any event in any model. Pass the model by move to change it
/// in place.
[[nodiscard]] Model project(Model model, const Event& event);

/// Returns the model after all of `events`, as `project` does for one after the other, without a call for each.
[[nodiscard]] Model fold(Model model, std::span<const Event> events);
[[nodiscard]] inline Model fold(Model model, const std::vector<Event>& events) {
    return fold(std::move(model), std::span(events));
}

/// Returns the stream of `event`: that of its project or its thread. `model` must be the model on which the event was
/// decided, after the earlier events of its batch.
[[nodiscard]] std::string stream_of(const Event& event, const Model& model);

[[nodiscard]] std::string stream_of(const ProjectId& project);
[[nodiscard]] std::string stream_of(const ThreadId& thread);

} // namespace evenfold::orchestration

namespace evenfold {
extern template const Shape& shape_of<orchestration::Model>();
} // namespace evenfold

/// Projects in the read model, and the fold of their events.
/// Cost: O(1) per event, except deletion: O(deleted entities).
/// Source: the orchestration specification, section 6.2.
#pragma once

#include <optional>
#include <string>

#include "evenfold/core/containers/set.hpp"
#include "evenfold/core/events/orchestration/project.hpp"
#include "evenfold/core/reflection/shape.hpp"
#include "evenfold/core/reflection/structure.hpp"

namespace evenfold::orchestration {

struct State;

struct Project {
    EVENFOLD_STRUCT(Project,
        (ProjectId, id), (std::string, title), (std::string, root), (std::string, root_key),
        (std::optional<std::string>, default_model), (OrderedSet<ThreadId>, threads),
        (Set<TurnId>, active)); // active turns of all threads
    friend bool operator==(const Project&, const Project&) = default;
};

/// The live project at a root. `id` is the root's key, so that each root has at most one project.
struct RootHolder {
    EVENFOLD_STRUCT(RootHolder, (std::string, id), (ProjectId, project));
    friend bool operator==(const RootHolder&, const RootHolder&) = default;
};

void on(State& state, const ProjectCreated& event);
void on(State& state, const ProjectUpdated& event);
void on(State& state, const ProjectDeleted& event);

} // namespace evenfold::orchestration

namespace evenfold {
extern template const Shape& shape_of<orchestration::Project>();
} // namespace evenfold

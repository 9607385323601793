/// Commands of projects: what may be asked of the place where agents work.
/// Ids are brought by the caller. Answered by core/decider/orchestration/project.cpp.
/// Source: the orchestration specification, section 6.3, rows 1 to 3.
#pragma once

#include <optional>
#include <string>

#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/core/values/orchestration.hpp"

namespace evenfold::orchestration {

/// Open a project at `root`; no other live project may hold the same root.
struct CreateProject {
    EVENFOLD_STRUCT(CreateProject,
        (ProjectId, project), (std::string, title), (std::string, root),
        (std::optional<std::string>, default_model));
    friend bool operator==(const CreateProject&, const CreateProject&) = default;
};

/// Change what is given; the root only while no thread of the project is busy.
struct UpdateProject {
    EVENFOLD_STRUCT(UpdateProject,
        (ProjectId, project), (std::optional<std::string>, title),
        (std::optional<std::string>, root), (std::optional<std::string>, default_model));
    friend bool operator==(const UpdateProject&, const UpdateProject&) = default;
};

/// Delete the project; with `force` also when it has threads, which go with it.
struct DeleteProject {
    EVENFOLD_STRUCT(DeleteProject, (ProjectId, project), (bool, force));
    friend bool operator==(const DeleteProject&, const DeleteProject&) = default;
};

} // namespace evenfold::orchestration

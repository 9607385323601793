/// Commands of projects: the directories in which agents work.
/// The caller supplies ids. Decided by core/decider/orchestration/project.cpp.
/// Source: the orchestration specification, section 6.3, rows 1 to 3.
#pragma once

#include <optional>
#include <string>

#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/core/values/orchestration/values.hpp"

namespace evenfold::orchestration {

/// Opens a project at `root`. No other live project may have the same root.
struct CreateProject {
    EVENFOLD_STRUCT(CreateProject,
        (ProjectId, project), (CompactString, title), (CompactString, root),
        (OptionalIndirect<CompactString>, default_model));
    friend bool operator==(const CreateProject&, const CreateProject&) = default;
};

/// Changes the fields that are present. The root may change only while no thread of the project is busy.
struct UpdateProject {
    EVENFOLD_STRUCT(UpdateProject,
        (ProjectId, project), (OptionalIndirect<CompactString>, title),
        (OptionalIndirect<CompactString>, root), (OptionalIndirect<CompactString>, default_model));
    friend bool operator==(const UpdateProject&, const UpdateProject&) = default;
};

/// Deletes the project. With `force`, also deletes its threads; without it, the project must have none.
struct DeleteProject {
    EVENFOLD_STRUCT(DeleteProject, (ProjectId, project), (bool, force));
    friend bool operator==(const DeleteProject&, const DeleteProject&) = default;
};

} // namespace evenfold::orchestration

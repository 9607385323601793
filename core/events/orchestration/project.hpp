/// Events of projects.
/// `root_key` is the normalised form of `root`: two roots are the same directory if their keys are equal.
/// Source: the orchestration specification, section 6.3b.
#pragma once

#include <optional>
#include <string>

#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/core/values/orchestration/values.hpp"

namespace evenfold::orchestration {

struct ProjectCreated {
    EVENFOLD_STRUCT(ProjectCreated,
        (ProjectId, project), (CompactString, title), (CompactString, root), (CompactString, root_key),
        (OptionalIndirect<CompactString>, default_model));
    friend bool operator==(const ProjectCreated&, const ProjectCreated&) = default;
};

/// The changed fields; an absent field is unchanged. `root_key` accompanies `root`.
struct ProjectChanges {
    EVENFOLD_STRUCT(ProjectChanges,
        (OptionalIndirect<CompactString>, title), (OptionalIndirect<CompactString>, root),
        (OptionalIndirect<CompactString>, root_key), (OptionalIndirect<CompactString>, default_model));
    friend bool operator==(const ProjectChanges&, const ProjectChanges&) = default;
};

struct ProjectUpdated {
    EVENFOLD_STRUCT(ProjectUpdated, (ProjectId, project), (ProjectChanges, changes));
    friend bool operator==(const ProjectUpdated&, const ProjectUpdated&) = default;
};

/// The project and everything in it is removed. Resources that outside parties hold for it wait in the garbage.
struct ProjectDeleted {
    EVENFOLD_STRUCT(ProjectDeleted, (ProjectId, project));
    friend bool operator==(const ProjectDeleted&, const ProjectDeleted&) = default;
};

} // namespace evenfold::orchestration

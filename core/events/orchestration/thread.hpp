/// Events of threads and their worktrees.
/// A worktree is requested first. A later event assigns it or reports its failure.
/// Source: the orchestration specification, section 6.3b.
#pragma once

#include <optional>
#include <string>

#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/core/values/orchestration/values.hpp"

namespace evenfold::orchestration {

struct ThreadCreated {
    EVENFOLD_STRUCT(ThreadCreated,
        (ThreadId, thread), (ProjectId, project), (CompactString, title), (CompactString, model),
        (Policy, policy), (Mode, mode), (WorkspaceChoice, workspace));
    friend bool operator==(const ThreadCreated&, const ThreadCreated&) = default;
};

/// The changed fields; an absent field is unchanged.
struct ThreadChanges {
    EVENFOLD_STRUCT(ThreadChanges,
        (OptionalIndirect<CompactString>, title), (OptionalIndirect<CompactString>, model),
        (std::optional<Policy>, policy), (std::optional<Mode>, mode));
    friend bool operator==(const ThreadChanges&, const ThreadChanges&) = default;
};

struct ThreadUpdated {
    EVENFOLD_STRUCT(ThreadUpdated, (ThreadId, thread), (ThreadChanges, changes));
    friend bool operator==(const ThreadUpdated&, const ThreadUpdated&) = default;
};

struct ThreadArchived {
    EVENFOLD_STRUCT(ThreadArchived, (ThreadId, thread));
    friend bool operator==(const ThreadArchived&, const ThreadArchived&) = default;
};

struct ThreadUnarchived {
    EVENFOLD_STRUCT(ThreadUnarchived, (ThreadId, thread));
    friend bool operator==(const ThreadUnarchived&, const ThreadUnarchived&) = default;
};

/// The thread and everything in it is removed. Resources that outside parties hold for it wait in the garbage.
struct ThreadDeleted {
    EVENFOLD_STRUCT(ThreadDeleted, (ThreadId, thread));
    friend bool operator==(const ThreadDeleted&, const ThreadDeleted&) = default;
};

struct WorktreeRequested {
    EVENFOLD_STRUCT(WorktreeRequested,
        (ThreadId, thread), (std::string, base_ref), (std::string, name));
    friend bool operator==(const WorktreeRequested&, const WorktreeRequested&) = default;
};

struct WorktreeAssigned {
    EVENFOLD_STRUCT(WorktreeAssigned,
        (ThreadId, thread), (std::string, path), (std::string, branch));
    friend bool operator==(const WorktreeAssigned&, const WorktreeAssigned&) = default;
};

struct WorktreeFailed {
    EVENFOLD_STRUCT(WorktreeFailed, (ThreadId, thread), (std::string, reason));
    friend bool operator==(const WorktreeFailed&, const WorktreeFailed&) = default;
};

} // namespace evenfold::orchestration

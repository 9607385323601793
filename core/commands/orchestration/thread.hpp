/// Commands of threads: one conversation and its workspace.
/// The caller supplies ids. Decided by core/decider/orchestration/thread.cpp.
/// Source: the orchestration specification, section 6.3, rows 4 to 8 and 31.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/core/values/orchestration/values.hpp"

namespace evenfold::orchestration {

/// Opens a thread in a project. A NewWorktree is requested at once.
struct CreateThread {
    EVENFOLD_STRUCT(CreateThread,
        (ThreadId, thread), (ProjectId, project), (CompactString, title), (CompactString, model),
        (Policy, policy), (Mode, mode), (WorkspaceChoice, workspace));
    friend bool operator==(const CreateThread&, const CreateThread&) = default;
};

/// Changes the fields that are present, from the next turn on. If `expected_version` is present, it must match.
struct UpdateThread {
    EVENFOLD_STRUCT(UpdateThread,
        (ThreadId, thread), (OptionalIndirect<CompactString>, title),
        (OptionalIndirect<CompactString>, model), (std::optional<Policy>, policy),
        (std::optional<Mode>, mode), (std::optional<std::uint64_t>, expected_version));
    friend bool operator==(const UpdateThread&, const UpdateThread&) = default;
};

/// Archives an idle thread.
struct ArchiveThread {
    EVENFOLD_STRUCT(ArchiveThread, (ThreadId, thread));
    friend bool operator==(const ArchiveThread&, const ArchiveThread&) = default;
};

/// Restores an archived thread.
struct UnarchiveThread {
    EVENFOLD_STRUCT(UnarchiveThread, (ThreadId, thread));
    friend bool operator==(const UnarchiveThread&, const UnarchiveThread&) = default;
};

/// Deletes the thread and everything in it. A busy thread needs `force`.
struct DeleteThread {
    EVENFOLD_STRUCT(DeleteThread, (ThreadId, thread), (bool, force));
    friend bool operator==(const DeleteThread&, const DeleteThread&) = default;
};

/// Reports that the requested worktree exists.
struct AssignWorktree {
    EVENFOLD_STRUCT(AssignWorktree,
        (ThreadId, thread), (std::string, path), (std::string, branch));
    friend bool operator==(const AssignWorktree&, const AssignWorktree&) = default;
};

/// Reports that the requested worktree could not be made.
struct FailWorktree {
    EVENFOLD_STRUCT(FailWorktree, (ThreadId, thread), (std::string, reason));
    friend bool operator==(const FailWorktree&, const FailWorktree&) = default;
};

} // namespace evenfold::orchestration

/// Commands of threads: what may be asked of one conversation and its workspace.
/// Ids are brought by the caller. Answered by core/decider/orchestration/thread.cpp.
/// Source: the orchestration specification, section 6.3, rows 4 to 8 and 31.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/core/values/orchestration.hpp"

namespace evenfold::orchestration {

/// Open a thread in a project; a NewWorktree is asked for at once.
struct CreateThread {
    EVENFOLD_STRUCT(CreateThread,
        (ThreadId, thread), (ProjectId, project), (std::string, title), (std::string, model),
        (Policy, policy), (Mode, mode), (WorkspaceChoice, workspace));
    friend bool operator==(const CreateThread&, const CreateThread&) = default;
};

/// Change what is given, from the next turn on; only at `expected_version` when that is given.
struct UpdateThread {
    EVENFOLD_STRUCT(UpdateThread,
        (ThreadId, thread), (std::optional<std::string>, title),
        (std::optional<std::string>, model), (std::optional<Policy>, policy),
        (std::optional<Mode>, mode), (std::optional<std::uint64_t>, expected_version));
    friend bool operator==(const UpdateThread&, const UpdateThread&) = default;
};

/// Put an idle thread away.
struct ArchiveThread {
    EVENFOLD_STRUCT(ArchiveThread, (ThreadId, thread));
    friend bool operator==(const ArchiveThread&, const ArchiveThread&) = default;
};

/// Take an archived thread back.
struct UnarchiveThread {
    EVENFOLD_STRUCT(UnarchiveThread, (ThreadId, thread));
    friend bool operator==(const UnarchiveThread&, const UnarchiveThread&) = default;
};

/// Delete the thread and all in it; a busy one only with `force`.
struct DeleteThread {
    EVENFOLD_STRUCT(DeleteThread, (ThreadId, thread), (bool, force));
    friend bool operator==(const DeleteThread&, const DeleteThread&) = default;
};

/// The worktree that was asked for exists.
struct AssignWorktree {
    EVENFOLD_STRUCT(AssignWorktree,
        (ThreadId, thread), (std::string, path), (std::string, branch));
    friend bool operator==(const AssignWorktree&, const AssignWorktree&) = default;
};

/// The worktree that was asked for could not be made.
struct FailWorktree {
    EVENFOLD_STRUCT(FailWorktree, (ThreadId, thread), (std::string, reason));
    friend bool operator==(const FailWorktree&, const FailWorktree&) = default;
};

} // namespace evenfold::orchestration

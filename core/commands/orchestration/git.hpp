/// Commands of git: commits that a user requests, and resources that are released.
/// The caller supplies ids, a reactor supplies shas. Decided by core/decider/orchestration/git.cpp.
/// Source: the orchestration specification, section 6.3, rows 29, 30 and 32.
#pragma once

#include <optional>
#include <string>

#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/core/values/orchestration/values.hpp"

namespace evenfold::orchestration {

/// Requests a commit of the files of an idle thread, or of one of its checkpoints.
struct RequestCommit {
    EVENFOLD_STRUCT(RequestCommit,
        (CommitId, commit), (ThreadId, thread), (std::string, message),
        (std::optional<CheckpointId>, checkpoint));
    friend bool operator==(const RequestCommit&, const RequestCommit&) = default;
};

/// Reports that the commit exists.
struct AssignCommitRef {
    EVENFOLD_STRUCT(AssignCommitRef,
        (CommitId, commit), (std::string, sha), (std::string, branch));
    friend bool operator==(const AssignCommitRef&, const AssignCommitRef&) = default;
};

/// Reports that the commit could not be made.
struct FailCommit {
    EVENFOLD_STRUCT(FailCommit, (CommitId, commit), (std::string, reason));
    friend bool operator==(const FailCommit&, const FailCommit&) = default;
};

/// Reports that an outside party has released `resource`.
struct ReleaseResource {
    EVENFOLD_STRUCT(ReleaseResource, (Resource, resource));
    friend bool operator==(const ReleaseResource&, const ReleaseResource&) = default;
};

} // namespace evenfold::orchestration

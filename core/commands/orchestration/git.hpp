/// Commands of git: commits that a user asks for, and resources that are given back.
/// Ids are brought by the caller, shas by a reactor. Answered by core/decider/orchestration/git.cpp.
/// Source: the orchestration specification, section 6.3, rows 29, 30 and 32.
#pragma once

#include <optional>
#include <string>

#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/core/values/orchestration.hpp"

namespace evenfold::orchestration {

/// Ask for a commit of an idle thread's files, or of a checkpoint of it.
struct RequestCommit {
    EVENFOLD_STRUCT(RequestCommit,
        (CommitId, commit), (ThreadId, thread), (std::string, message),
        (std::optional<CheckpointId>, checkpoint));
    friend bool operator==(const RequestCommit&, const RequestCommit&) = default;
};

/// The commit exists.
struct AssignCommitRef {
    EVENFOLD_STRUCT(AssignCommitRef,
        (CommitId, commit), (std::string, sha), (std::string, branch));
    friend bool operator==(const AssignCommitRef&, const AssignCommitRef&) = default;
};

/// The commit could not be made.
struct FailCommit {
    EVENFOLD_STRUCT(FailCommit, (CommitId, commit), (std::string, reason));
    friend bool operator==(const FailCommit&, const FailCommit&) = default;
};

/// An outside party gave `resource` back.
struct ReleaseResource {
    EVENFOLD_STRUCT(ReleaseResource, (Resource, resource));
    friend bool operator==(const ReleaseResource&, const ReleaseResource&) = default;
};

} // namespace evenfold::orchestration

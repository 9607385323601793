/// Events of git: commits, and released resources.
/// A later event than the request assigns the sha of a commit.
/// Source: the orchestration specification, section 6.3b.
#pragma once

#include <optional>
#include <string>

#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/core/values/orchestration/values.hpp"

namespace evenfold::orchestration {

struct CommitRequested {
    EVENFOLD_STRUCT(CommitRequested,
        (CommitId, commit), (ThreadId, thread), (CompactString, message),
        (std::optional<CheckpointId>, checkpoint));
    friend bool operator==(const CommitRequested&, const CommitRequested&) = default;
};

struct CommitRefAssigned {
    EVENFOLD_STRUCT(CommitRefAssigned,
        (CommitId, commit), (std::string, sha), (std::string, branch));
    friend bool operator==(const CommitRefAssigned&, const CommitRefAssigned&) = default;
};

struct CommitFailed {
    EVENFOLD_STRUCT(CommitFailed, (CommitId, commit), (std::string, reason));
    friend bool operator==(const CommitFailed&, const CommitFailed&) = default;
};

struct ResourceReleased {
    EVENFOLD_STRUCT(ResourceReleased, (Resource, resource));
    friend bool operator==(const ResourceReleased&, const ResourceReleased&) = default;
};

} // namespace evenfold::orchestration

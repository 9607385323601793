/// Commands of checkpoints and reverts: the files of a thread at a point in time, and the way back.
/// Ids are brought by the caller, git refs by a reactor. Answered by core/decider/orchestration/checkpoint.cpp.
/// Source: the orchestration specification, section 6.3, rows 22 to 28.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/core/values/compact_string.hpp"
#include "evenfold/core/values/orchestration.hpp"

namespace evenfold::orchestration {

/// Ask for a checkpoint of an idle thread.
struct CreateCheckpoint {
    EVENFOLD_STRUCT(CreateCheckpoint,
        (CheckpointId, checkpoint), (ThreadId, thread), (std::optional<std::string>, label));
    friend bool operator==(const CreateCheckpoint&, const CreateCheckpoint&) = default;
};

/// The checkpoint stands in git under `git_ref`; `files` differ from the one before.
struct AssignCheckpointRef {
    EVENFOLD_STRUCT(AssignCheckpointRef,
        (CheckpointId, checkpoint), (std::string, git_ref), (std::vector<CompactString>, files));
    friend bool operator==(const AssignCheckpointRef&, const AssignCheckpointRef&) = default;
};

/// The checkpoint could not be taken.
struct FailCheckpoint {
    EVENFOLD_STRUCT(FailCheckpoint, (CheckpointId, checkpoint), (std::string, reason));
    friend bool operator==(const FailCheckpoint&, const FailCheckpoint&) = default;
};

/// Go back to a checkpoint: files, conversation and turns.
struct RevertToCheckpoint {
    EVENFOLD_STRUCT(RevertToCheckpoint,
        (RevertId, revert), (ThreadId, thread), (CheckpointId, checkpoint));
    friend bool operator==(const RevertToCheckpoint&, const RevertToCheckpoint&) = default;
};

/// The revert has reached `stage`, the one after its last. With rescue_taken, and only with it, comes where the files
/// stand that it is about to replace: they become a checkpoint that outlives the revert.
struct AdvanceRevert {
    EVENFOLD_STRUCT(AdvanceRevert,
        (RevertId, revert), (RevertStage, stage), (std::optional<CheckpointRef>, rescue));
    friend bool operator==(const AdvanceRevert&, const AdvanceRevert&) = default;
};

/// The checkpoint of what a revert is about to replace.
[[nodiscard]] inline CheckpointId rescue_of(const RevertId& revert) {
    return derive<CheckpointTag>(revert, "rescue");
}

/// The revert is done; its turns and checkpoints go.
struct CompleteRevert {
    EVENFOLD_STRUCT(CompleteRevert, (RevertId, revert));
    friend bool operator==(const CompleteRevert&, const CompleteRevert&) = default;
};

/// The revert is given up at its stage; nothing is removed.
struct FailRevert {
    EVENFOLD_STRUCT(FailRevert, (RevertId, revert), (std::string, reason));
    friend bool operator==(const FailRevert&, const FailRevert&) = default;
};

} // namespace evenfold::orchestration

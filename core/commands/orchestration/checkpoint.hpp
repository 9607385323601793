/// Commands of checkpoints and reverts: snapshots of the files of a thread, and the return to one of them.
/// The caller supplies ids, a reactor supplies git refs. Decided by core/decider/orchestration/checkpoint.cpp.
/// Source: the orchestration specification, section 6.3, rows 22 to 28 and 33.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "evenfold/core/containers/compact_string.hpp"
#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/core/values/orchestration/values.hpp"

namespace evenfold::orchestration {

/// Requests a checkpoint of an idle thread.
struct CreateCheckpoint {
    EVENFOLD_STRUCT(CreateCheckpoint,
        (CheckpointId, checkpoint), (ThreadId, thread), (std::optional<std::string>, label));
    friend bool operator==(const CreateCheckpoint&, const CreateCheckpoint&) = default;
};

/// Reports that the checkpoint is stored in git under `git_ref`. `files` differ from the previous checkpoint.
struct AssignCheckpointRef {
    EVENFOLD_STRUCT(AssignCheckpointRef,
        (CheckpointId, checkpoint), (std::string, git_ref), (std::vector<CompactString>, files));
    friend bool operator==(const AssignCheckpointRef&, const AssignCheckpointRef&) = default;
};

/// Reports that the checkpoint could not be taken.
struct FailCheckpoint {
    EVENFOLD_STRUCT(FailCheckpoint, (CheckpointId, checkpoint), (std::string, reason));
    friend bool operator==(const FailCheckpoint&, const FailCheckpoint&) = default;
};

/// Reverts to a checkpoint: files, conversation and turns.
struct RevertToCheckpoint {
    EVENFOLD_STRUCT(RevertToCheckpoint,
        (RevertId, revert), (ThreadId, thread), (CheckpointId, checkpoint));
    friend bool operator==(const RevertToCheckpoint&, const RevertToCheckpoint&) = default;
};

/// Reports that the revert has reached `stage`, the one after its last. Only with rescue_taken, `rescue` is the ref of
/// the files that the revert is about to replace. They become a checkpoint that outlives the revert.
struct AdvanceRevert {
    EVENFOLD_STRUCT(AdvanceRevert,
        (RevertId, revert), (RevertStage, stage), (std::optional<CheckpointRef>, rescue));
    friend bool operator==(const AdvanceRevert&, const AdvanceRevert&) = default;
};

/// Returns the id of the checkpoint of the files that a revert is about to replace.
[[nodiscard]] inline CheckpointId rescue_of(const RevertId& revert) {
    return derive<CheckpointTag>(revert, "rescue");
}

/// Reports that the revert is complete. Its turns are removed; their checkpoints stay until they are released.
struct CompleteRevert {
    EVENFOLD_STRUCT(CompleteRevert, (RevertId, revert));
    friend bool operator==(const CompleteRevert&, const CompleteRevert&) = default;
};

/// Abandons the revert at its current stage. Nothing is removed.
struct FailRevert {
    EVENFOLD_STRUCT(FailRevert, (RevertId, revert), (std::string, reason));
    friend bool operator==(const FailRevert&, const FailRevert&) = default;
};

/// Removes a checkpoint that is not the turn-end checkpoint of a turn that exists. Its git ref becomes garbage.
struct ReleaseCheckpoint {
    EVENFOLD_STRUCT(ReleaseCheckpoint, (CheckpointId, checkpoint));
    friend bool operator==(const ReleaseCheckpoint&, const ReleaseCheckpoint&) = default;
};

} // namespace evenfold::orchestration

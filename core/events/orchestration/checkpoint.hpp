/// Events of checkpoints and reverts.
/// Checkpoint ordinals count from 1 within a thread. Reverts list the turns and checkpoints that they remove, so that
/// the log is readable without the decider. Reverts of earlier builds removed checkpoints; now they remove none.
/// Source: the orchestration specification, section 6.3b.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "evenfold/core/containers/compact_string.hpp"
#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/core/values/orchestration/values.hpp"

namespace evenfold::orchestration {

/// A checkpoint was requested. A later event assigns its git ref.
struct CheckpointCreated {
    EVENFOLD_STRUCT(CheckpointCreated,
        (CheckpointId, checkpoint), (ThreadId, thread), (std::uint64_t, ordinal),
        (CheckpointKind, kind), (std::optional<TurnId>, after_turn),
        (OptionalIndirect<CompactString>, label));
    friend bool operator==(const CheckpointCreated&, const CheckpointCreated&) = default;
};

struct CheckpointGitRefAssigned {
    EVENFOLD_STRUCT(CheckpointGitRefAssigned,
        (CheckpointId, checkpoint), (std::string, git_ref), (std::vector<CompactString>, files));
    friend bool operator==(const CheckpointGitRefAssigned&, const CheckpointGitRefAssigned&) = default;
};

struct CheckpointFailed {
    EVENFOLD_STRUCT(CheckpointFailed, (CheckpointId, checkpoint), (std::string, reason));
    friend bool operator==(const CheckpointFailed&, const CheckpointFailed&) = default;
};

struct RevertRequested {
    EVENFOLD_STRUCT(RevertRequested,
        (RevertId, revert), (ThreadId, thread), (CheckpointId, target),
        (CompactVector<TurnId>, removed_turns), (CompactVector<CheckpointId>, removed_checkpoints));
    friend bool operator==(const RevertRequested&, const RevertRequested&) = default;
};

struct RevertAdvanced {
    EVENFOLD_STRUCT(RevertAdvanced, (RevertId, revert), (RevertStage, stage));
    friend bool operator==(const RevertAdvanced&, const RevertAdvanced&) = default;
};

struct ThreadReverted {
    EVENFOLD_STRUCT(ThreadReverted,
        (RevertId, revert), (ThreadId, thread), (std::vector<TurnId>, removed_turns),
        (std::vector<CheckpointId>, removed_checkpoints));
    friend bool operator==(const ThreadReverted&, const ThreadReverted&) = default;
};

struct RevertFailed {
    EVENFOLD_STRUCT(RevertFailed,
        (RevertId, revert), (RevertStage, stage), (std::string, reason));
    friend bool operator==(const RevertFailed&, const RevertFailed&) = default;
};

struct CheckpointReleased {
    EVENFOLD_STRUCT(CheckpointReleased, (CheckpointId, checkpoint));
    friend bool operator==(const CheckpointReleased&, const CheckpointReleased&) = default;
};

} // namespace evenfold::orchestration

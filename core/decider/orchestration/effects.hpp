/// Effects that must be carried out outside. They are a function of the model, so that none can be missed or get out of
/// step.
/// Shape: one effect per row of the table. Its id is derived, so that it is the same after a restart and a repetition
/// is recognised.
/// Source: the orchestration specification, section 6.9.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "evenfold/core/projector/orchestration.hpp"
#include "evenfold/core/reflection/shape.hpp"
#include "evenfold/core/reflection/structure.hpp"

namespace evenfold::orchestration {

using EffectId = Id<struct EffectTag>;

/// Confirmed by AssignWorktree or FailWorktree.
struct PrepareWorktree {
    EVENFOLD_STRUCT(PrepareWorktree,
        (ThreadId, thread), (std::string, root), (std::string, base_ref), (std::string, name));
    friend bool operator==(const PrepareWorktree&, const PrepareWorktree&) = default;
};

/// Opens a session if none is bound, then sends the turn. Confirmed by BindSession and ConfirmTurnDispatched, or by
/// FailTurnDispatch.
struct SendTurn {
    EVENFOLD_STRUCT(SendTurn,
        (TurnId, turn), (ThreadId, thread), (MessageId, message), (TurnSettings, settings),
        (std::optional<std::string>, session_ref), (std::uint64_t, next_epoch));
    friend bool operator==(const SendTurn&, const SendTurn&) = default;
};

/// Confirmed by the provider's TurnComplete, or by ForceStopTurn.
struct InterruptProvider {
    EVENFOLD_STRUCT(InterruptProvider, (TurnId, turn), (ThreadId, thread), (Slot<CompactString>, provider_ref));
    friend bool operator==(const InterruptProvider&, const InterruptProvider&) = default;
};

/// Confirmed by ConfirmAnswerDelivered or FailAnswerDelivery.
struct DeliverAnswer {
    EVENFOLD_STRUCT(DeliverAnswer,
        (RequestId, request), (ThreadId, thread), (std::string, provider_id), (ApprovalDecision, decision));
    friend bool operator==(const DeliverAnswer&, const DeliverAnswer&) = default;
};

/// Confirmed by AssignCheckpointRef or FailCheckpoint.
struct CaptureCheckpoint {
    EVENFOLD_STRUCT(CaptureCheckpoint, (CheckpointId, checkpoint), (ThreadId, thread));
    friend bool operator==(const CaptureCheckpoint&, const CaptureCheckpoint&) = default;
};

/// Runs the step after `stage`. Confirmed by AdvanceRevert, CompleteRevert or FailRevert.
struct RunRevert {
    EVENFOLD_STRUCT(RunRevert,
        (RevertId, revert), (ThreadId, thread), (CheckpointId, target), (RevertStage, stage));
    friend bool operator==(const RunRevert&, const RunRevert&) = default;
};

/// Confirmed by AssignCommitRef or FailCommit.
struct MakeCommit {
    EVENFOLD_STRUCT(MakeCommit,
        (CommitId, commit), (ThreadId, thread), (std::string, message), (std::optional<CheckpointId>, checkpoint));
    friend bool operator==(const MakeCommit&, const MakeCommit&) = default;
};

/// Confirmed by ReleaseResource.
struct Release {
    EVENFOLD_STRUCT(Release, (Resource, resource));
    friend bool operator==(const Release&, const Release&) = default;
};

using EffectBody = std::variant<PrepareWorktree, CaptureCheckpoint, RunRevert, MakeCommit, InterruptProvider,
                                DeliverAnswer, SendTurn, Release>;

struct Effect {
    EVENFOLD_STRUCT(Effect, (EffectId, id), (EffectBody, body));
    friend bool operator==(const Effect&, const Effect&) = default;
};

/// Returns all outstanding effects, ordered as in EffectBody and then by id. Cost: O(n log n) in their number, not in
/// the size of the model.
[[nodiscard]] std::vector<Effect> outstanding(const Model& model);

} // namespace evenfold::orchestration

namespace evenfold {
extern template const Shape& shape_of<orchestration::Effect>();
} // namespace evenfold

/// All commands of the orchestration of coding agents.
/// Shape: one struct per command; the caller supplies ids and instants.
/// Source: the orchestration specification, section 6.3.
#pragma once

#include <variant>

#include "evenfold/core/commands/orchestration/checkpoint.hpp"
#include "evenfold/core/commands/orchestration/git.hpp"
#include "evenfold/core/commands/orchestration/ingestion.hpp"
#include "evenfold/core/commands/orchestration/project.hpp"
#include "evenfold/core/commands/orchestration/thread.hpp"
#include "evenfold/core/commands/orchestration/turn.hpp"
#include "evenfold/core/reflection/shape.hpp"
#include "evenfold/core/variants/compiled_variant.hpp"

namespace evenfold::orchestration {

/// One alternative per command, row by row.
// clang-format off: one line per row of the specification
struct CommandAlternatives { using type = std::variant<
    CreateProject, UpdateProject, DeleteProject,
    CreateThread, UpdateThread, ArchiveThread, UnarchiveThread, DeleteThread, AssignWorktree,
    FailWorktree,
    StartTurn, CancelQueuedTurn, ResumeQueue, InterruptTurn, ForceStopTurn, RespondApproval,
    BindSession, LoseSession, ConfirmTurnDispatched, FailTurnDispatch, IngestProviderEvent,
    ConfirmAnswerDelivered, FailAnswerDelivery, Reconcile,
    CreateCheckpoint, AssignCheckpointRef, FailCheckpoint, RevertToCheckpoint, AdvanceRevert,
    CompleteRevert, FailRevert,
    RequestCommit, AssignCommitRef, FailCommit, ReleaseResource>; };
// clang-format on

using Command = CompiledVariant<CommandAlternatives>;

} // namespace evenfold::orchestration

namespace evenfold {
extern template const Shape& shape_of<orchestration::Command>();
} // namespace evenfold

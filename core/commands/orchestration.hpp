/// The commands of the domain of coding agents: a struct per command, and the variant `Command`.
/// Plain values. The caller supplies ids and instants. core/decider/orchestration.hpp decides the commands.
/// Source: the orchestration specification, section 6.3.
///
///     const orchestration::Command command = orchestration::CreateProject{
///         .project = project, .title = "abacus", .root = "/home/ada/abacus", .default_model = {}};
///     assert(std::holds_alternative<orchestration::CreateProject>(command));
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
    BindSession, LoseSession, ConfirmTurnDispatched, FailTurnDispatch, ContinueTurn,
    IngestProviderEvent, ConfirmAnswerDelivered, FailAnswerDelivery, Reconcile,
    CreateCheckpoint, AssignCheckpointRef, FailCheckpoint, RevertToCheckpoint, AdvanceRevert,
    CompleteRevert, FailRevert, ReleaseCheckpoint,
    RequestCommit, AssignCommitRef, FailCommit, ReleaseResource>; };
// clang-format on

using Command = CompiledVariant<CommandAlternatives>;

} // namespace evenfold::orchestration

namespace evenfold {
extern template const Shape& shape_of<orchestration::Command>();
} // namespace evenfold

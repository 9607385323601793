/// The events of the domain of coding agents: a struct per event, and the variant `Event`.
/// Plain values. Each event names every entity that it affects, so that the log is readable alone; docs/events.md shows
/// their stored form.
/// Source: the orchestration specification, section 6.3b.
///
///     std::string reply; // everything that the agents wrote
///     for (const orchestration::Event& event : events) {
///         if (const auto* piece = std::get_if<orchestration::TextAppended>(&event)) reply += piece->text;
///     }
#pragma once

#include <variant>

#include "evenfold/core/events/orchestration/checkpoint.hpp"
#include "evenfold/core/events/orchestration/git.hpp"
#include "evenfold/core/events/orchestration/ingestion.hpp"
#include "evenfold/core/events/orchestration/project.hpp"
#include "evenfold/core/events/orchestration/thread.hpp"
#include "evenfold/core/events/orchestration/turn.hpp"
#include "evenfold/core/events/unknown.hpp"
#include "evenfold/core/reflection/shape.hpp"
#include "evenfold/core/variants/compiled_variant.hpp"

namespace evenfold::orchestration {

/// One alternative per event, row by row. Unknown is last: an event that a later evenfold wrote, kept unchanged.
// clang-format off: one line per row of the specification
struct EventAlternatives { using type = std::variant<
    ProjectCreated, ProjectUpdated, ProjectDeleted,
    ThreadCreated, ThreadUpdated, ThreadArchived, ThreadUnarchived, ThreadDeleted,
    WorktreeRequested, WorktreeAssigned, WorktreeFailed,
    MessageAdded, TurnQueued, TurnStarted, TurnInterruptRequested, TurnCompleted, TurnFailed,
    TurnInterrupted, TurnContinued, TurnCancelled, QueueHeld, QueueResumed, ApprovalAnswered,
    SessionBound, SessionLost, TurnDispatched, AssistantMessageStarted, AssistantMessageDiscarded,
    TextAppended, ThinkingAppended, ToolCallStarted,
    ToolCallFinished, NoticeAdded, UsageRecorded, SeqAdvanced, ApprovalRequested,
    ApprovalDelivered, ApprovalExpired,
    CheckpointCreated, CheckpointGitRefAssigned, CheckpointFailed, RevertRequested, RevertAdvanced,
    ThreadReverted, RevertFailed, CheckpointReleased,
    CommitRequested, CommitRefAssigned, CommitFailed, ResourceReleased,
    Unknown>; };
// clang-format on

using Event = CompiledVariant<EventAlternatives>;
static_assert(sizeof(Event) <= 88, "nine in ten events are small: a larger one must hold its rare fields indirectly");

} // namespace evenfold::orchestration

namespace evenfold {
extern template const Shape& shape_of<orchestration::Event>();
} // namespace evenfold

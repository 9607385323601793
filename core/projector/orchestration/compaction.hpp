/// `compact`: shortens a log of the domain of coding agents without changing the model that it folds to, except
/// `Thread::version`. It accepts any log, also one that no decider wrote, and keeps the order of the events.
/// Cost: one fold of the log, and O(1) per event; the model after the log is held meanwhile.
/// Source: the orchestration specification, sections 6.8 (L8) and 6.12 (b).
///
///     const std::vector<orchestration::Event> shorter = orchestration::compact(log);
///     assert(shorter.size() < log.size());
///     assert(model_of(shorter)->transcript == model_of(log)->transcript);
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "evenfold/core/events/orchestration.hpp"
#include "evenfold/core/projector/orchestration.hpp"

namespace evenfold::orchestration {

/// Returns a log that folds to the same model as `log`, except `Thread::version`, which counts the remaining events. A
/// caller that guards an UpdateThread by a version must read it again. Every event that may follow `log` may follow the
/// result. Compacting the result again changes nothing.
///
/// Appends to one block are joined at the position of the first, with the greatest seq, up to `content_bytes_max` of
/// text. Between them there may be events of other turns, and events of the same turn that neither open nor seal a
/// block (results, notices, usage, seqs). SeqAdvanced and UsageRecorded are dropped if a later event supersedes them.
///
/// Of entities that do not exist at the end, the events remain that the model depends on: for retired ids, ordinals,
/// queues and garbage.
/// - A turn keeps its queueing, start and cancellation, and one append without text if it had a reply.
/// - A request, a checkpoint and a commit keep their first event, without its content; a revert keeps its first and
///   its last event.
/// - A thread keeps its creation, without names, and its deletion. Its entities are treated as above.
/// - A ref, a worktree or a session keeps its assignment while it is in the garbage, and nothing once it is released.
/// Events of projects and unknown events are kept unchanged, because projects hold roots, and are few.
///
/// A log that creates an id twice is returned unchanged, because no decider wrote it.
[[nodiscard]] std::vector<Event> compact(std::span<const Event> log);

/// Returns the same with an element for each event of `log`: the event that remains in its place, or nothing. An event
/// that remains has the type of the one in its place, and comes from it.
[[nodiscard]] std::vector<std::optional<Event>> compact_in_place(std::span<const Event> log);

/// Returns the part of a model that is the same before and after: all but `Thread::version`, which becomes 0.
[[nodiscard]] Model kept_by_compaction(Model model);

} // namespace evenfold::orchestration

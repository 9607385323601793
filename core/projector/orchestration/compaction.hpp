/// `compact`: shortens a log of the domain of coding agents without changing the model that it folds to, except
/// `Thread::version`. It accepts any log, also one that no decider wrote, and keeps the order of the events.
/// Cost: one fold of the log, and O(1) per event; the model after the log is held meanwhile.
/// Source: the orchestration specification, sections 6.8 (L8) and 6.12 (b).
///
///     const std::vector<orchestration::Event> shorter = orchestration::compact(log);
///     assert(shorter.size() < log.size());
///     assert(model_of(shorter)->transcript == model_of(log)->transcript);
#pragma once

#include <span>
#include <vector>

#include "evenfold/core/events/orchestration.hpp"

namespace evenfold::orchestration {

/// Folds to what `log` folds to, but for `Thread::version`, which counts the events that are left: who guards an
/// UpdateThread by one asks for it anew. Whatever comes after `log` may come after this. Compacted again it stays as it
/// is.
///
/// Appends to one block become one, in the place of the first and with the greatest seq, up to `content_bytes_max` of
/// text: in between may stand what other turns do, and of the same turn whatever neither opens nor seals a block
/// (results, notices, usage, seqs). SeqAdvanced and UsageRecorded go where a later event told more.
///
/// What is gone at the end leaves what the model keeps of it: retired ids, ordinals, queues, and the garbage.
/// - A turn leaves its queueing, start and cancelling, and one append without text if it had a reply.
/// - A request, a checkpoint and a commit leave their beginning, without what was said in it; a revert its beginning
///   and its end.
/// - A thread leaves its creation, without names, its deletion, and what stood in it leaves the above.
/// - A ref, a worktree or a session leaves its assignment while it waits in the garbage, and nothing once released.
/// Projects, and events that are unknown, stay as they are: projects hold roots, and are few.
///
/// A log that brings an id into the world twice was not decided; it stays as it is.
[[nodiscard]] std::vector<Event> compact(std::span<const Event> log);

} // namespace evenfold::orchestration

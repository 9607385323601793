/// The words in which every rule of orchestration answers, and the questions that several rules ask.
/// Shape: rules read the Index only. Cost: every question O(1).
/// Source: the orchestration specification, sections 6.3, 6.6 and 6.12.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "evenfold/core/decider/orchestration/decision.hpp"
#include "evenfold/core/projector/orchestration.hpp"
#include "evenfold/core/values/slot.hpp"

namespace evenfold::orchestration {

/// Yes, and this has happened. Without events: already so.
template <class... Happened>
[[nodiscard]] Decision then(Happened... happened) {
    Events events;
    events.reserve(sizeof...(happened));
    (events.emplace_back(std::move(happened)), ...);
    return events;
}

/// No, and this is why.
template <class Reason>
[[nodiscard]] Decision refuse(Reason reason) {
    return std::unexpected<Error>(std::move(reason));
}

/// The first of the objections that there is.
template <class... Rest>
[[nodiscard]] Objection first_of(const Objection& objection, const Rest&... rest) {
    if constexpr (sizeof...(rest) == 0)
        return objection;
    else
        return objection ? objection : first_of(rest...);
}

// Slots: assigned once, by an outside party that may say it again.

/// What an outside party assigned, in one word for a person.
[[nodiscard]] inline std::string_view word_of(const WorktreeLocation& location) {
    return location.path;
}
[[nodiscard]] inline std::string_view word_of(const CheckpointRef& ref) {
    return ref.git_ref;
}
[[nodiscard]] inline std::string_view word_of(const CommitRef& ref) {
    return ref.sha;
}

/// The value of a slot in one word: pending, what was assigned, or why it failed.
template <class T>
[[nodiscard]] std::string state_of(const Slot<T>& slot) {
    if (const T* value = assigned(slot)) return std::string(word_of(*value));
    const auto* failed = std::get_if<Failed>(&slot);
    return failed ? failed->reason : "pending";
}

/// The answer to `outcome`: that it `happened` while the slot is pending, nothing when it is told again.
template <class T, class Happened>
[[nodiscard]] Decision resolve(const Slot<T>& slot, const Slot<T>& outcome, Happened happened) {
    if (slot == outcome) return then();
    if (is_pending(slot)) return then(std::move(happened));
    return refuse(rejection::SlotAlreadyResolved{state_of(slot)});
}

// What cannot be found, and whether it ever was.

[[nodiscard]] rejection::ProjectNotFound missing(const Index& index, const ProjectId& id);
[[nodiscard]] rejection::ThreadNotFound missing(const Index& index, const ThreadId& id);
[[nodiscard]] rejection::TurnNotFound missing(const Index& index, const TurnId& id);
[[nodiscard]] rejection::ApprovalNotFound missing(const Index& index, const RequestId& id);
[[nodiscard]] rejection::CheckpointNotFound missing(const Index& index, const CheckpointId& id);
[[nodiscard]] rejection::CommitNotFound missing(const Index& index, const CommitId& id);
[[nodiscard]] rejection::RevertNotFound missing(const Index& index, const RevertId& id);

// Questions about fields.

/// Rejects ids that are nil, were ever used, or are derived by the domain. `kind` is that of the new entity.
[[nodiscard]] Objection id_taken(const Index& index, const Uuid& id, EntityKind kind);

/// `text` has 1 to label_bytes_max bytes.
[[nodiscard]] Objection bad_label(std::string_view field, std::string_view text);

/// `text`, when given, has 1 to label_bytes_max bytes.
[[nodiscard]] Objection bad_optional_label(std::string_view field, const std::optional<std::string>& text);

/// `text` has 0 to label_bytes_max bytes.
[[nodiscard]] Objection too_long(std::string_view field, std::string_view text);

/// `text` has 1 to input_chars_max characters.
[[nodiscard]] Objection bad_input(std::string_view field, std::string_view text);

/// A question wants an answer for each of its items, a tool one of the other decisions.
[[nodiscard]] bool fits(const RequestKind& kind, const ApprovalDecision& decision);

// Questions about threads.

[[nodiscard]] Objection archived(const Thread& thread);
[[nodiscard]] Objection reverting(const Index& index, const Thread& thread);
[[nodiscard]] Objection busy(const Thread& thread);
[[nodiscard]] Objection queued(const Thread& thread);

/// The checkpoint is another thread's, or has no ref yet.
[[nodiscard]] Objection not_ready(const Thread& thread, const Checkpoint& checkpoint);

/// Neither archived, nor reverting, nor busy.
[[nodiscard]] Objection not_idle(const Index& index, const Thread& thread);

/// The turn is ready to be handed to a provider: starting, its worktree resolved, no checkpoint of its thread pending.
[[nodiscard]] bool may_be_sent(const Thread& thread, const Turn& turn);

/// The next turn of the queue, or a new one, begins: its settings are frozen here.
[[nodiscard]] TurnStarted started(const Thread& thread, const TurnId& turn, const MessageId& message);

} // namespace evenfold::orchestration

/// Helpers that all rules of orchestration share: results, and checks of fields and entities.
/// Shape: rules read the Index only. Cost: every check is O(1).
/// Source: the orchestration specification, sections 6.3, 6.6 and 6.12.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "evenfold/core/decider/orchestration/decision.hpp"
#include "evenfold/core/projector/orchestration.hpp"
#include "evenfold/core/slot.hpp"

namespace evenfold::orchestration {

/// Returns an acceptance with these events. Without events: the model already satisfies the command.
template <class... SomeEvent>
[[nodiscard]] Decision accept(SomeEvent... event) {
    Decision accepted; // returned in place
    accepted->reserve(sizeof...(event));
    (accepted->emplace_back(std::move(event)), ...);
    return accepted;
}

/// Returns a rejection with this reason.
template <class Reason>
[[nodiscard]] Decision reject(Reason reason) {
    return std::unexpected<Error>(std::move(reason));
}

/// Returns the first error that is present, or nullopt.
template <class... Rest>
[[nodiscard]] OptionalError first_error(const OptionalError& error, const Rest&... rest) {
    if constexpr (sizeof...(rest) == 0)
        return error;
    else
        return error ? error : first_error(rest...);
}

// Slots: assigned once, by an outside party that may repeat its report.

/// Returns the one field of the value that identifies it to a person.
[[nodiscard]] inline std::string_view identifying_field(const WorktreeLocation& location) {
    return location.path;
}
[[nodiscard]] inline std::string_view identifying_field(const CheckpointRef& ref) {
    return ref.git_ref;
}
[[nodiscard]] inline std::string_view identifying_field(const CommitRef& ref) {
    return ref.sha;
}

/// Returns the state of a slot as text: pending, the assigned value, or the reason of its failure.
template <class T>
[[nodiscard]] std::string state_of(const Slot<T>& slot) {
    if (const T* value = assigned(slot)) return std::string(identifying_field(*value));
    const auto* failed = std::get_if<Failed>(&slot);
    return failed ? failed->reason : "pending";
}

/// Accepts with `event` if the slot is pending, with no events if it has this `outcome` already; otherwise rejects.
template <class T, class SomeEvent>
[[nodiscard]] Decision resolve(const Slot<T>& slot, const Slot<T>& outcome, SomeEvent event) {
    if (slot == outcome) return accept();
    if (is_pending(slot)) return accept(std::move(event));
    return reject(rejection::SlotAlreadyResolved{state_of(slot)});
}

// Rejections for entities that are not in the model. `retired`: the entity existed before.

[[nodiscard]] rejection::ProjectNotFound not_found(const Index& index, const ProjectId& id);
[[nodiscard]] rejection::ThreadNotFound not_found(const Index& index, const ThreadId& id);
[[nodiscard]] rejection::TurnNotFound not_found(const Index& index, const TurnId& id);
[[nodiscard]] rejection::ApprovalNotFound not_found(const Index& index, const RequestId& id);
[[nodiscard]] rejection::CheckpointNotFound not_found(const Index& index, const CheckpointId& id);
[[nodiscard]] rejection::CommitNotFound not_found(const Index& index, const CommitId& id);
[[nodiscard]] rejection::RevertNotFound not_found(const Index& index, const RevertId& id);

// Checks of fields.

/// Rejects ids that are nil, were ever used, or are derived by the domain. `kind` is that of the new entity.
[[nodiscard]] OptionalError check_id_is_free(const Index& index, const Uuid& id, EntityKind kind);

/// Rejects `text` unless it has 1 to label_bytes_max bytes.
[[nodiscard]] OptionalError check_label(std::string_view field, std::string_view text);

/// Rejects `text`, if it is present, unless it has 1 to label_bytes_max bytes.
[[nodiscard]] OptionalError check_optional_label(std::string_view field, const std::optional<std::string>& text);

/// Rejects `text` if it has more than label_bytes_max bytes.
[[nodiscard]] OptionalError check_label_size(std::string_view field, std::string_view text);

/// Rejects `text` unless it has 1 to input_chars_max characters.
[[nodiscard]] OptionalError check_input(std::string_view field, std::string_view text);

/// Returns whether the decision fits: one answer per item for a question, any other decision for a tool.
[[nodiscard]] bool fits(const RequestKind& kind, const ApprovalDecision& decision);

// Checks of threads.

[[nodiscard]] OptionalError check_not_archived(const Thread& thread);
[[nodiscard]] OptionalError check_not_reverting(const Index& index, const Thread& thread);
[[nodiscard]] OptionalError check_not_busy(const Thread& thread);
[[nodiscard]] OptionalError check_queue_is_empty(const Thread& thread);

/// Rejects a checkpoint that belongs to another thread or has no ref yet.
[[nodiscard]] OptionalError check_checkpoint_is_ready(const Thread& thread, const Checkpoint& checkpoint);

/// Rejects a thread that is archived, reverting or busy.
[[nodiscard]] OptionalError check_idle(const Index& index, const Thread& thread);

/// Returns whether the turn can be sent: starting, its worktree resolved, no checkpoint of its thread pending.
[[nodiscard]] bool can_be_sent(const Thread& thread, const Turn& turn);

/// Returns the event that starts `turn`, from the queue or new. It freezes the settings of the thread for the turn.
[[nodiscard]] TurnStarted make_turn_started(const Thread& thread, const TurnId& turn, const MessageId& message);

} // namespace evenfold::orchestration

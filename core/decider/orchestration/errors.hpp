/// Why the domain says no: the closed set of rejections of orchestration, and the class of each.
/// Shape: a variant of the structs in rejections.hpp, and the clash of command ids that any kernel can answer.
/// Source: the orchestration specification, section 6.7.
#pragma once

#include <variant>

#include "evenfold/core/decider/decider.hpp"
#include "evenfold/core/decider/orchestration/rejections.hpp"
#include "evenfold/core/reflection/shape.hpp"
#include "evenfold/core/variants/compiled_variant.hpp"

namespace evenfold::orchestration {

struct ErrorAlternatives {
    using type = std::variant<
        rejection::ProjectNotFound, rejection::ThreadNotFound, rejection::TurnNotFound, rejection::ApprovalNotFound,
        rejection::CheckpointNotFound, rejection::CommitNotFound, rejection::RevertNotFound, rejection::IdInUse,
        rejection::ProjectPathInUse, rejection::ProjectNotEmpty, rejection::ThreadBusy, rejection::ThreadNotBusy,
        rejection::ThreadArchived, rejection::ThreadNotArchived, rejection::RevertInProgress, rejection::TurnNotInState,
        rejection::ApprovalNotPending, rejection::CheckpointNotReady, rejection::CheckpointOfOtherThread,
        rejection::SlotAlreadyResolved, rejection::QueueNotHeld, rejection::VersionMismatch, rejection::StaleEpoch,
        rejection::TurnTerminal, rejection::ProviderGap, rejection::EmptyField, rejection::TooLarge,
        rejection::WrongDecisionKind, rejection::NotPermitted, CommandIdConflict>;
};

/// Every error that orchestration can give.
using Error = CompiledVariant<ErrorAlternatives>;

/// The class of `error`. A retired entity that a provider or reactor still speaks of is stale, for others not found.
[[nodiscard]] ErrorClass class_of(const Error& error, Actor actor);

} // namespace evenfold::orchestration

namespace evenfold {
extern template const Shape& shape_of<orchestration::Error>();
} // namespace evenfold

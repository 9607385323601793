/// The rejections of orchestration, which are a closed set, and the class of each.
/// Shape: a variant of the structs in rejections.hpp. A kernel adds rejections of its own (kernel/outcome.hpp).
/// Source: the orchestration specification, section 6.7.
#pragma once

#include <variant>

#include "evenfold/core/decider/decider.hpp"
#include "evenfold/core/decider/orchestration/rejections.hpp"
#include "evenfold/core/reflection/shape.hpp"
#include "evenfold/core/variants/compiled_variant.hpp"

namespace evenfold::orchestration {

struct ErrorAlternatives {
    using type =
        std::variant<rejection::ProjectNotFound, rejection::ThreadNotFound, rejection::TurnNotFound,
                     rejection::ApprovalNotFound, rejection::CheckpointNotFound, rejection::CommitNotFound,
                     rejection::RevertNotFound, rejection::IdInUse, rejection::ProjectPathInUse,
                     rejection::ProjectNotEmpty, rejection::ThreadBusy, rejection::ThreadArchived,
                     rejection::ThreadNotArchived, rejection::RevertInProgress, rejection::TurnNotInState,
                     rejection::ApprovalNotPending, rejection::CheckpointNotReady, rejection::CheckpointInUse,
                     rejection::CheckpointOfOtherThread, rejection::SlotAlreadyResolved, rejection::QueueNotHeld,
                     rejection::VersionMismatch, rejection::StaleEpoch, rejection::TurnTerminal, rejection::ProviderGap,
                     rejection::EmptyField, rejection::TooLarge, rejection::InvalidPath, rejection::WrongDecisionKind,
                     rejection::NotPermitted>;
};

/// All reasons for which orchestration rejects a command.
using Error = CompiledVariant<ErrorAlternatives>;

/// Returns the class of `error`. A retired entity is stale if a provider or reactor names it, and not found for others.
[[nodiscard]] ErrorClass class_of(const Error& error, Actor actor);

} // namespace evenfold::orchestration

namespace evenfold {
extern template const Shape& shape_of<orchestration::Error>();
} // namespace evenfold

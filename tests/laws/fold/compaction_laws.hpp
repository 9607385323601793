/// Law L8: a compacted log folds to the same model, and compacting it again changes nothing.
/// Shape: checks a history as the other laws do, or any log, with the core's compaction or any other, so that tests can
/// show that wrong compactions break it.
/// Source: the orchestration specification, section 6.8.
#pragma once

#include <functional>
#include <span>

#include "evenfold/tests/laws/core.hpp"

namespace evenfold::orchestration::tests {

using Compaction = std::function<Events(std::span<const Event>)>;

/// Holds if the compacted log folds to the same model and compacting it again changes nothing, also if its first third
/// or two thirds were compacted before the rest was appended.
[[nodiscard]] testing::Verdict compacts_well(const Events& log, const Compaction& compaction);

[[nodiscard]] CoreLaw compaction_law(const Compaction& compaction);

/// Returns L8 for the core's own compaction.
[[nodiscard]] CoreLaws compaction_laws();

} // namespace evenfold::orchestration::tests

/// Law L8: a compacted log folds to the same model, and compacting it again changes nothing.
/// Shape: of a history as the other laws, and of any log; of the core's compaction, and of any other, so that wrong
/// ones can be shown to break it.
/// Source: the orchestration specification, section 6.8.
#pragma once

#include <functional>
#include <span>

#include "evenfold/tests/laws/core.hpp"

namespace evenfold::orchestration::tests {

using Compaction = std::function<Events(std::span<const Event>)>;

/// That the whole log and, cut in thirds, the beginning compacted before the rest came, fold as they were.
[[nodiscard]] testing::Verdict compacts_well(const Events& log, const Compaction& compaction);

[[nodiscard]] CoreLaw compaction_law(const Compaction& compaction);

/// L8 of `compact`.
[[nodiscard]] CoreLaws compaction_laws();

} // namespace evenfold::orchestration::tests

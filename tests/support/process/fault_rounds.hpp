/// Counts of fault tests, and the mistake that their negative controls make.
/// Shape: EVENFOLD_FAULT_ROUNDS=100 repeats each fault a hundred times; without it, a run takes seconds.
#pragma once

#include <cstdint>

namespace evenfold::tests {

/// When a writer acknowledges a step; `before` is a mistake, for negative controls.
enum class Acknowledge : std::uint8_t { after, before };

/// Returns how often a fault is repeated: EVENFOLD_FAULT_ROUNDS, or `normal`, the small count of a normal run.
[[nodiscard]] int fault_rounds(int normal);

/// Returns the distance between the operations that get a fault: 1 with EVENFOLD_FAULT_ROUNDS, or else
/// EVENFOLD_FAULT_STRIDE, or `normal`.
[[nodiscard]] int fault_stride(int normal);

} // namespace evenfold::tests

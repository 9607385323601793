/// What a reactor loop is told beside its reactors: how much at a time, which effects are its own, who watches.
/// Shape: each may be left unnamed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "evenfold/core/effects.hpp"
#include "evenfold/kernel/reacting/reacted.hpp"

namespace evenfold::kernel {

/// How a loop works, beyond its reactors.
template <HasEffectIds D>
struct LoopOptions {
    std::size_t running_max = 4;                                              // at a time, those of control not counted
    std::uint64_t seed = 1;                                                   // of the chance in pauses
    std::function<bool(const EffectOf<D>&, const typename D::Model&)> mine{}; // which effects, by these; empty: all
    std::function<void(const Reacted&)> watch{}; // NOLINT(readability-redundant-member-init): may be left unnamed
};

} // namespace evenfold::kernel

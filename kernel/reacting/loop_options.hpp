/// Options of a reactor loop: how many effects run concurrently, which effects belong to it, and a callback for its
/// events.
/// Shape: every option may be left out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "evenfold/core/effects.hpp"
#include "evenfold/kernel/reacting/loop_event.hpp"

namespace evenfold::kernel {

/// The options of a ReactorLoop.
template <HasEffectIds D>
struct LoopOptions {
    std::size_t running_max = 4; // effects that run concurrently, not counting those of control
    std::uint64_t seed = 1;      // for the random part of the backoff
    std::function<bool(const EffectOf<D>&, const typename D::Model&)>
        filter{}; // selects the effects to run; empty: all
    /// Called in the thread of the loop. The loop ignores its exceptions.
    std::function<void(const LoopEvent&)> on_event{}; // NOLINT(readability-redundant-member-init): may be left unnamed
};

} // namespace evenfold::kernel

/// The effects that die with the process that carries a thread, by the table in docs/orchestration.md, section 6.9.
/// Shape: a pure function of the effect's body. Production code does not need it, because each reactor's policy states
/// the same.
#pragma once

#include <variant>

#include "evenfold/core/decider/orchestration/effects.hpp"

namespace evenfold::orchestration::tests {

/// Returns whether `effect` cannot be run again after a crash, because it was addressed to a process that is gone.
inline bool is_process_bound(const Effect& effect) {
    return std::holds_alternative<InterruptProvider>(effect.body) ||
           std::holds_alternative<DeliverAnswer>(effect.body) || std::holds_alternative<SendTurn>(effect.body);
}

} // namespace evenfold::orchestration::tests

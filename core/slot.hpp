/// A value that an outside party assigns later: a git ref, a commit, a worktree, a provider's turn.
/// Shape: pending, then assigned or failed, once. An empty string never means "not yet".
#pragma once

#include <variant>

#include "evenfold/core/containers/compact_string.hpp"
#include "evenfold/core/reflection/structure.hpp"

namespace evenfold {

/// The outside party has not reported yet.
struct Pending {
    EVENFOLD_STRUCT(Pending);
    friend bool operator==(const Pending&, const Pending&) = default;
};

/// The outside party reported `value`.
template <class T>
struct Assigned {
    EVENFOLD_STRUCT(Assigned, (T, value));
    friend bool operator==(const Assigned&, const Assigned&) = default;
};

/// The outside party reported that there will be no value.
struct Failed {
    EVENFOLD_STRUCT(Failed, (CompactString, reason));
    friend bool operator==(const Failed&, const Failed&) = default;
};

template <class T>
using Slot = std::variant<Pending, Assigned<T>, Failed>;

template <class T>
[[nodiscard]] bool is_pending(const Slot<T>& slot) {
    return std::holds_alternative<Pending>(slot);
}

/// Returns the assigned value, or null while the slot is pending and after a failure.
template <class T>
[[nodiscard]] const T* assigned(const Slot<T>& slot) {
    const auto* held = std::get_if<Assigned<T>>(&slot);
    return held ? &held->value : nullptr;
}

} // namespace evenfold

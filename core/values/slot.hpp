/// A place for a value that an outside party assigns later: a git ref, a commit, a worktree, a provider's turn.
/// Shape: pending, then assigned or failed, once; never an empty string that stands for "not yet".
#pragma once

#include <variant>

#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/core/values/compact_string.hpp"

namespace evenfold {

/// Nobody has answered so far.
struct Pending {
    EVENFOLD_STRUCT(Pending);
    friend bool operator==(const Pending&, const Pending&) = default;
};

/// The outside party answered with `value`.
template <class T>
struct Assigned {
    EVENFOLD_STRUCT(Assigned, (T, value));
    friend bool operator==(const Assigned&, const Assigned&) = default;
};

/// The outside party answered that there will be no value.
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

/// The assigned value, or null while pending and after a failure.
template <class T>
[[nodiscard]] const T* assigned(const Slot<T>& slot) {
    const auto* held = std::get_if<Assigned<T>>(&slot);
    return held ? &held->value : nullptr;
}

} // namespace evenfold

/// The smallest history found that breaks a law.
/// Shape: its choices are made simpler first. Then its commands are removed as they are, because without one command
/// the choices of the next ones may give others.
/// Cost: the law is checked on some hundred histories, each after another one with other ids, which replaces what the
/// domain keeps between calls.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "evenfold/testing/engine/any_history_generator.hpp"
#include "evenfold/testing/engine/any_law.hpp"

namespace evenfold::testing {

struct Counterexample {
    AnyLaw law;
    AnyPointer history;
    bool needs_others; // it breaks the law only after some other histories
};

/// A law, and the history that breaks it.
struct BrokenLaw {
    const AnyTestable& domain;
    const AnyHistoryOptions& how;
    const AnyLaw& law;
    const std::vector<Choices>& choice_lists;
    std::uint64_t tries_max;
    std::function<void()> begin; // called before each history
};

[[nodiscard]] Counterexample smallest(const BrokenLaw& broken);

} // namespace evenfold::testing

/// Laws of decide, project and other functions of the model, without a journal.
/// Cost: each is one pass over the history; models are copied and compared at every step of a short one, and at about
/// `AnySampledSteps::samples` steps of a long one.
/// Source: docs/laws.md, "The laws".
#pragma once

#include "evenfold/testing/law/sampled_steps.hpp"

namespace evenfold::testing {

// Laws without the types of the domain, followed by the same laws with them.
namespace kit {

[[nodiscard]] AnyLaw never_throws();
[[nodiscard]] AnyLaw deterministic_decide();
[[nodiscard]] AnyLaw inputs_left_alone();
[[nodiscard]] AnyLaw total_project();
[[nodiscard]] AnyLaw replay_equals_live();
[[nodiscard]] AnyLaw cut_anywhere();
[[nodiscard]] AnyLaw batch_equals_parts();

} // namespace kit

template <Testable D>
[[nodiscard]] Law<D> never_throws() {
    return law_for<D>(kit::never_throws());
}

template <Testable D>
[[nodiscard]] Law<D> deterministic_decide() {
    return law_for<D>(kit::deterministic_decide());
}

template <Testable D>
[[nodiscard]] Law<D> inputs_left_alone() {
    return law_for<D>(kit::inputs_left_alone());
}

template <Testable D>
[[nodiscard]] Law<D> total_project() {
    return law_for<D>(kit::total_project());
}

template <Testable D>
[[nodiscard]] Law<D> replay_equals_live() {
    return law_for<D>(kit::replay_equals_live());
}

template <Testable D>
[[nodiscard]] Law<D> cut_anywhere() {
    return law_for<D>(kit::cut_anywhere());
}

template <Testable D>
[[nodiscard]] Law<D> batch_equals_parts() {
    return law_for<D>(kit::batch_equals_parts());
}

} // namespace evenfold::testing

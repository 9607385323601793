/// The law that a domain reads nothing but its arguments.
/// Cost: one pass over the history, in which each command is decided and each event is folded once more.
/// Source: docs/laws.md, "The laws".
#pragma once

#include "evenfold/testing/ambient/calls.hpp"
#include "evenfold/testing/law/law.hpp"

namespace evenfold::testing {

namespace kit {

[[nodiscard]] AnyLaw no_ambient_input(AmbientCounter counter);

} // namespace kit

/// Where calls cannot be counted, the law holds, says so on standard error, and gives the reason in its verdict.
template <Testable D>
[[nodiscard]] Law<D> no_ambient_input(AmbientCounter counter = linked_counter) {
    return law_for<D>(kit::no_ambient_input(counter));
}

} // namespace evenfold::testing

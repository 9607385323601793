/// The law that nothing depends on the order of a hash table.
/// Cost: decides and folds the history nine times more, and encodes each decision.
/// Source: docs/laws.md, "The laws".
#pragma once

#include "evenfold/testing/law/law.hpp"

namespace evenfold::testing {

namespace kit {

[[nodiscard]] AnyLaw order_free();

} // namespace kit

/// Changes std::hash of ids while it checks, so no other thread may use a hash table of ids meanwhile, and a domain
/// that keeps one between calls breaks it. Keys other than ids have the same hash as ever.
template <Testable D>
[[nodiscard]] Law<D> order_free() {
    return law_for<D>(kit::order_free());
}

} // namespace evenfold::testing

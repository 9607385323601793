/// The laws that compare the model with a second fold: the naive world of the same events.
/// Shape: L4, L16, L24, L31 and L33 of orchestration. Each law checks a few positions of a history and always its end.
/// Source: the orchestration specification, section 6.8.
#pragma once

#include "evenfold/tests/laws/core.hpp"

namespace evenfold::orchestration::tests {

[[nodiscard]] CoreLaws oracle_laws();

} // namespace evenfold::orchestration::tests

/// The laws of the sample domain itself, in the form of the kit's own laws.
/// Shape: each law sees only the history, and depends on no detail of the domain's code.
#pragma once

#include <vector>

#include "evenfold/tests/testing/notes.hpp"

namespace evenfold::notes {

using testing::Law;

[[nodiscard]] std::vector<Law<Notes>> laws();

} // namespace evenfold::notes

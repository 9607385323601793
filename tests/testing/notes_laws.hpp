/// The laws of the sample domain itself, in the form of the kit's own.
/// Shape: each is told of the history alone, and knows nothing of how the domain is written.
#pragma once

#include <vector>

#include "evenfold/tests/testing/notes.hpp"

namespace evenfold::notes {

using testing::Law;

[[nodiscard]] std::vector<Law<Notes>> laws();

} // namespace evenfold::notes

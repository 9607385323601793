#include "evenfold/tests/support/law.hpp"

#include <rapidcheck.h>

namespace evenfold::tests {

void law(bool holds, const std::string& actual, const std::source_location& where) {
    if (holds) return;
    RC_FAIL("broken at line " + std::to_string(where.line()) + (actual.empty() ? "" : ": " + actual));
}

} // namespace evenfold::tests

#include "evenfold/tests/support/law.hpp"

#include <rapidcheck.h>

namespace evenfold::tests {

void law(bool holds, const std::string& told, const std::source_location& where) {
    if (holds) return;
    RC_FAIL("broken at line " + std::to_string(where.line()) + (told.empty() ? "" : ": " + told));
}

} // namespace evenfold::tests

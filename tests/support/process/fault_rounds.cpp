#include "evenfold/tests/support/process/fault_rounds.hpp"

#include <algorithm>
#include <cstdlib>

namespace evenfold::tests {

namespace {

/// Returns the number in an environment variable, at least 1, or `otherwise`.
int wish(const char* name, int otherwise) {
    const char* value = std::getenv(name); // NOLINT(concurrency-mt-unsafe): one thread
    return value != nullptr ? std::max(std::atoi(value), 1) : otherwise;
}

} // namespace

int fault_rounds(int normal) {
    return wish("EVENFOLD_FAULT_ROUNDS", normal);
}

int fault_stride(int normal) {
    const bool is_each = wish("EVENFOLD_FAULT_ROUNDS", 0) > 0;
    return is_each ? 1 : wish("EVENFOLD_FAULT_STRIDE", normal);
}

} // namespace evenfold::tests

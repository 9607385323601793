#include "evenfold/tests/support/process/fault_rounds.hpp"

#include <algorithm>
#include <cstdlib>

namespace evenfold::tests {

namespace {

const char* wished_rounds() {
    return std::getenv("EVENFOLD_FAULT_ROUNDS"); // NOLINT(concurrency-mt-unsafe): one thread
}

} // namespace

int fault_rounds(int normal) {
    const char* wish = wished_rounds();
    return wish != nullptr ? std::max(std::atoi(wish), 1) : normal;
}

int fault_stride(int normal) {
    return wished_rounds() != nullptr ? 1 : normal;
}

} // namespace evenfold::tests

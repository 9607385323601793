#include "evenfold/tests/support/process/fault_rounds.hpp"

#include <algorithm>
#include <cstdlib>

namespace evenfold::tests {

int fault_rounds(int normal) {
    const char* wish = std::getenv("EVENFOLD_FAULT_ROUNDS"); // NOLINT(concurrency-mt-unsafe): one thread
    return wish != nullptr ? std::max(std::atoi(wish), 1) : normal;
}

} // namespace evenfold::tests

#include "evenfold/bench/suite/cases.hpp"

namespace evenfold::bench {

void add_all(const Effort& effort) {
    add_fold_cases(effort);
    add_decide_cases(effort);
}

} // namespace evenfold::bench

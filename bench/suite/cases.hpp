/// All pairs of the suite, by what they measure.
/// Shape: each function registers its pairs, as much work as the effort says.
#pragma once

#include "evenfold/bench/suite/pair.hpp"

namespace evenfold::bench {

/// The fold, one by one and in batches, at several sizes; memory of the model.
void add_fold_cases(const Effort& effort);

/// Decisions, alone and with the fold.
void add_decide_cases(const Effort& effort);

void add_all(const Effort& effort);

} // namespace evenfold::bench

/// All pairs of the suite, by what they measure.
/// Shape: each function registers its pairs, as much work as the effort says.
#pragma once

#include "evenfold/bench/suite/pair.hpp"

namespace evenfold::bench {

/// The fold, one by one and in batches, at several sizes; memory of the model.
void add_fold_cases(const Effort& effort);

/// Decisions, alone and with the fold.
void add_decide_cases(const Effort& effort);

/// Stored events to text and back, against readers and writers of the same text by hand.
void add_codec_cases(const Effort& effort);

/// Appends to a journal on the disk, against the same rows inserted by hand.
void add_journal_cases(const Effort& effort);

/// From a journal to a model, against a scan of its table.
void add_replay_cases(const Effort& effort);

/// Snapshots for readers while the writer goes on, against none.
void add_readers_cases(const Effort& effort);

void add_all(const Effort& effort);

} // namespace evenfold::bench

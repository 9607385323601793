/// All pairs of the suite, by what they measure.
/// Shape: each function registers its pairs, as much work as the effort says.
#pragma once

#include "evenfold/bench/suite/pair.hpp"

namespace evenfold::bench {

/// The fold, one by one and in batches, at several sizes; memory of the model.
void add_fold_cases(const Effort& effort);

/// Decisions, alone and with the fold.
void add_decide_cases(const Effort& effort);

/// Stored events to values and back, against a reader and a writer of one event by hand.
void add_codec_cases(const Effort& effort);

/// Appends to a file, and commands through a kernel over one, against bare INSERTs of the same rows.
void add_journal_cases(const Effort& effort);

/// Reads of a whole file and replays of it, against a bare scan of its events.
void add_replay_cases(const Effort& effort);

/// Snapshots for readers while the writer goes on, against none.
void add_readers_cases(const Effort& effort);

/// Code that is written by hand where a library could do the work, against that library: docs/hand-written.md. A case
/// exists only in a build that finds its library.
void add_hand_written_decode_cases(const Effort& effort);
void add_hand_written_git_cases(const Effort& effort);
void add_hand_written_pack_cases(const Effort& effort);
void add_hand_written_hash_cases(const Effort& effort);

/// All of these.
void add_all(const Effort& effort);

} // namespace evenfold::bench

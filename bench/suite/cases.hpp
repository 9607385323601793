/// All pairs of the suite, by subject.
/// Shape: each function registers its pairs with the amount of work that `effort` specifies.
#pragma once

#include "evenfold/bench/suite/pair.hpp"

namespace evenfold::bench {

/// The fold, one by one and in batches, at several sizes; the memory of the model.
void add_fold_cases(const BenchEffort& effort);

/// Decisions, alone and with the fold.
void add_decide_cases(const BenchEffort& effort);

/// Stored events to values and back, compared with a hand-written reader and writer of one event type.
void add_codec_cases(const BenchEffort& effort);

/// Appends to a file, and commands through a kernel over one, compared with bare INSERTs of the same rows.
void add_journal_cases(const BenchEffort& effort);

/// Reads and replays of a whole file, compared with a bare scan of its events.
void add_replay_cases(const BenchEffort& effort);

/// Snapshots for readers while the writer continues, compared with none.
void add_readers_cases(const BenchEffort& effort);

/// Hand-written code compared with a library that could do the same work: docs/hand-written.md. A case exists only in a
/// build that finds its library.
void add_hand_written_decode_cases(const BenchEffort& effort);
void add_hand_written_git_cases(const BenchEffort& effort);
void add_hand_written_pack_cases(const BenchEffort& effort);
void add_hand_written_hash_cases(const BenchEffort& effort);
void add_hand_written_text_cases(const BenchEffort& effort);

/// Checkpoints and restores, compared with git's commands. Exist only in a build with the git reactors.
void add_git_cases(const BenchEffort& effort);

/// A recorded stream, read and recorded, compared with simdjson's parser of documents. Exist only in a build with
/// simdjson and the program.
void add_ingest_cases(const BenchEffort& effort);

/// Registers all of these cases.
void add_all(const BenchEffort& effort);

} // namespace evenfold::bench

/// `evenfold checkpoints` lists them, `evenfold checkpoint` takes one.
/// Shapes: a table, or JSON: an array of {checkpoint, thread, ordinal, kind, state, ref, reason, files, after_turn,
/// label}, or one of these.
#pragma once

#include "evenfold/cli/options.hpp"

namespace evenfold::cli {

Exit checkpoints(journal::Journal& journal, const CheckpointsOptions& options);

/// `database` is the journal's file.
Exit checkpoint(const WithJournal& with_journal, const std::string& database, const CheckpointOptions& options);

} // namespace evenfold::cli

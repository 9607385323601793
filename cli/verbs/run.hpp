/// `evenfold run -- COMMAND...`: an agent at work, recorded as it works, with a checkpoint before and after.
/// Shapes: the agent's words on standard output, or with --json one document {thread, turn, state, reason, agent, exit,
/// first_sequence, last_sequence}; its questions on standard error.
#pragma once

#include "evenfold/cli/options.hpp"

namespace evenfold::cli {

/// `database` is the journal's file.
Exit run(const WithJournal& with_journal, const std::string& database, const RunOptions& options);

} // namespace evenfold::cli

/// `evenfold revert CHECKPOINT`: a thread's files and conversation as they were then.
/// Shapes: a sentence, or JSON {revert, thread, checkpoint, removed_turns, rescue}. What was there is kept as the
/// checkpoint `rescue`.
#pragma once

#include "evenfold/cli/options.hpp"

namespace evenfold::cli {

/// `database` is the journal's file.
Exit revert(const WithJournal& with_journal, const std::string& database, const RevertOptions& options);

} // namespace evenfold::cli

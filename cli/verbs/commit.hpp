/// `evenfold commit -m MESSAGE`: a commit of the user's own, of a thread's files or of a checkpoint.
/// Shapes: a line, or JSON {commit, thread, sha, branch}.
#pragma once

#include "evenfold/cli/options.hpp"

namespace evenfold::cli {

/// `database` is the journal's file.
Exit commit(const WithJournal& with_journal, const std::string& database, const CommitOptions& options);

} // namespace evenfold::cli
